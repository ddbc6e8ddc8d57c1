extension CredentialVerifier {
    /// The outcome of a log-in's second step.
    public enum SecondStepOutcome: Sendable {
        /// Password and code were right.
        case authenticated(Authentication, User, isRemembered: Bool)
        /// The code is wrong, or was used before, or a lock denies the log-in.
        case invalidCode
        /// There is no such challenge, or no more: used, too old, or void since something has changed.
        case challengeExpired
        /// There were too many wrong codes: this one was not looked at. How long to wait, in seconds.
        case throttled(retryAfterSeconds: Int64)
    }

    /// Keeps half a log-in until the second factor comes.
    func challenge(
        _ account: Account,
        _ attempt: Attempt,
        _ isRemembered: Bool,
        _ followsFailures: Bool,
        from client: Client
    ) async throws -> Outcome {
        let token = ChallengeToken.make()
        let now = clock.now
        let challenge = LoginChallenge(
            digest: token.digest,
            userID: account.id,
            credentialVersion: account.credentialVersion,
            epoch: account.epoch,
            isRemembered: isRemembered,
            browser: attempt.browser,
            followsFailures: followsFailures,
            expiresAt: now.adding(seconds: LoginChallenge.lifetimeSeconds)
        )
        // Earlier failures stay: whoever has the password, but not the second factor, clears no count.
        try await store.add(
            challenge,
            settling: attempt.takenBack,
            noting: AuditEvent(.secondFactorAsked, at: now, user: account.id, by: .system, from: client)
        )
        return .secondFactorRequired(token, until: challenge.expiresAt)
    }

    /// Checks a code for a challenge.
    ///
    /// The code is used up when the session is opened, in that transaction (invariant I5).
    ///
    /// - Parameters:
    ///   - code: A code of the authenticator app or a recovery code, as typed.
    ///   - token: What the first step gave.
    ///   - client: Where it comes from.
    /// - Returns: The outcome.
    /// - Throws: When the store fails, or the stored seed cannot be read. That lets nobody in and says nothing about the code.
    public func verify(
        code: String,
        for token: ChallengeToken,
        from client: Client
    ) async throws -> SecondStepOutcome {
        guard let challenge = try await store.challenge(token.digest), clock.now < challenge.expiresAt,
            let account = try await store.account(challenge.userID), account.stillStands(for: challenge)
        else { return .challengeExpired }
        if let browser = challenge.browser, try await !store.knows([browser], of: account.id) {
            return .challengeExpired
        }
        let attempt = attempt(at: challenge)
        let counts: [Int]
        switch try await store.admit(attempt.budgets, at: clock.now) {
        case .refused(let until):
            try await noteThrottled(account.id, from: client)
            return .throttled(retryAfterSeconds: seconds(until: until))
        case .admitted(let failures): counts = failures
        }
        // The challenge's own count stands before the streak.
        guard counts.dropLast().last ?? .max <= AttemptBudgets.challengeFailuresMax else {
            try await store.settle(attempt.takenBack)
            return .challengeExpired
        }
        let lock = try await lock(on: account.id, from: client)
        let isOpen = challenge.browser != nil || (counts.last ?? .max) <= AttemptBudgets.streakMax
        guard isOpen, let use = try await match(code, of: account) else {
            try await noteFailure(.secondFactorFailed, of: attempt, counts, from: client)
            return .invalidCode
        }
        if let lock {
            try await noteFailure(.loginDenied, of: attempt, counts, from: client, detail: lock.target.kind)
            return .invalidCode
        }
        let authentication = Authentication(
            userID: account.id,
            credentialVersion: account.credentialVersion,
            epoch: account.epoch,
            methods: .passwordAndCode,
            at: clock.now,
            browser: challenge.browser,
            secondStep: (challenge.digest, use),
            failures: max(challenge.followsFailures ? 1 : 0, (counts.dropLast().last ?? 1) - 1),
            settling: attempt.succeeded + (challenge.browser == nil ? [.forget(budgets.account(account.id).key)] : [])
        )
        return .authenticated(authentication, account.user, isRemembered: challenge.isRemembered)
    }

    /// Notes that a right code opened nothing: somebody else was quicker to use it.
    ///
    /// - Throws: When the store fails.
    public func noteUsedCode(of user: UserID, from client: Client) async throws {
        let event = AuditEvent(.secondFactorFailed, at: clock.now, user: user, by: .system, from: client)
        try await store.note(failure: event)
    }

    /// What a code would use up; `nil` when it is wrong.
    func match(_ code: String, of account: Account) async throws -> SecondFactorUse? {
        guard let factor = account.secondFactor, let code = SecondFactorCode(code) else { return nil }
        switch code {
        case .oneTime(let code):
            let secret = try factor.seed.secret(of: account.id, with: keys)
            return TOTP(secret).match(code, at: clock.now, after: factor.lastStep).map(SecondFactorUse.step)
        case .recovery(let code):
            return try await store.hasRecoveryCode(code.digest, of: account.id) ? .recoveryCode(code.digest) : nil
        }
    }

    /// What a code is counted by: a known browser's own budget, or the account's, and this log-in's.
    private func attempt(at challenge: LoginChallenge) -> Attempt {
        let user = challenge.userID
        let own = challenge.browser.map(budgets.knownBrowser) ?? budgets.secondFactor(user)
        return Attempt(
            [own, budgets.challenge(challenge.digest)],
            streak: budgets.streak(user),
            of: user,
            in: challenge.browser,
            // Whoever has the password gets no more guesses by the owner's log-ins.
            countingOnlyFailures: challenge.browser == nil ? [own.key] : []
        )
    }
}

extension Account {
    /// Whether nothing has happened to the account that makes a challenge void.
    fileprivate func stillStands(for challenge: LoginChallenge) -> Bool {
        !isDisabled && secondFactor != nil && credentialVersion == challenge.credentialVersion
            && epoch == challenge.epoch
    }
}
