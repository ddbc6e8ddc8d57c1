/// Makes accounts and changes them.
public struct Accounts: Sendable {
    let authority: SessionAuthority
    private let hasher: PasswordHasher
    private let rules: PasswordRules

    var store: any SessionStore { authority.store }
    var clock: WallClock { authority.clock }

    /// Creates the accounts of an authority's store.
    ///
    /// - Parameters:
    ///   - authority: Ends the sessions of who changes a password.
    ///   - hasher: Hashes passwords, and judges them: both take a thread for milliseconds.
    ///   - rules: Which passwords may be chosen.
    public init(authority: SessionAuthority, hasher: PasswordHasher, rules: PasswordRules = PasswordRules()) {
        self.authority = authority
        self.hasher = hasher
        self.rules = rules
    }

    /// How strong a password would be for an account, and whether it may be chosen.
    ///
    /// Looks nothing up. Runs on the hasher's threads, so that no request waits behind it.
    ///
    /// - Parameters:
    ///   - password: What was typed.
    ///   - email: The account's address, if it is known.
    ///   - username: The account's name, if it is known.
    /// - Returns: The judgement.
    /// - Throws: ``PasswordHasher/Overloaded``.
    public func strength(
        of password: Password,
        email: EmailAddress?,
        username: Username?
    ) async throws -> PasswordStrength {
        try await hasher.run { [rules] in rules.strength(of: password, email: email, username: username) }
    }

    /// The outcome of making an account.
    public enum Registration: Sendable {
        /// It was made.
        case registered(User)
        /// The password may not be chosen.
        case weakPassword(PasswordRules.Weakness)
        /// The address or the name is taken; said only after the password was checked and hashed (decision C11).
        case taken
    }

    /// Makes an account.
    ///
    /// - Throws: When the store or the hasher fails.
    public func register(
        email: EmailAddress,
        username: Username,
        password: Password,
        from client: Client?
    ) async throws -> Registration {
        let strength = try await strength(of: password, email: email, username: username)
        if let weakness = strength.weakness { return .weakPassword(weakness) }
        let hash = try await hasher.hash(password)
        let now = clock.now
        let user = User(
            id: .make(at: now),
            email: email,
            isEmailVerified: false,
            username: username,
            createdAt: now,
            passwordChangedAt: now
        )
        let actor: Actor = client == nil ? .operator : .system
        let event = AuditEvent(.accountCreated, at: now, user: user.id, by: actor, from: client)
        let isAdded = try await store.add(Account(user: user, passwordHash: hash), event)
        return isAdded ? .registered(user) : .taken
    }

    /// What the owner may see of an account.
    ///
    /// - Throws: When the store fails.
    public func user(_ id: UserID) async throws -> User? {
        try await store.account(id)?.user
    }

    /// The account with a log-in name.
    ///
    /// - Throws: When the store fails.
    public func account(named name: LoginName) async throws -> Account? {
        try await store.account(named: name)
    }

    /// Up to 500 accounts after one of them, in the order of their making.
    ///
    /// - Throws: When the store fails.
    public func page(after id: UserID? = nil) async throws -> [Account] {
        try await store.accounts(after: id, limit: 500)
    }

    /// The outcome of an operator's setting a password.
    public enum PasswordSetting: Hashable, Sendable {
        /// It is set, and so many sessions have ended.
        case set(ended: Int)
        /// The password may not be chosen.
        case weakPassword(PasswordRules.Weakness)
        /// There is no such account.
        case notFound
    }

    /// Sets an account's password on the operator's behalf, ends its sessions, and forgets the failures of those who guessed at it.
    ///
    /// - Throws: When the store or the hasher fails.
    public func setPassword(_ password: Password, of user: UserID) async throws -> PasswordSetting {
        guard let owner = try await self.user(user) else { return .notFound }
        let strength = try await strength(of: password, email: owner.email, username: owner.username)
        if let weakness = strength.weakness { return .weakPassword(weakness) }
        let hash = try await hasher.hash(password)
        let ended = try await ending(because: .passwordChanged) {
            try await store.setPassword(hash, of: user, ending: $0, event(.passwordSet, of: user))
        }
        guard let ended else { return .notFound }
        try await forgiveFailures(of: user)
        return .set(ended: ended)
    }

    /// Turns an account's second factor off on the operator's behalf, for an owner who has lost app and recovery codes, and ends its
    /// sessions.
    ///
    /// - Returns: How many sessions ended; `nil` when there is no such account, or its second factor is off.
    /// - Throws: When the store fails.
    public func resetSecondFactor(of user: UserID) async throws -> Int? {
        try await ending(because: .revoked) {
            try await store.removeSecondFactor(of: user, ending: $0, event(.secondFactorDisabled, of: user))
        }
    }

    /// Opens an account that strangers have closed by guessing.
    private func forgiveFailures(of user: UserID) async throws {
        let budgets = authority.budgets
        try await store.settle([.forget(budgets.account(user).key), .forget(budgets.streak(user).key)])
    }

    /// Disables an account: its sessions end, and nobody can log in to it.
    ///
    /// - Returns: How many sessions ended; `nil` when there is no such account.
    /// - Throws: When the store fails.
    public func disable(_ user: UserID) async throws -> Int? {
        try await ending(because: .disabled) {
            try await store.setDisabled($0, of: user, event(.accountDisabled, of: user))
        }
    }

    /// Enables an account again, and forgets the failures of those who guessed at it.
    ///
    /// Its old sessions stay ended.
    ///
    /// - Returns: Whether there is such an account.
    /// - Throws: When the store fails.
    public func enable(_ user: UserID) async throws -> Bool {
        guard try await store.setDisabled(nil, of: user, event(.accountEnabled, of: user)) != nil else { return false }
        try await forgiveFailures(of: user)
        return true
    }

    /// Deletes an account with its sessions.
    ///
    /// - Returns: How many sessions ended; `nil` when there is no such account.
    /// - Throws: When the store fails.
    public func delete(_ user: UserID) async throws -> Int? {
        try await ending(because: .disabled) { _ in
            try await store.delete(user, event(.accountDeleted, of: user))
        }
    }

    private func event(_ kind: AuditEvent.Kind, of user: UserID) -> AuditEvent {
        AuditEvent(kind, at: clock.now, user: user, by: .operator)
    }

    private func ending(
        because reason: Session.EndReason,
        _ change: (Session.Ending) async throws -> EndedSessions?
    ) async throws -> Int? {
        var isKnown = true
        let ended = try await authority.publishing(reason) {
            let ended = try await change(Session.Ending(at: clock.now, reason: reason, by: .operator))
            isKnown = ended != nil
            return ended ?? EndedSessions()
        }
        return isKnown ? ended.active.count : nil
    }
}
