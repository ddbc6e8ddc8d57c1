extension CredentialVerifier {
    /// Who asks for a change of credentials, from within a session.
    public struct Caller: Sendable {
        /// The session.
        public let session: LiveSession
        /// Where the request comes from.
        public let client: Client
        /// What the browser shows of earlier log-ins.
        public let browser: BrowserSecret?

        /// Creates a caller.
        public init(_ session: LiveSession, from client: Client, browser: BrowserSecret?) {
            self.session = session
            self.client = client
            self.browser = browser
        }
    }

    /// The outcome of proving once more who is there.
    enum Confirmation {
        case confirmed(Confirmed)
        case refused(Refusal)
    }

    /// Why a proof within a session was not taken.
    public enum Refusal: Hashable, Sendable {
        /// The password is wrong.
        case wrongPassword
        /// The code is wrong, missing, or was used before.
        case wrongCode
        /// There were too many failures: nothing was looked at. How long to wait, in seconds.
        case throttled(retryAfterSeconds: Int64)
        /// It was one failure too many in this session, which is to end.
        case sessionSpent
    }

    /// What was proved.
    struct Confirmed: Sendable {
        let account: Account
        /// The browser, when the account knows it.
        let browser: KnownBrowser?
        /// What the code uses up; `nil` where none was asked for.
        let using: SecondFactorUse?
        let settling: [AttemptSettlement]
    }

    /// What a proof is checked against.
    enum Proof: Sendable {
        /// The account's password.
        case password(Password)
        /// The account's password, and a code where the account's second factor is on.
        case passwordAndCode(Password, code: String?)
        /// A code of a seed that guards nothing yet.
        case code(String, of: TOTPSecret)
    }

    /// Checks a proof from within a session; it counts like a log-in, and for the session besides.
    ///
    /// - Throws: When the store or the hasher fails. That says nothing about the proof.
    func confirm(_ proof: Proof, of account: Account, by caller: Caller) async throws -> Confirmation {
        let known = try await knownBrowser(caller.browser, of: account.id)
        let attempt = attempt(at: account, proof, by: caller, in: known)
        let counts: [Int]
        switch try await store.admit(attempt.budgets, at: clock.now) {
        case .refused(let until):
            try await noteThrottled(account.id, in: caller.session.id, from: caller.client)
            return .refused(.throttled(retryAfterSeconds: seconds(until: until)))
        case .admitted(let failures): counts = failures
        }
        let failure: Refusal
        switch try await check(proof, of: account, attempt) {
        case .right(let use):
            return .confirmed(Confirmed(account: account, browser: known, using: use, settling: attempt.succeeded))
        case .wrong(let refusal): failure = refusal
        }
        let kind: AuditEvent.Kind = failure == .wrongCode ? .secondFactorFailed : .loginFailed
        try await noteFailure(kind, of: attempt, counts, in: caller.session.id, from: caller.client)
        let failuresOfSession = counts.dropLast().last ?? 0
        return .refused(failuresOfSession >= AttemptBudgets.sessionFailuresMax ? .sessionSpent : failure)
    }

    private enum Check {
        case right(SecondFactorUse?)
        case wrong(Refusal)
    }

    private func check(_ proof: Proof, of account: Account, _ attempt: Attempt) async throws -> Check {
        switch proof {
        case .password(let password):
            return try await matches(password, account.passwordHash, attempt) ? .right(nil) : .wrong(.wrongPassword)
        case .passwordAndCode(let password, let code):
            guard try await matches(password, account.passwordHash, attempt) else { return .wrong(.wrongPassword) }
            guard account.secondFactor != nil else { return .right(nil) }
            guard let use = try await match(code ?? "", of: account) else { return .wrong(.wrongCode) }
            return .right(use)
        case .code(let text, let secret):
            guard let code = TOTPCode(text), let step = TOTP(secret).match(code, at: clock.now, after: -1) else {
                return .wrong(.wrongCode)
            }
            return .right(.step(step))
        }
    }

    /// What a proof is counted by: as a log-in, then as a code where one is compared, then for the session.
    private func attempt(
        at account: Account,
        _ proof: Proof,
        by caller: Caller,
        in browser: KnownBrowser?
    ) -> Attempt {
        let session = budgets.session(caller.session.id)
        let streak = budgets.streak(account.id)
        if let browser {
            return Attempt([budgets.knownBrowser(browser), session], streak: streak, of: account.id, in: browser)
        }
        let network = budgets.network(caller.client.address)
        let codes = budgets.secondFactor(account.id)
        let isCodeCompared =
            switch proof {
            case .passwordAndCode: account.secondFactor != nil
            case .password, .code: false
            }
        return Attempt(
            [budgets.account(account.id), network] + (isCodeCompared ? [codes] : []) + [session],
            streak: streak,
            of: account.id,
            countingOnlyFailures: [network.key, codes.key]
        )
    }
}
