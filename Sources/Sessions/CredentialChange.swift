/// A change that an owner makes to an account's credentials from within a session, after proving once more who is there.
public struct CredentialChange: Hashable, Sendable {
    /// What changes.
    public enum Kind: Hashable, Sendable {
        /// Nothing: the owner has only proved who they are.
        case none
        /// Another password. Forgets the browsers that the account knows.
        case password(PasswordHash)
        /// No password opens the account until another is set: who stole it must not be the one who sets it. Forgets the browsers that
        /// the account knows.
        case passwordUnusable
        /// The pending second factor with this seed guards the account from now on; the step is that of the code that showed it.
        case secondFactorOn(SealedSeed, step: Int64, recoveryCodes: [RecoveryCodeDigest])
        /// The second factor and its recovery codes are gone.
        case secondFactorOff
        /// These recovery codes take the place of the old ones.
        case recoveryCodes([RecoveryCodeDigest])
        /// Nothing yet: a link is mailed to an address, which makes it the account's. None is mailed where another account has the address,
        /// which nobody is told.
        case emailRequest(EmailAddress)
    }

    /// What changes.
    public var kind: Kind
    /// Whose account.
    public var userID: UserID
    /// The credentials that were verified.
    ///
    /// Compared in the transaction (invariant I4).
    public var credentialVersion: Int64
    /// When.
    public var at: Timestamp
    /// What was used up for it.
    public var using: SecondFactorUse?
    /// The session that it is made in, which must be active.
    public var session: SessionID
    /// The digest of the token that it was asked for with: of two changes at once with one token, one is made.
    public var tokenDigest: TokenDigest
    /// The session's new token; `nil` leaves the old one in force.
    public var renewal: SessionRenewal?
    /// How the account's other sessions end; `nil` leaves them.
    public var endingOthers: Session.Ending?
    /// What the caller's browser is known by from now on; `nil` leaves it as the change does.
    public var browser: KnownBrowser?
    /// What becomes of the attempts that were counted.
    public var settling: [AttemptSettlement]
    /// The event that was not the owner: what belongs to it never counts as usual.
    public var reporting: AuditEventID?
    /// What is noted; the first tells how many sessions were ended.
    public var events: [AuditEvent]

    /// Creates a change.
    public init(
        _ kind: Kind,
        of userID: UserID,
        verified credentialVersion: Int64,
        at now: Timestamp,
        using: SecondFactorUse? = nil,
        in session: SessionID,
        tokenDigest: TokenDigest,
        renewal: SessionRenewal? = nil,
        endingOthers: Session.Ending? = nil,
        browser: KnownBrowser? = nil,
        settling: [AttemptSettlement] = [],
        reporting: AuditEventID? = nil,
        events: [AuditEvent]
    ) {
        self.kind = kind
        self.userID = userID
        self.credentialVersion = credentialVersion
        self.at = now
        self.using = using
        self.session = session
        self.tokenDigest = tokenDigest
        self.renewal = renewal
        self.endingOthers = endingOthers
        self.browser = browser
        self.settling = settling
        self.reporting = reporting
        self.events = events
    }

    /// Whether authentications and challenges from before it open nothing afterwards.
    public var outdatesAuthentications: Bool {
        switch kind {
        case .password, .passwordUnusable, .secondFactorOn, .secondFactorOff: true
        case .none, .recoveryCodes, .emailRequest: using?.isRecoveryCode ?? false
        }
    }
}

/// A session's new token: its id and expiry stay, the old token is refused from now on.
public struct SessionRenewal: Hashable, Sendable {
    /// The new token's digest.
    public let tokenDigest: TokenDigest
    /// How the person has proved who they are.
    public let authentication: AuthenticationMethods
    /// When.
    public let authenticatedAt: Timestamp

    /// Creates a renewal.
    public init(tokenDigest: TokenDigest, authentication: AuthenticationMethods, authenticatedAt: Timestamp) {
        self.tokenDigest = tokenDigest
        self.authentication = authentication
        self.authenticatedAt = authenticatedAt
    }
}

/// The outcome of a ``CredentialChange``.
public enum CredentialChangeOutcome: Hashable, Sendable {
    /// It is made, and these other sessions have ended.
    case made(EndedSessions)
    /// The credentials have changed since they were verified, or the account was disabled or deleted, or what was to be changed is
    /// not there any more. Nothing was changed.
    case refused
    /// The code was used meanwhile. Nothing was changed.
    case alreadyUsed
    /// The session has ended or has another token by now. Nothing was changed.
    case sessionChanged
}
