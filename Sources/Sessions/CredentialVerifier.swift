import Metrics

/// Checks what was typed to prove who is there: at a log-in, at its second step, and within a session.
///
/// In NIST's word: the verifier.
public struct CredentialVerifier: Sendable {
    let store: any SessionStore
    let hasher: PasswordHasher
    let keys: SigningKeys
    let clock: WallClock
    let budgets: AttemptBudgets
    let browsers: BrowserDigests
    private let failures = Counter(label: "sessions_login_failures_total")
    private let refusals = Counter(label: "sessions_login_throttled_total")

    /// Creates a verifier.
    ///
    /// - Parameters:
    ///   - store: Where accounts are, and failures are counted.
    ///   - hasher: Compares passwords.
    ///   - keys: Digests of what was typed are keyed with them, and seeds of second factors are sealed.
    ///   - clock: Decides how long one has to wait, and which code is shown now.
    public init(store: any SessionStore, hasher: PasswordHasher, keys: SigningKeys, clock: WallClock) {
        self.store = store
        self.hasher = hasher
        self.keys = keys
        self.clock = clock
        budgets = AttemptBudgets(keys: keys)
        browsers = BrowserDigests(keys: keys)
    }

    /// The outcome of a log-in's first step.
    ///
    /// The client learns no more than which of these it is, and none of the last two tells whether there is such an account.
    public enum Outcome: Sendable {
        /// Identifier and password belong together, and that is enough.
        case authenticated(Authentication, User)
        /// They belong together, and the second factor is still to come, before an instant.
        case secondFactorRequired(ChallengeToken, until: Timestamp)
        /// They do not, or there is no such account, or it is disabled, or a lock denies it: alike in answer and time (ASVS 6.3.8).
        case invalidCredentials
        /// There were too many failures: the password was not looked at. How long to wait, in seconds, 1 to 3,600.
        case throttled(retryAfterSeconds: Int64)
    }

    /// Checks an identifier and a password.
    ///
    /// A hash made with another cost than today's is renewed on the way.
    ///
    /// - Parameters:
    ///   - identifier: An e-mail address or user name, as typed.
    ///   - password: The password, as typed.
    ///   - isRemembered: Whether the session shall live 30 days; kept where a second step follows.
    ///   - client: Where it comes from: each network has a number of failures.
    ///   - secret: What the browser shows of earlier log-ins.
    /// - Returns: The outcome.
    /// - Throws: When the store or the hasher fails. That lets nobody in and says nothing about the password.
    public func verify(
        identifier: String,
        password: Password,
        isRemembered: Bool = false,
        from client: Client,
        browser secret: BrowserSecret? = nil
    ) async throws -> Outcome {
        let account: Account? =
            if let name = LoginName(identifier) { try await store.account(named: name) } else { nil }
        let known = try await knownBrowser(secret, of: account?.id)
        let attempt = attempt(at: account, named: identifier, from: client.address, in: known)
        let counts: [Int]
        switch try await store.admit(attempt.budgets, at: clock.now) {
        case .refused(let until):
            try await noteThrottled(account?.id, from: client)
            return .throttled(retryAfterSeconds: seconds(until: until))
        case .admitted(let failures): counts = failures
        }
        // Read whatever the password is: a lock is not told by time either.
        let lock = try await lock(on: account?.id, from: client)
        // Enumeration by time: unknown, disabled and password-less accounts cost a hash too (CVE-2024-39329). So does one
        // that was guessed at too often: whoever goes on guessing does not learn it.
        let isOpen = known != nil || (counts.last ?? 0) <= AttemptBudgets.streakMax
        let hash = account.flatMap { $0.isDisabled || !isOpen ? nil : $0.passwordHash }
        guard try await matches(password, hash, attempt), let account, let hash else {
            try await noteFailure(.loginFailed, of: attempt, counts, from: client)
            return .invalidCredentials
        }
        if let lock {
            // As a wrong password in all that follows, also in what is counted: who guesses must not learn that this one was right.
            try await noteFailure(.loginDenied, of: attempt, counts, from: client, detail: lock.target.kind)
            return .invalidCredentials
        }
        if hash.isOutdated(for: hasher.cost) {
            try await store.renew(hash, as: try await hasher.hash(password), of: account.id)
        }
        let failures = (counts.first ?? 1) - 1
        guard account.secondFactor == nil else {
            return try await challenge(account, attempt, isRemembered, failures > 0, from: client)
        }
        let authentication = Authentication(
            userID: account.id,
            credentialVersion: account.credentialVersion,
            epoch: account.epoch,
            methods: .password,
            at: clock.now,
            browser: known,
            failures: failures,
            settling: attempt.succeeded
        )
        return .authenticated(authentication, account.user)
    }

