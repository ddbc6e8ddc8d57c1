/// What the operator looks for among live sessions: all that is said must be true of a session.
public struct SessionCriteria: Hashable, Sendable {
    /// Whose.
    public var user: UserID?
    /// Those that may have been used since: signed in or active at that instant or later.
    public var since: Timestamp?
    /// Those that were there by then: signed in at that instant or earlier.
    public var until: Timestamp?
    /// Those that were signed in, or were used last, from a block of addresses.
    public var network: AddressBlock?
    /// Those that were used last from a country, by its ISO 3166-1 code in capital letters.
    ///
    /// A session whose place is not known is in none.
    public var country: String?
    /// Those whose user agent has a text in it; capital letters do not matter.
    public var userAgent: String?
    /// Those with a browser of a name.
    public var browser: String?

    /// The longest text of a user agent to look for, in bytes.
    public static let userAgentBytesMax = 200

    /// Creates criteria that every session meets.
    public init() {}

    /// Creates the criteria of what a lock denies.
    public init(_ target: LoginLock.Target) {
        switch target {
        case .account(let user): self.user = user
        case .network(let block): network = block
        case .browser(let name): browser = name
        case .userAgent(let text): userAgent = text
        }
    }

    /// Whether every session meets them.
    public var isEmpty: Bool { self == SessionCriteria() }

    /// Whether a session meets all of them.
    ///
    /// Of a session it is known when it was opened and when it was used last, and not when it was used between: it counts for all of that time.
    public func matches(_ session: Session) -> Bool {
        let targets: [LoginLock.Target?] = [
            user.map(LoginLock.Target.account), network.map(LoginLock.Target.network),
            userAgent.map(LoginLock.Target.userAgent), browser.map(LoginLock.Target.browser),
        ]
        return targets.allSatisfy { $0?.matches(session) ?? true }
            && (since.map { session.lastActivity >= $0 } ?? true)
            && (until.map { session.createdAt <= $0 } ?? true)
            && (country.map { session.location?.countryCode == $0 } ?? true)
    }
}

/// A place in the order of all live sessions: that of their expiry, which never moves.
public struct SessionPosition: Hashable, Sendable {
    /// When the session expires.
    public let expiresAt: Timestamp
    /// The session.
    public let id: SessionID

    /// The place of a session.
    public init(of session: Session) {
        expiresAt = session.expiresAt
        id = session.id
    }
}
