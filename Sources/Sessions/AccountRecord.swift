/// An account as another system hands it over, or this one does.
public struct AccountRecord: Hashable, Sendable {
    /// The name to log in with.
    public var username: Username
    /// The address.
    public var email: EmailAddress
    /// Whether mail to the address is known to reach its owner.
    public var isEmailVerified: Bool
    /// The password, hashed here or elsewhere; with `nil` nobody can log in until the operator sets one.
    public var passwordHash: PasswordHash?
    /// When the account was made; `nil` when that is not known.
    public var createdAt: Timestamp?
    /// Whether nobody may log in to it.
    public var isDisabled: Bool

    /// Creates a record.
    public init(
        username: Username,
        email: EmailAddress,
        isEmailVerified: Bool = false,
        passwordHash: PasswordHash? = nil,
        createdAt: Timestamp? = nil,
        isDisabled: Bool = false
    ) {
        self.username = username
        self.email = email
        self.isEmailVerified = isEmailVerified
        self.passwordHash = passwordHash
        self.createdAt = createdAt
        self.isDisabled = isDisabled
    }

    /// What can be handed over of an account: no session, and no second factor.
    public init(_ account: Account) {
        self.init(
            username: account.user.username,
            email: account.user.email,
            isEmailVerified: account.user.isEmailVerified,
            passwordHash: account.passwordHash,
            createdAt: account.user.createdAt,
            isDisabled: account.isDisabled
        )
    }
}

/// A name of an account to be imported that another account has.
public struct TakenName: Hashable, Sendable {
    /// Which of an account's names.
    public enum Field: String, Hashable, Sendable {
        /// The address.
        case email
        /// The name to log in with.
        case username
    }

    /// Which account, counted from 0 in the order they were given.
    public let index: Int
    /// Which of its names; the address when both are taken.
    public let field: Field

    /// Creates a taken name.
    public init(index: Int, field: Field) {
        self.index = index
        self.field = field
    }
}