    /// Compares a password, and takes the attempt back when nothing could be compared.
    ///
    /// When that fails too, a failure too many is counted.
    func matches(_ password: Password, _ hash: PasswordHash?, _ attempt: Attempt) async throws -> Bool {
        do {
            return try await hasher.verify(password, against: hash)
        } catch {
            try? await store.settle(attempt.takenBack)
            throw error
        }
    }

    /// Lets an account be made from a network, unless too many were.
    ///
    /// - Returns: How long to wait, in seconds; `nil` when it may go on.
    /// - Throws: When the store fails.
    public func admitRegistration(from address: IPAddress?) async throws -> Int64? {
        switch try await store.admit([budgets.registration(address)], at: clock.now) {
        case .admitted: nil
        case .refused(let until): seconds(until: until)
        }
    }

    /// Forgets a browser, at the owner's wish.
    ///
    /// - Throws: When the store fails.
    public func forget(_ secret: BrowserSecret, of user: UserID) async throws {
        for browser in browsers.all(secret, of: user) { try await forget(browser, of: user) }
    }

    private func forget(_ browser: KnownBrowser, of user: UserID) async throws {
        let event = AuditEvent(.knownBrowserForgotten, at: clock.now, user: user, by: .system)
        try await store.forget(browser, of: user, event)
    }

    /// A browser that has logged in to the account before.
    func knownBrowser(_ secret: BrowserSecret?, of user: UserID?) async throws -> KnownBrowser? {
        guard let secret, let user else { return nil }
        for browser in browsers.all(secret, of: user) where try await store.knows([browser], of: user) {
            return browser
        }
        return nil
    }

    /// The lock that denies a log-in; `nil` when none does.
    func lock(on user: UserID?, from client: Client) async throws -> LoginLock? {
        try await store.locks(on: user, at: clock.now).first { $0.matches(user, client) }
    }

    /// What an attempt at a log-in is counted by.
    private func attempt(
        at account: Account?,
        named identifier: String,
        from address: IPAddress?,
        in browser: KnownBrowser?
    ) -> Attempt {
        guard let account else {
            let own = [budgets.name(identifier), budgets.network(address)]
            return Attempt(own, streak: budgets.streak(identifier))
        }
        let streak = budgets.streak(account.id)
        guard let browser else {
            let network = budgets.network(address)
            return Attempt(
                [budgets.account(account.id), network],
                streak: streak,
                of: account.id,
                countingOnlyFailures: [network.key]
            )
        }
        return Attempt([budgets.knownBrowser(browser)], streak: streak, of: account.id, in: browser)
    }

    // MARK: Failures

    /// Notes that somebody has to wait.
    func noteThrottled(_ user: UserID?, in session: SessionID? = nil, from client: Client) async throws {
        refusals.increment()
        try await note(.loginThrottled, user, session, from: client)
    }

    /// Notes a wrong password or code, and what follows when it was one too many.
    func noteFailure(
        _ kind: AuditEvent.Kind,
        of attempt: Attempt,
        _ counts: [Int],
        in session: SessionID? = nil,
        from client: Client,
        detail: String? = nil
    ) async throws {
        failures.increment()
        try await note(kind, attempt.user, session, from: client, detail: detail)
        guard let user = attempt.user, let own = attempt.budgets.first, let count = counts.first else { return }
        if let browser = attempt.browser, count >= own.failuresMax { try await forget(browser, of: user) }
        if counts.last == AttemptBudgets.streakMax { try await note(.accountLocked, user, nil, from: client) }
    }

    private func note(
        _ kind: AuditEvent.Kind,
        _ user: UserID?,
        _ session: SessionID?,
        from client: Client,
        detail: String? = nil
    ) async throws {
        let actor: Actor = session.map(Actor.session) ?? .system
        try await store.note(
            failure: AuditEvent(
                kind,
                at: clock.now,
                user: user,
                session: session,
                by: actor,
                from: client,
                detail: detail
            )
        )
    }

    /// No longer than the longest wait there is: a clock that was set back makes nobody wait for days.
    func seconds(until instant: Timestamp) -> Int64 {
        let milliseconds = instant.milliseconds - clock.now.milliseconds
        return min(max(1, (milliseconds + 999) / 1_000), 3_600)
    }
}
