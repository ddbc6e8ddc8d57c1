import Sessions

/// A signal that a detector has raised, as the scoring needs it.
struct Alarm: Hashable, Sendable {
    /// How loud it is; warnings and critical ones count as alarms.
    enum Severity: Int, Hashable, Sendable, Comparable, CaseIterable {
        case info
        case warning
        case critical

        static func < (left: Severity, right: Severity) -> Bool { left.rawValue < right.rawValue }
    }

    /// The account's index in the population.
    let person: Int
    let at: Timestamp
    /// The signal's stable name.
    let code: String
    let severity: Severity
    /// The session that it is about, in the timeline's numbers; `nil` when it is about none, such as for failures.
    let session: Int?

    var isLoud: Bool { severity >= .warning }
}
