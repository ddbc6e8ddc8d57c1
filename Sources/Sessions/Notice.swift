/// Something that somebody outside is told: an owner by mail, or another service by a webhook.
///
/// Written in the transaction of the event that it tells of, and delivered later: at least once, and usually once.
public struct Notice: Hashable, Sendable, Identifiable {
    /// The way to whoever is told; each has a queue of its own, so that none waits for another.
    public enum Lane: Hashable, Sendable {
        /// Mail to the account's owner.
        case mail
        /// A webhook, by its URL.
        case webhook(String)
    }

    /// Names the notice, in every attempt to deliver it.
    public let id: NoticeID
    /// The way it goes.
    public let lane: Lane
    /// What it tells.
    public let kind: Kind
    /// Whose account it is about.
    public let userID: UserID
    /// The address as it was when the event happened; `nil` for webhooks.
    public let recipient: EmailAddress?
    /// The event that it tells of.
    public let eventID: AuditEventID
    /// What happened.
    public let eventKind: AuditEvent.Kind
    /// When it happened.
    public let at: Timestamp
    /// Which session it concerns; `nil` when it concerns none alone.
    public let sessionID: SessionID?
    /// Who did it.
    public let initiator: Initiator
    /// The address it was done from.
    public let address: IPAddress?
    /// The device it was done from, as ``Device/info``.
    public let deviceInfo: String?
    /// Roughly where it was done, as ``Location/summary``; at most ``placeBytesMax``.
    public let place: String?
    /// How many notices to the same owner were held back before it.
    public let withheldCount: Int
    /// How often delivery was begun, this time included.
    public internal(set) var attempts: Int

    /// The longest ``place``, in UTF-8 bytes.
    public static let placeBytesMax = 200
    /// The longest URL of a webhook, in bytes: it is part of an index, whose entries PostgreSQL bounds at 2,704.
    public static let webhookBytesMax = 1_024
    /// How long the record of a notice is kept, in seconds.
    ///
    /// 7 days: longer than any is tried, and than the limits on an owner's mail look back.
    public static let retentionSeconds: Int64 = 604_800

    /// Creates a notice as it was, or will be, stored.
    public init(
        id: NoticeID,
        lane: Lane,
        kind: Kind,
        userID: UserID,
        recipient: EmailAddress?,
        eventID: AuditEventID,
        eventKind: AuditEvent.Kind,
        at: Timestamp,
        sessionID: SessionID?,
        initiator: Initiator,
        address: IPAddress?,
        deviceInfo: String?,
        place: String?,
        withheldCount: Int = 0,
        attempts: Int = 0
    ) {
        self.id = id
        self.lane = lane
        self.kind = kind
        self.userID = userID
        self.recipient = recipient
        self.eventID = eventID
        self.eventKind = eventKind
        self.at = at
        self.sessionID = sessionID
        self.initiator = initiator
        self.address = address
        self.deviceInfo = deviceInfo
        self.place = place.map { $0.prefix(utf8BytesMax: Self.placeBytesMax) }
        self.withheldCount = withheldCount
        self.attempts = attempts
    }
}

/// Names a ``Notice``.
public typealias NoticeID = Identifier<Notice>

extension Notice {
    /// Who did something, in the words of OpenID CAEP 1.0 (`initiating_entity`).
    ///
    /// The raw values are stored.
    public enum Initiator: String, Hashable, Sendable {
        /// The owner, through a session.
        case user
        /// The operator.
        case admin
        /// The product itself.
        case system

        /// Creates the initiator that an actor is.
        public init(_ actor: Actor) {
            self =
                switch actor {
                case .session: .user
                case .operator: .admin
                case .system: .system
                }
        }
    }

    /// What became of a notice.
    ///
    /// The raw values are stored.
    public enum Outcome: String, Hashable, Sendable {
        /// It was taken by the other side.
        case delivered
        /// It was tried for long enough.
        case givenUp = "given_up"
    }
}

extension Notice.Lane {
    /// As it is stored: a URL is never a bare word.
    package var name: String {
        switch self {
        case .mail: "mail"
        case .webhook(let url): url
        }
    }

    package init(name: String) {
        self = name == "mail" ? .mail : .webhook(name)
    }
}
