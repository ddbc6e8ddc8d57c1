/// Something that happened to an account or a session, stored in the transaction that made it happen.
public struct AuditEvent: Hashable, Sendable, Identifiable {
    /// What happened.
    ///
    /// The raw values are stored; `docs/logging.md` explains each.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// An account was made.
        case accountCreated = "account_created"
        /// The operator disabled an account.
        case accountDisabled = "account_disabled"
        /// The operator enabled an account again.
        case accountEnabled = "account_enabled"
        /// An account was deleted.
        case accountDeleted = "account_deleted"
        /// A password was set by the operator.
        case passwordSet = "password_set"
        /// A browser is no longer known: its budget of guesses is spent, or the owner has seen to it.
        case knownBrowserForgotten = "known_browser_forgotten"
        /// A session was opened.
        case loginSucceeded = "login_succeeded"
        /// A session's own device ended it.
        case sessionLoggedOut = "session_logged_out"
        /// A session was ended from elsewhere.
        case sessionRevoked = "session_revoked"
        /// A log-in of the same browser took a session's place.
        case sessionReplaced = "session_replaced"
        /// A session's lifetime ran out.
        case sessionExpired = "session_expired"
    }

    /// Names the event.
    public let id: AuditEventID
    /// What happened.
    public let kind: Kind
    /// When.
    public let at: Timestamp
    /// Whose account it concerns; `nil` when it concerns all.
    public let userID: UserID?
    /// Which session it concerns; `nil` when it concerns several or none.
    public let sessionID: SessionID?
    /// Who did it.
    public let actor: Actor
    /// The address it was done from.
    public let address: IPAddress?
    /// The device it was done from, as ``Device/info``.
    public let deviceInfo: String?
    /// How many sessions it ended.
    public var endedCount: Int

    /// Creates an event as it was, or will be, stored.
    public init(
        id: AuditEventID,
        kind: Kind,
        at: Timestamp,
        userID: UserID?,
        sessionID: SessionID?,
        by actor: Actor,
        address: IPAddress?,
        deviceInfo: String?,
        endedCount: Int = 0
    ) {
        self.id = id
        self.kind = kind
        self.at = at
        self.userID = userID
        self.sessionID = sessionID
        self.actor = actor
        self.address = address
        self.deviceInfo = deviceInfo
        self.endedCount = endedCount
    }

    /// Creates an event that happens now.
    public init(
        _ kind: Kind,
        at now: Timestamp,
        user: UserID?,
        session: SessionID? = nil,
        by actor: Actor,
        from client: Client? = nil
    ) {
        self.init(
            id: .make(at: now),
            kind: kind,
            at: now,
            userID: user,
            sessionID: session,
            by: actor,
            address: client?.address,
            deviceInfo: client?.device.info
        )
    }
}
