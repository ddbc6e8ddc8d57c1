/// The latest durations, in a bounded memory, and the longest of all.
struct LatencyRing: Sendable {
    /// As many as two digits of a 99th percentile need.
    static let capacity = 1_000

    private var latest: [Duration] = []
    private var next = 0
    private(set) var longest: Duration?

    mutating func append(_ latency: Duration) {
        longest = max(longest ?? latency, latency)
        if latest.count < Self.capacity {
            latest.append(latency)
        } else {
            latest[next] = latency
            next = (next + 1) % Self.capacity
        }
    }

    /// The least of the latest durations that so many hundredths of them do not exceed; `nil` while there is none.
    func percentile(_ percent: Int) -> Duration? {
        if latest.isEmpty { return nil }
        let rank = (latest.count * percent + 99) / 100
        return latest.sorted()[max(rank, 1) - 1]
    }
}

extension Duration {
    /// Milliseconds with two digits behind the point.
    var milliseconds: String {
        let (seconds, attoseconds) = components
        let hundredths = seconds * 100_000 + attoseconds / 10_000_000_000_000
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}
