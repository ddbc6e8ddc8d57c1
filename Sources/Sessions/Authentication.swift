import Metrics

/// A finished authentication: the only thing that a session can be issued for.
public struct Authentication: Sendable {
    /// Who has proved who they are.
    public let userID: UserID
    /// The credential that was verified.
    ///
    /// When it has changed since, the authentication opens nothing.
    public let credentialVersion: Int64
    /// The account's epoch at that moment.
    public let epoch: Int64
    /// How it was done.
    public let methods: AuthenticationMethods
    /// When it was done.
    public let at: Timestamp

    package init(userID: UserID, credentialVersion: Int64, epoch: Int64, methods: AuthenticationMethods, at: Timestamp)
    {
        self.userID = userID
        self.credentialVersion = credentialVersion
        self.epoch = epoch
        self.methods = methods
        self.at = at
    }
}

/// Checks what was typed into the log-in form.
///
/// In NIST's word: the verifier.
public struct CredentialVerifier: Sendable {
    private let store: any SessionStore
    private let hasher: PasswordHasher
    private let clock: WallClock
    private let failures = Counter(label: "sessions_login_failures_total")

    /// Creates a verifier.
    public init(store: any SessionStore, hasher: PasswordHasher, clock: WallClock) {
        self.store = store
        self.hasher = hasher
        self.clock = clock
    }

    /// The outcome of a check.
    ///
    /// The client learns no more than which of the two it is.
    public enum Outcome: Sendable {
        /// Identifier and password belong together.
        case authenticated(Authentication, User)
        /// They do not, or there is no such account, or it is disabled: alike in answer and time (ASVS 6.3.8).
        case invalidCredentials
    }

    /// Checks an identifier and a password.
    ///
    /// A hash made with another cost than today's is renewed on the way.
    ///
    /// - Throws: When the store or the hasher fails. That lets nobody in and says nothing about the password.
    public func verify(identifier: String, password: Password) async throws -> Outcome {
        let account: Account? =
            if let name = LoginName(identifier) { try await store.account(named: name) } else { nil }
        // Enumeration by time: unknown, disabled and password-less accounts cost a hash too (CVE-2024-39329).
        let hash = account.flatMap { $0.isDisabled ? nil : $0.passwordHash }
        let matches = try await hasher.verify(password, against: hash)
        guard matches, let account, let hash else {
            failures.increment()
            return .invalidCredentials
        }
        if hash.isOutdated(for: hasher.cost) {
            try await store.renew(hash, as: try await hasher.hash(password), of: account.id)
        }
        let authentication = Authentication(
            userID: account.id,
            credentialVersion: account.credentialVersion,
            epoch: account.epoch,
            methods: .password,
            at: clock.now
        )
        return .authenticated(authentication, account.user)
    }
}
