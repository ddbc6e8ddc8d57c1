import Crypto

/// How often somebody may fail before they have to wait.
///
/// An attempt is counted before the password is looked at, so that guesses in parallel all count, and taken back when it was right.
public struct AttemptBudget: Hashable, Sendable {
    /// What the failures are counted by.
    public let key: AttemptKey
    /// How many failures cost no waiting.
    public let failuresMax: Int
    /// How long failures are remembered, in seconds.
    public let windowSeconds: Int64
    /// How long one waits when the budget is spent.
    public let pause: Pause
    /// Whether the count may be dropped when there are very many: it guards no account.
    public let isExpendable: Bool

    /// How long one waits when a budget is spent.
    public enum Pause: Hashable, Sendable {
        /// A minute after the last free failure, then twice as long after each further one, up to ``AttemptBudget/pauseMaxSeconds``.
        ///
        /// Failures are remembered for the window after the last one.
        case growing
        /// Until the window is over, which begins with the first failure.
        case untilTheWindowEnds
        /// Not at all: failures are only counted.
        case none
    }

    /// The longest growing pause, in seconds.
    public static let pauseMaxSeconds: Int64 = 900
    /// The first growing pause, in seconds.
    static let pauseMinSeconds: Int64 = 60

    /// Creates a budget.
    public init(
        _ key: AttemptKey,
        failuresMax: Int,
        windowSeconds: Int64,
        pause: Pause,
        isExpendable: Bool = false
    ) {
        self.key = key
        self.failuresMax = failuresMax
        self.windowSeconds = windowSeconds
        self.pause = pause
        self.isExpendable = isExpendable
    }
}

/// What failures are counted by: a keyed digest, since what was typed may be somebody's password.
public struct AttemptKey: Hashable, Sendable {
    /// The 32 bytes.
    public let bytes: [UInt8]

    /// Creates a key as it was stored; `nil` when there are not 32 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    init(code: HMAC<SHA256>.MAC) {
        bytes = Array(code)
    }
}

/// The failures that were counted by a key.
public struct AttemptCount: Hashable, Sendable {
    /// How many, with the attempt that is under way.
    public let failures: Int
    /// Until when no further attempt is admitted.
    public let waitsUntil: Timestamp
    /// When they no longer count.
    public let forgottenAt: Timestamp

    /// Creates a count as it was stored.
    public init(failures: Int, waitsUntil: Timestamp, forgottenAt: Timestamp) {
        self.failures = failures
        self.waitsUntil = waitsUntil
        self.forgottenAt = forgottenAt
    }
}

/// Whether an attempt may be made.
public enum AttemptAdmission: Hashable, Sendable {
    /// It may, and is counted. The failures of each budget, in order, with this attempt.
    case admitted([Int])
    /// It may not, and is not counted: a budget is spent until then.
    case refused(until: Timestamp)
}

/// What becomes of an attempt that was no failure.
public enum AttemptSettlement: Hashable, Sendable {
    /// It is taken back.
    case takeBack(AttemptKey)
    /// All failures of the key are forgotten.
    case forget(AttemptKey)
}

extension AttemptBudget {
    /// What is stored when another attempt is counted, or `nil` when it must wait.
    ///
    /// - Parameters:
    ///   - count: What is stored; `nil` for nothing.
    ///   - now: When the attempt is made.
    /// - Returns: The new count.
    public func counting(onto count: AttemptCount?, at now: Timestamp) -> AttemptCount? {
        let known = count.flatMap { $0.forgottenAt > now ? $0 : nil }
        if let known, known.failures >= failuresMax, known.waitsUntil > now { return nil }
        let failures = (known?.failures ?? 0) + 1
        let forgottenAt =
            switch pause {
            case .growing: now.adding(seconds: windowSeconds)
            case .untilTheWindowEnds, .none: known?.forgottenAt ?? now.adding(seconds: windowSeconds)
            }
        let isSpent = failures >= failuresMax
        let waitsUntil =
            switch pause {
            case .growing where isSpent: now.adding(seconds: Self.pauseSeconds(after: failures - failuresMax))
            case .untilTheWindowEnds where isSpent: forgottenAt
            default: now
            }
        return AttemptCount(failures: failures, waitsUntil: waitsUntil, forgottenAt: forgottenAt)
    }

    /// 60, 120, 240, 480 and from then on 900 seconds.
    private static func pauseSeconds(after failures: Int) -> Int64 {
        min(pauseMaxSeconds, pauseMinSeconds << Int64(min(failures, 4)))
    }
}

extension AttemptCount {
    /// What is stored when one attempt is taken back.
    public var takingOneBack: AttemptCount {
        AttemptCount(failures: max(0, failures - 1), waitsUntil: Timestamp(milliseconds: 0), forgottenAt: forgottenAt)
    }
}
