extension AccountSecurity {
    /// Reads the caller's account as it is now.
    func withAccount<Value>(
        of caller: Caller,
        _ body: (SessionRecord) async throws -> Result<Value, Refusal>
    ) async throws -> Result<Value, Refusal> {
        guard let record = try await store.record(of: caller.session.id) else { return .failure(.sessionChanged) }
        return try await body(record)
    }

    /// Goes on once a proof was taken; the session ends when it was one failure too many.
    func confirming<Value>(
        _ proof: CredentialVerifier.Proof,
        of record: SessionRecord,
        by caller: Caller,
        _ body: (CredentialVerifier.Confirmed) async throws -> Result<Value, Refusal>
    ) async throws -> Result<Value, Refusal> {
        switch try await verifier.confirm(proof, of: record.account, by: caller) {
        case .confirmed(let confirmed): return try await body(confirmed)
        case .refused(.wrongPassword): return .failure(.wrongPassword)
        case .refused(.wrongCode): return .failure(.wrongCode)
        case .refused(.throttled(let seconds)): return .failure(.throttled(retryAfterSeconds: seconds))
        case .refused(.sessionSpent):
            try await authority.endGuessed(caller.session, from: caller.client)
            return .failure(.sessionEnded)
        }
    }

    /// Makes a change, and gives the caller's session its new token.
    ///
    /// - Parameters:
    ///   - record: The session and its account, as they were verified.
    ///   - kind: What changes.
    ///   - event: What is noted.
    ///   - confirmed: What was proved.
    ///   - methods: How; `nil` when it was no whole authentication, and the last one stays what it was.
    ///   - reason: Why the other sessions end; `nil` leaves them.
    ///   - caller: Who asks.
    /// - Returns: The session under its new token, or why not.
    /// - Throws: When the store fails.
    func renew(
        _ record: SessionRecord,
        _ kind: CredentialChange.Kind,
        _ event: AuditEvent.Kind,
        _ confirmed: CredentialVerifier.Confirmed,
        _ methods: AuthenticationMethods?,
        endingOthers reason: Session.EndReason? = nil,
        by caller: Caller
    ) async throws -> Result<Renewed, Refusal> {
        let now = clock.now
        let (session, token) = authority.renewed(
            record.session,
            methods: methods ?? record.session.authentication,
            authenticatedAt: methods == nil ? record.session.authenticatedAt : now,
            at: now
        )
        var browser: BrowserSecret?
        if case .password = kind, confirmed.browser != nil { browser = .make() }
        let made = try await make(
            kind,
            event,
            confirmed,
            at: now,
            renewal: session,
            browser: browser,
            endingOthers: reason,
            by: caller
        )
        return made.map { Renewed(session: session, token: token, browser: browser, endedCount: $0) }
    }

    /// Makes a change.
    ///
    /// - Returns: How many other sessions were ended.
    func make(
        _ kind: CredentialChange.Kind,
        _ event: AuditEvent.Kind,
        _ confirmed: CredentialVerifier.Confirmed,
        at now: Timestamp,
        renewal: Session? = nil,
        browser: BrowserSecret? = nil,
        endingOthers reason: Session.EndReason? = nil,
        reporting reported: AuditEventID? = nil,
        by caller: Caller
    ) async throws -> Result<Int, Refusal> {
        let user = confirmed.account.id
        let id = caller.session.id
        var kinds = [event]
        var reason = reason
        if confirmed.using?.isRecoveryCode == true {
            // The app may be in a stranger's hands, and so may be sessions.
            kinds.append(.recoveryCodeUsed)
            reason = reason ?? .revoked
        }
        let change = CredentialChange(
            kind,
            of: user,
            verified: confirmed.account.credentialVersion,
            at: now,
            using: confirmed.using,
            in: id,
            tokenDigest: caller.session.tokenDigest,
            renewal: renewal.map {
                SessionRenewal(
                    tokenDigest: $0.tokenDigest,
                    authentication: $0.authentication,
                    authenticatedAt: $0.authenticatedAt
                )
            },
            endingOthers: reason.map { Session.Ending(at: now, reason: $0, by: .session(id)) },
            browser: browser.map { verifier.browsers.current($0, of: user) },
            settling: confirmed.settling,
            reporting: reported,
            events: kinds.map {
                AuditEvent(
                    $0,
                    at: now,
                    user: user,
                    session: id,
                    by: .session(id),
                    from: caller.client,
                    detail: reported.map { "\($0)" }
                )
            }
        )
        switch try await authority.make(change) {
        case .made(let ended): return .success(ended.active.count)
        case .refused, .sessionChanged: return .failure(.sessionChanged)
        case .alreadyUsed:
            try await verifier.noteUsedCode(of: user, from: caller.client)
            return .failure(.wrongCode)
        }
    }
}

extension CredentialVerifier.Confirmed {
    /// Nothing was proved but the session itself, for an account that has no password.
    static func unproved(_ account: Account) -> Self {
        Self(account: account, browser: nil, using: nil, settling: [])
    }
}
