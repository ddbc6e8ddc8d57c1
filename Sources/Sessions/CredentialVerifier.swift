import Metrics

/// Checks what was typed into the log-in form.
///
/// In NIST's word: the verifier.
public struct CredentialVerifier: Sendable {
    private let store: any SessionStore
    private let hasher: PasswordHasher
    private let clock: WallClock
    private let budgets: AttemptBudgets
    private let browsers: BrowserDigests
    private let failures = Counter(label: "sessions_login_failures_total")
    private let refusals = Counter(label: "sessions_login_throttled_total")

    /// Creates a verifier.
    ///
    /// - Parameters:
    ///   - store: Where accounts are, and failures are counted.
    ///   - hasher: Compares passwords.
    ///   - keys: Digests of what was typed are keyed with them.
    ///   - clock: Decides how long one has to wait.
    public init(store: any SessionStore, hasher: PasswordHasher, keys: SigningKeys, clock: WallClock) {
        self.store = store
        self.hasher = hasher
        self.clock = clock
        budgets = AttemptBudgets(keys: keys)
        browsers = BrowserDigests(keys: keys)
    }

    /// The outcome of a check.
    ///
    /// The client learns no more than which of the three it is, and none of them tells whether there is such an account.
    public enum Outcome: Sendable {
        /// Identifier and password belong together.
        case authenticated(Authentication, User)
        /// They do not, or there is no such account, or it is disabled: alike in answer and time (ASVS 6.3.8).
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
    ///   - address: The client's address: each network has a number of failures.
    ///   - secret: What the browser shows of earlier log-ins.
    /// - Returns: The outcome.
    /// - Throws: When the store or the hasher fails. That lets nobody in and says nothing about the password.
    public func verify(
        identifier: String,
        password: Password,
        from address: IPAddress?,
        browser secret: BrowserSecret? = nil
    ) async throws -> Outcome {
        let account: Account? =
            if let name = LoginName(identifier) { try await store.account(named: name) } else { nil }
        let known = try await knownBrowser(secret, of: account)
        let attempt = attempt(at: account, named: identifier, from: address, in: known)
        let counts: [Int]
        switch try await store.admit(attempt.budgets, at: clock.now) {
        case .refused(let until):
            refusals.increment()
            return .throttled(retryAfterSeconds: seconds(until: until))
        case .admitted(let failures): counts = failures
        }
        // Enumeration by time: unknown, disabled and password-less accounts cost a hash too (CVE-2024-39329). So does one
        // that was guessed at too often: whoever goes on guessing does not learn it.
        let isOpen = known != nil || (counts.last ?? 0) <= AttemptBudgets.streakMax
        let hash = account.flatMap { $0.isDisabled || !isOpen ? nil : $0.passwordHash }
        let matches: Bool
        do {
            matches = try await hasher.verify(password, against: hash)
        } catch {
            // Nothing was compared. When this fails too, a failure too many is counted.
            try? await store.settle(attempt.budgets.map { .takeBack($0.key) })
            throw error
        }
        guard matches, let account, let hash else {
            failures.increment()
            if let known, let account, counts[0] >= attempt.budgets[0].failuresMax {
                try await forget(known, of: account.id)
            }
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
            at: clock.now,
            browser: known,
            settling: attempt.settling
        )
        return .authenticated(authentication, account.user)
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
    private func knownBrowser(_ secret: BrowserSecret?, of account: Account?) async throws -> KnownBrowser? {
        guard let secret, let account else { return nil }
        for browser in browsers.all(secret, of: account.id)
        where try await store.knows([browser], of: account.id) {
            return browser
        }
        return nil
    }

    /// What an attempt is counted by, the streak last, and what becomes of it when it was right.
    private func attempt(
        at account: Account?,
        named identifier: String,
        from address: IPAddress?,
        in browser: KnownBrowser?
    ) -> (budgets: [AttemptBudget], settling: [AttemptSettlement]) {
        guard let account else {
            return ([budgets.name(identifier), budgets.network(address), budgets.streak(identifier)], [])
        }
        let streak = budgets.streak(account.id)
        if let browser {
            let own = budgets.knownBrowser(browser)
            return ([own, streak], [.forget(own.key), .forget(streak.key)])
        }
        let (own, network) = (budgets.account(account.id), budgets.network(address))
        return ([own, network, streak], [.forget(own.key), .takeBack(network.key), .forget(streak.key)])
    }

    private func seconds(until instant: Timestamp) -> Int64 {
        let milliseconds = instant.milliseconds - clock.now.milliseconds
        return max(1, (milliseconds + 999) / 1_000)
    }
}
