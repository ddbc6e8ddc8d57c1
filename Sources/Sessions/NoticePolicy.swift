/// Who is told of what happens to accounts: the store writes a ``Notice`` for each, in the transaction of the event.
public struct NoticePolicy: Hashable, Sendable {
    /// Whether owners are told by mail.
    public var mailsOwners: Bool
    /// The URLs that are told; each at most ``Notice/webhookBytesMax`` long.
    public var webhooks: [String]

    /// Nobody is told anything.
    public static let none = NoticePolicy()

    /// Creates a policy.
    public init(mailsOwners: Bool = false, webhooks: [String] = []) {
        self.mailsOwners = mailsOwners
        self.webhooks = webhooks
    }

    /// Whether nobody is told anything.
    package var isSilent: Bool { !mailsOwners && webhooks.isEmpty }

    /// What is to be told of an event.
    ///
    /// - Parameters:
    ///   - event: What happened.
    ///   - ended: The sessions that it has ended before their time.
    ///   - familiarity: How well a log-in fits.
    ///   - addresses: Where mail goes; `nil` for the account's address.
    /// - Returns: One draft for each notice, in the order they are written.
    package func drafts(
        of event: AuditEvent,
        ended: [SessionID: UserID],
        familiarity: LoginFamiliarity,
        to addresses: [EmailAddress]? = nil
    ) -> [NoticeDraft] {
        var drafts: [NoticeDraft] = []
        if mailsOwners, let user = event.userID, let kind = Notice.Kind(telling: event, familiarity: familiarity) {
            // A guesser fails every minute; the owner is told once in an hour.
            let key =
                kind.isCausedByStrangers
                ? "\(kind.rawValue) \(user) \(event.at.seconds / 3_600)" : "\(kind.rawValue) \(event.id)"
            let recipients = addresses?.map(EmailAddress?.some) ?? [nil]
            drafts += recipients.map { recipient in
                NoticeDraft(
                    lane: .mail,
                    kind: kind,
                    userID: user,
                    recipient: recipient,
                    sessionID: event.sessionID,
                    key: recipient.map { "\(key) \($0)" } ?? key
                )
            }
        }
        let sorted = webhooks.isEmpty ? [] : ended.sorted { $0.key < $1.key }
        for url in webhooks {
            let lane = Notice.Lane.webhook(url)
            if let user = event.userID, let kind = Notice.Kind(signalling: event) {
                let key = "\(kind.rawValue) \(event.id)"
                drafts.append(NoticeDraft(lane: lane, kind: kind, userID: user, sessionID: event.sessionID, key: key))
            }
            drafts += sorted.map { session, user in
                let key = "\(Notice.Kind.sessionRevoked.rawValue) \(session)"
                return NoticeDraft(lane: lane, kind: .sessionRevoked, userID: user, sessionID: session, key: key)
            }
        }
        return drafts
    }
}

/// A notice that is about to be written: the store knows whom it reaches, and whether it is held back.
package struct NoticeDraft: Hashable, Sendable {
    package let lane: Notice.Lane
    package let kind: Notice.Kind
    package let userID: UserID
    /// Where a mail goes; `nil` for the account's address.
    package var recipient: EmailAddress?
    package let sessionID: SessionID?
    /// Of two notices in one lane with the same key the second is not written.
    package let key: String

    /// The notice.
    ///
    /// - Parameters:
    ///   - event: What it tells of.
    ///   - recipient: The owner's address; `nil` for webhooks.
    ///   - place: Roughly where it happened.
    ///   - withheldCount: How many were held back before it.
    /// - Returns: A notice with a new id.
    package func notice(
        of event: AuditEvent,
        to recipient: EmailAddress? = nil,
        place: String? = nil,
        withheldCount: Int = 0
    ) -> Notice {
        Notice(
            id: .make(at: event.at),
            lane: lane,
            kind: kind,
            userID: userID,
            recipient: recipient,
            eventID: event.id,
            eventKind: event.kind,
            at: event.at,
            sessionID: sessionID,
            initiator: Notice.Initiator(event.actor),
            // A service is told what has happened, not where from.
            address: lane == .mail ? event.address : nil,
            deviceInfo: lane == .mail ? event.deviceInfo : nil,
            place: place,
            withheldCount: withheldCount
        )
    }
}
