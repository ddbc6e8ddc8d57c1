/// How many mails an owner gets; what is beyond is counted, and told in the next one.
///
/// What strangers can bring about has a limit of its own: nobody can fail so often that the owner does not hear of what follows.
package struct NoticeLimit: Hashable, Sendable {
    package let perHour: Int
    package let perDay: Int

    /// For what needs the password, a session or the operator.
    package static let ofOwners = NoticeLimit(perHour: 10, perDay: 30)
    /// For what needs nothing.
    package static let ofStrangers = NoticeLimit(perHour: 3, perDay: 10)
    /// How many mails of one account are looked at to find out; more are never written in a day.
    package static let recentMax = ofOwners.perDay + ofStrangers.perDay
    /// How far back is looked, in seconds.
    package static let daySeconds: Int64 = 86_400

    /// Whether one more may be written.
    ///
    /// - Parameters:
    ///   - kind: What it tells.
    ///   - now: When.
    ///   - recent: The account's mails of the last day.
    /// - Returns: Whether it is within the limits.
    package static func admits(
        _ kind: Notice.Kind,
        at now: Timestamp,
        after recent: [(kind: Notice.Kind, at: Timestamp)]
    ) -> Bool {
        let limit = kind.isCausedByStrangers ? ofStrangers : ofOwners
        let alike = recent.filter { $0.kind.isCausedByStrangers == kind.isCausedByStrangers }
        let lastHour = alike.count { $0.at > now.adding(seconds: -3_600) }
        let lastDay = alike.count { $0.at > now.adding(seconds: -daySeconds) }
        return lastHour < limit.perHour && lastDay < limit.perDay
    }
}
