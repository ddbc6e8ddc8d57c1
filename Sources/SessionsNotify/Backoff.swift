/// How long a notice waits after a failure: 30 s, and twice as long each time, up to 6 hours.
package enum Backoff {
    /// The first wait, in seconds.
    static let firstSeconds: Int64 = 30
    /// The longest wait before jitter, which makes 6 hours of it.
    static let lastSeconds: Int64 = 17_280
    /// For how long a notice is tried, in seconds: 3 days.
    package static let trySeconds: Int64 = 259_200

    /// The wait.
    ///
    /// - Parameters:
    ///   - attempts: How many have failed, at least 1.
    ///   - jitter: From 0 to 1: up to a quarter longer, so that what has failed together is not tried together.
    /// - Returns: Seconds.
    package static func seconds(after attempts: Int, jitter: Double) -> Int64 {
        let doublings = min(max(attempts, 1) - 1, 10)
        let seconds = min(firstSeconds << Int64(doublings), lastSeconds)
        return seconds + Int64(Double(seconds) / 4 * min(max(jitter, 0), 1))
    }
}

/// How hard a lane tries: a server that is down is asked seldom, and by one notice at a time.
struct Pace {
    /// How many notices are taken at once while all goes well.
    static let batchMax = 8
    /// The longest pause, in seconds.
    static let pauseSecondsMax: Int64 = 30

    private var failures = 0

    var batch: Int { failures == 0 ? Self.batchMax : 1 }

    /// The pause before the next look, in seconds.
    var pauseSeconds: Int64 { min(1 << Int64(min(failures, 10)), Self.pauseSecondsMax) }

    mutating func note(failure: Bool) {
        failures = failure ? failures + 1 : 0
    }
}
