/// How many mails an owner gets; what is beyond is counted, and told in the next one.
///
/// What strangers can bring about has limits of its own: nobody can fail, or ask, so often that the owner does not hear of what follows.
package struct NoticeLimit: Hashable, Sendable {
    package let perHour: Int
    package let perDay: Int

    /// For what needs the password, a session or the operator.
    package static let ofOwners = NoticeLimit(perHour: 10, perDay: 30)
    /// For what needs nothing.
    package static let ofStrangers = NoticeLimit(perHour: 3, perDay: 10)
    /// For mail to set another password, which anybody may ask for (checklist row 6.6.4).
    package static let ofPasswordRequests = NoticeLimit(perHour: 3, perDay: 20)
    /// For mail to confirm an address: one when the account is made, and as often as its owner may ask.
    package static let ofEmailRequests = NoticeLimit(perHour: 4, perDay: 20)
    /// How many mails of one account are looked at to find out; more are never written in a day.
    package static let recentMax = [ofOwners, ofStrangers, ofPasswordRequests, ofEmailRequests].map(\.perDay).reduce(
        0,
        +
    )
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
        let limit = kind.limit
        let alike = recent.filter { $0.kind.limit == limit }
        let lastHour = alike.count { $0.at > now.adding(seconds: -3_600) }
        let lastDay = alike.count { $0.at > now.adding(seconds: -daySeconds) }
        return lastHour < limit.perHour && lastDay < limit.perDay
    }
}

extension Notice.Kind {
    fileprivate var limit: NoticeLimit {
        switch self {
        case .signInFailures, .accountLocked: .ofStrangers
        case .passwordForgotten: .ofPasswordRequests
        case .emailConfirmation: .ofEmailRequests
        default: .ofOwners
        }
    }
}
