import Synchronization

/// What memory holds of a session whose token was verified against its record: enough to accept the next request.
public final class LiveSession: Sendable {
    /// The session's id.
    public let id: SessionID
    /// Whose it is.
    public let userID: UserID
    /// The owner's name.
    public let username: Username
    /// The owner's address, when mail to it is known to reach them.
    public let verifiedEmail: EmailAddress?
    /// When the credentials were verified last.
    public let authenticatedAt: Timestamp
    /// When it ends by itself.
    public let expiresAt: Timestamp
    /// Whose it is, and until when, as text.
    public let identity: Identity

    /// What a check tells: written out once, so that an answer costs no formatting.
    public struct Identity: Sendable {
        /// The owner's id.
        public let userID: String
        /// The owner's name.
        public let username: String
        /// The owner's verified address, else `-`.
        public let email: String
        /// The session's id.
        public let sessionID: String
        /// When it ends by itself, in RFC 3339.
        public let expiresAt: String
    }

    /// How many different clients are kept between two writings.
    static let clientsMax = 4

    let tokenCode: TokenCode
    /// The digest of the token that it was verified by.
    let tokenDigest: TokenDigest
    private let lastActivityMilliseconds: Atomic<Int64>
    private let fingerprint: Atomic<UInt64>
    /// What the client was when it was looked at last (``Client/guise``).
    private let guise: Atomic<UInt64>
    /// The clients of the requests since it was written, each time that they changed; the last one is the present.
    private let changedClients = Mutex<[Client]>([])
    private let isPending = Atomic(false)

    init(_ record: SessionRecord, code: TokenCode) {
        id = record.session.id
        userID = record.session.userID
        username = record.account.user.username
        verifiedEmail = record.account.user.isEmailVerified ? record.account.user.email : nil
        authenticatedAt = record.session.authenticatedAt
        expiresAt = record.session.expiresAt
        identity = Identity(
            userID: "\(userID)",
            username: username.description,
            email: verifiedEmail?.description ?? "-",
            sessionID: "\(id)",
            expiresAt: expiresAt.rfc3339
        )
        tokenCode = code
        tokenDigest = record.session.tokenDigest
        lastActivityMilliseconds = Atomic(record.session.lastActivity.milliseconds)
        fingerprint = Atomic(0)
        guise = Atomic(Client.guise(of: record.session.device, on: record.session.address))
    }

    /// Whether a client looks different from the one that was looked at last; it is that one from now on.
    func isDisguised(as client: Client) -> Bool {
        let print = Client.guise(of: client.device, on: client.address)
        return guise.exchange(print, ordering: .relaxed) != print
    }

    /// Notes a request.
    ///
    /// Cheap unless the client differs from that of the request before.
    ///
    /// - Returns: Whether the session has just become one with activity to be written.
    func note(_ client: Client, at now: Timestamp) -> Bool {
        lastActivityMilliseconds.store(now.milliseconds, ordering: .relaxed)
        let print = client.fingerprint
        if fingerprint.load(ordering: .relaxed) != print {
            changedClients.withLock { clients in
                // Two that take turns must both be seen; how often they do does not matter.
                clients.removeAll { $0 == client }
                if clients.count == Self.clientsMax { clients.removeFirst() }
                clients.append(client)
            }
            fingerprint.store(print, ordering: .relaxed)
        }
        guard !isPending.load(ordering: .relaxed) else { return false }
        return !isPending.exchange(true, ordering: .acquiringAndReleasing)
    }

    /// What is to be written of it.
    var activity: SessionActivity {
        SessionActivity(
            id: id,
            at: Timestamp(milliseconds: lastActivityMilliseconds.load(ordering: .relaxed)),
            client: changedClients.withLock(\.last)
        )
    }

    /// Takes what is to be written; the next request makes the session pending again.
    ///
    /// - Returns: The activity, and all clients since the last time, when they have changed: at most ``clientsMax``.
    func takeActivity() -> (activity: SessionActivity, clients: [Client]) {
        // First the flag: a request in between is written once more, never lost.
        isPending.store(false, ordering: .releasing)
        let clients = changedClients.withLock { clients in
            defer { clients = [] }
            return clients
        }
        let activity = SessionActivity(
            id: id,
            at: Timestamp(milliseconds: lastActivityMilliseconds.load(ordering: .relaxed)),
            client: clients.last
        )
        return (activity, clients)
    }

    /// Makes the next request note its client as if it had changed: what was taken could not be written.
    func forgetClient() {
        fingerprint.store(0, ordering: .relaxed)
    }
}
