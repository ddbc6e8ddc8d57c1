extension AccountSecurity {
    /// A seed for an authenticator app.
    public struct Setup: Sendable {
        /// The seed; it is shown on the page that sets it up, and nowhere else.
        public let secret: TOTPSecret
        /// Whose it is.
        public let username: Username
    }

    /// New recovery codes, which cannot be had again.
    public struct Enabled: Sendable {
        /// The codes.
        public let recoveryCodes: [RecoveryCode]
        /// The session under its new token.
        public let renewed: Renewed
    }

    /// Makes a seed, which guards nothing until ``enable(code:by:)`` has seen a code of it.
    ///
    /// - Parameters:
    ///   - password: The account's password, as typed.
    ///   - caller: Who asks; only this session can turn the factor on.
    /// - Returns: The seed, or why not.
    /// - Throws: When the store or the hasher fails.
    public func setUp(password: Password, by caller: Caller) async throws -> Result<Setup, Refusal> {
        try await withAccount(of: caller) { record in
            guard record.account.secondFactor == nil else { return .failure(.alreadyEnabled) }
            return try await confirming(.password(password), of: record, by: caller) { confirmed in
                let secret = TOTPSecret.make()
                let pending = PendingSecondFactor(
                    userID: record.account.id,
                    seed: try SealedSeed(secret, of: record.account.id, with: verifier.keys),
                    sessionID: caller.session.id,
                    expiresAt: clock.now.adding(seconds: PendingSecondFactor.lifetimeSeconds)
                )
                try await store.settle(confirmed.settling)
                guard try await store.begin(pending) else { return .failure(.alreadyEnabled) }
                return .success(Setup(secret: secret, username: record.account.user.username))
            }
        }
    }

    /// The seed that is being set up in a session, to be shown again.
    ///
    /// - Throws: When the store fails, or the seed cannot be read.
    public func pendingSetup(of session: LiveSession) async throws -> Setup? {
        guard let (secret, _) = try await pendingSecret(of: session) else { return nil }
        return Setup(secret: secret, username: session.username)
    }

    /// Turns the second factor on.
    ///
    /// - Parameters:
    ///   - code: What the app shows; it is used up.
    ///   - caller: Who asks. Their other sessions end.
    /// - Returns: Ten recovery codes and the session under its new token, or why not.
    /// - Throws: When the store fails. It is then unknown whether the factor is on.
    public func enable(code: String, by caller: Caller) async throws -> Result<Enabled, Refusal> {
        try await withAccount(of: caller) { record in
            guard record.account.secondFactor == nil else { return .failure(.alreadyEnabled) }
            guard let (secret, seed) = try await pendingSecret(of: caller.session) else {
                return .failure(.setupRequired)
            }
            return try await confirming(.code(code, of: secret), of: record, by: caller) { confirmed in
                guard case .step(let step)? = confirmed.using else { return .failure(.wrongCode) }
                let codes = RecoveryCode.makeSet()
                let renewed = try await renew(
                    record,
                    .secondFactorOn(seed, step: step, recoveryCodes: codes.map(\.digest)),
                    .secondFactorEnabled,
                    // The code is used up with the seed's first step, not against a factor that is on.
                    confirmed.usingNothing,
                    .passwordAndCode,
                    endingOthers: .revoked,
                    by: caller
                )
                return renewed.map { Enabled(recoveryCodes: codes, renewed: $0) }
            }
        }
    }

    /// Turns the second factor off.
    ///
    /// - Parameters:
    ///   - password: The account's password, as typed.
    ///   - code: A code of the app or a recovery code, as typed.
    ///   - caller: Who asks. Their other sessions end.
    /// - Returns: The session under its new token, or why not.
    /// - Throws: When the store or the hasher fails. It is then unknown whether the factor is on.
    public func disable(password: Password, code: String, by caller: Caller) async throws -> Result<Renewed, Refusal> {
        try await withAccount(of: caller) { record in
            guard record.account.secondFactor != nil else { return .failure(.notEnabled) }
            return try await confirming(.passwordAndCode(password, code: code), of: record, by: caller) { confirmed in
                try await renew(
                    record,
                    .secondFactorOff,
                    .secondFactorDisabled,
                    confirmed,
                    .passwordAndCode,
                    endingOthers: .revoked,
                    by: caller
                )
            }
        }
    }

    /// Makes ten new recovery codes; the old ones are dead.
    ///
    /// - Parameters:
    ///   - password: The account's password, as typed.
    ///   - code: A code of the app or a recovery code, as typed.
    ///   - caller: Who asks.
    /// - Returns: The codes, or why not.
    /// - Throws: When the store or the hasher fails. It is then unknown which codes are in force.
    public func renewRecoveryCodes(
        password: Password,
        code: String,
        by caller: Caller
    ) async throws -> Result<[RecoveryCode], Refusal> {
        try await withAccount(of: caller) { record in
            guard record.account.secondFactor != nil else { return .failure(.notEnabled) }
            return try await confirming(.passwordAndCode(password, code: code), of: record, by: caller) { confirmed in
                let codes = RecoveryCode.makeSet()
                let made = try await make(
                    .recoveryCodes(codes.map(\.digest)),
                    .recoveryCodesMade,
                    confirmed,
                    at: clock.now,
                    by: caller
                )
                return made.map { _ in codes }
            }
        }
    }

    private func pendingSecret(of session: LiveSession) async throws -> (TOTPSecret, SealedSeed)? {
        guard let pending = try await store.pendingSecondFactor(of: session.userID),
            pending.sessionID == session.id, clock.now < pending.expiresAt
        else { return nil }
        return (try pending.seed.secret(of: session.userID, with: verifier.keys), pending.seed)
    }
}

extension CredentialVerifier.Confirmed {
    fileprivate var usingNothing: Self {
        Self(account: account, browser: browser, using: nil, settling: settling)
    }
}
