/// One device's time between log-in and log-out: the record that decides.
///
/// The token only finds the record. Whether a session lives is a matter of this value and the time, never of the token.
public struct Session: Hashable, Sendable, Identifiable {
    /// Names the session; public, and no proof of anything.
    public let id: SessionID
    /// Whose session it is.
    public let userID: UserID
    /// The account's epoch when the session was opened: an account that has moved on has no session of an older epoch.
    public let epoch: Int64
    /// SHA-256 of the token.
    ///
    /// The token itself is nowhere stored (ASVS 14.1.1).
    public internal(set) var tokenDigest: TokenDigest
    /// How and when the person proved who they are.
    public internal(set) var authentication: AuthenticationMethods
    /// When the credentials were verified last.
    public internal(set) var authenticatedAt: Timestamp
    /// When the session was opened.
    public let createdAt: Timestamp
    /// When it ends by itself: fixed at ``createdAt``, never extended.
    public let expiresAt: Timestamp
    /// Whether it was opened with Remember Me.
    public let isRemembered: Bool
    /// The address of the log-in.
    public internal(set) var signInAddress: IPAddress?
    /// The most recent request made with the session.
    public var lastActivity: Timestamp
    /// The address of the most recent request.
    public var address: IPAddress?
    /// The user agent of the most recent request.
    public var userAgent: String?
    /// The device of the most recent request.
    public var device: Device
    /// The location of the most recent request.
    public var location: Location?
    /// Why, when and by whom it ended, once it has.
    public var ending: Ending?

    /// Creates a session as it was stored, or as it will be.
    public init(
        id: SessionID,
        userID: UserID,
        epoch: Int64,
        tokenDigest: TokenDigest,
        authentication: AuthenticationMethods,
        authenticatedAt: Timestamp,
        createdAt: Timestamp,
        expiresAt: Timestamp,
        isRemembered: Bool,
        signInAddress: IPAddress?,
        lastActivity: Timestamp,
        address: IPAddress?,
        userAgent: String?,
        device: Device,
        location: Location?,
        ending: Ending?
    ) {
        self.id = id
        self.userID = userID
        self.epoch = epoch
        self.tokenDigest = tokenDigest
        self.authentication = authentication
        self.authenticatedAt = authenticatedAt
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.isRemembered = isRemembered
        self.signInAddress = signInAddress
        self.lastActivity = lastActivity
        self.address = address
        self.userAgent = userAgent
        self.device = device
        self.location = location
        self.ending = ending
    }
}

extension Session {
    /// The session under another token, after another authentication.
    func renewed(
        with digest: TokenDigest,
        methods: AuthenticationMethods,
        authenticatedAt: Timestamp
    ) -> Session {
        var session = self
        session.tokenDigest = digest
        session.authentication = methods
        session.authenticatedAt = authenticatedAt
        return session
    }

    /// What a session is at an instant.
    public enum Status: Hashable, Sendable {
        /// It may be used.
        case active
        /// Its time has run out. Whether a sweep has noted it makes no difference.
        case expired
        /// It was ended before its time.
        case ended(Ending)
    }

    /// The status at an instant.
    ///
    /// The first instant that is refused is ``expiresAt`` itself (RFC 7519 section 4.1.4).
    public func status(at now: Timestamp) -> Status {
        if let ending, ending.reason != .expired { return .ended(ending) }
        return ending != nil || now >= expiresAt ? .expired : .active
    }
}
