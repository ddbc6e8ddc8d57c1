/// What an account's owner may see of it.
public struct User: Hashable, Sendable, Identifiable {
    /// Names the user.
    public let id: UserID
    /// The address as it was given, lower-cased.
    public var email: EmailAddress
    /// Whether the owner has shown that mail to ``email`` reaches them.
    public var isEmailVerified: Bool
    /// The name to log in with, and the one that applications are told.
    public var username: Username
    /// When the account was made.
    public let createdAt: Timestamp
    /// When the password was set last.
    public var passwordChangedAt: Timestamp
    /// Since when the account asks for a second factor; `nil` when it does not.
    public var secondFactorSince: Timestamp?

    /// Creates a user.
    public init(
        id: UserID,
        email: EmailAddress,
        isEmailVerified: Bool,
        username: Username,
        createdAt: Timestamp,
        passwordChangedAt: Timestamp,
        secondFactorSince: Timestamp? = nil
    ) {
        self.id = id
        self.email = email
        self.isEmailVerified = isEmailVerified
        self.username = username
        self.createdAt = createdAt
        self.passwordChangedAt = passwordChangedAt
        self.secondFactorSince = secondFactorSince
    }
}

/// A user with what only the authority may see.
public struct Account: Hashable, Sendable, Identifiable {
    /// What the owner may see.
    public var user: User
    /// The password, hashed; `nil` when none is set or it was made unusable.
    public var passwordHash: PasswordHash?
    /// The second factor that log-ins are asked for; `nil` when none is on.
    public var secondFactor: SecondFactor?
    /// Goes up with each change of a credential: an authentication that was verified against an older one opens nothing.
    public var credentialVersion: Int64
    /// Goes up when all sessions end at once: no session of an older epoch is accepted.
    public var epoch: Int64
    /// Whether the operator has disabled the account.
    public var isDisabled: Bool

    /// The user's id.
    public var id: UserID { user.id }

    /// Creates an account.
    public init(
        user: User,
        passwordHash: PasswordHash?,
        secondFactor: SecondFactor? = nil,
        credentialVersion: Int64 = 1,
        epoch: Int64 = 1,
        isDisabled: Bool = false
    ) {
        self.user = user
        self.passwordHash = passwordHash
        self.secondFactor = secondFactor
        self.credentialVersion = credentialVersion
        self.epoch = epoch
        self.isDisabled = isDisabled
    }
}
