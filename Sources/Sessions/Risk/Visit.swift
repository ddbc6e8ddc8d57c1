/// When an owner looked at their sessions.
public struct Visit: Hashable, Sendable {
    /// How long looking again is not worth being noted, in seconds.
    static let repetitionSeconds: Int64 = 60
    /// How long looking again is the same visit, in seconds: a page renews itself.
    static let durationSeconds: Int64 = 1_800

    /// The last time.
    public let at: Timestamp
    /// The last time of the visit before; `nil` when there was none.
    public let formerAt: Timestamp?

    /// Creates a visit as it was stored.
    public init(at: Timestamp, formerAt: Timestamp?) {
        self.at = at
        self.formerAt = formerAt
    }

    /// What an owner who looks now has made of the last visit.
    init(at now: Timestamp, after last: Visit?) {
        let isSame = last.map { now < $0.at.adding(seconds: Self.durationSeconds) } ?? false
        self.init(at: now, formerAt: isSame ? last?.formerAt : last?.at)
    }
}
