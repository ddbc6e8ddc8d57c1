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

    /// Creates a user.
    public init(
        id: UserID,
        email: EmailAddress,
        isEmailVerified: Bool,
        username: Username,
        createdAt: Timestamp,
        passwordChangedAt: Timestamp
    ) {
        self.id = id
        self.email = email
        self.isEmailVerified = isEmailVerified
        self.username = username
        self.createdAt = createdAt
        self.passwordChangedAt = passwordChangedAt
    }
}

/// A user with what only the authority may see.
public struct Account: Hashable, Sendable, Identifiable {
    /// What the owner may see.
    public var user: User
    /// The password, hashed; `nil` when none is set or it was made unusable.
    public var passwordHash: PasswordHash?
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
        credentialVersion: Int64 = 1,
        epoch: Int64 = 1,
        isDisabled: Bool = false
    ) {
        self.user = user
        self.passwordHash = passwordHash
        self.credentialVersion = credentialVersion
        self.epoch = epoch
        self.isDisabled = isDisabled
    }
}
