extension SessionAuthority {
    /// What a presented token is worth.
    public enum Verification: Sendable {
        /// It opens this session.
        case valid(LiveSession)
        /// It opens nothing.
        case invalid(Refusal)
    }

    /// Why a token opens nothing.
    public enum Refusal: Hashable, Sendable {
        /// It is not one of ours: malformed, of a wrong signature, algorithm, issuer or audience.
        case notOurs
        /// Its session's time has run out.
        case expired
        /// Its session was ended.
        case ended(Session.EndReason)
    }

    /// How far ahead of our clock a token's `iat` may be, in seconds: clocks of nodes differ, and step back.
    static let issuedAheadMaxSeconds: Int64 = 60

    /// Verifies a token and notes the request as activity of its session.
    ///
    /// In steady state this asks no store: one HMAC, one look-up, one reading of the clock.
    ///
    /// - Throws: When the store is needed and fails. That is never "not signed in".
    public func verify(_ token: [UInt8], from client: Client) async throws -> Verification {
        let verification = try await judge(token)
        counters.count(verification)
        if case .valid(let session) = verification, session.note(client, at: clock.now) { activity.add(session) }
        return verification
    }

    /// The live session of a token, without noting activity.
    func session(of token: [UInt8]) async throws -> LiveSession? {
        if case .valid(let session) = try await judge(token) { session } else { nil }
    }

    private func judge(_ token: [UInt8]) async throws -> Verification {
        guard let code = token.withUnsafeBytes(codec.authenticate) else { return .invalid(.notOurs) }
        if let session = live.session(code) {
            // The clock is read after the look-up: the session was live at this instant.
            return clock.now < session.expiresAt ? .valid(session) : .invalid(.expired)
        }
        return try await judge(token, code)
    }

    private func judge(_ token: [UInt8], _ code: TokenCode) async throws -> Verification {
        let now = clock.now
        guard let claims = codec.claims(of: token), claims.issuedAt <= now.adding(seconds: Self.issuedAheadMaxSeconds)
        else {
            return .invalid(.notOurs)
        }
        // `exp` is in whole seconds, the record in milliseconds: within that second the record decides.
        guard now < claims.expiresAt.adding(seconds: 1) else { return .invalid(.expired) }
        let generation = live.generation(for: claims.sessionID)
        counters.countStoreRead()
        guard let record = try await store.record(of: claims.sessionID) else { return .invalid(.ended(.revoked)) }
        let refusal = Self.refusal(of: claims, presentedAs: TokenDigest(of: token), by: record, at: clock.now)
        if let refusal { return .invalid(refusal) }
        let session = LiveSession(record, code: code)
        live.insert(session, readAt: generation)
        return .valid(session)
    }

    /// What a record has against a token that points to it.
    static func refusal(
        of claims: TokenClaims,
        presentedAs digest: TokenDigest,
        by record: SessionRecord,
        at now: Timestamp
    ) -> Refusal? {
        // Rightly signed, but not the token that was handed out: an older one of the session, or one made with a stolen key.
        guard record.session.userID == claims.userID, record.session.epoch == claims.epoch,
            record.session.tokenDigest.matches(digest)
        else { return .notOurs }
        switch record.session.status(at: now) {
        case .active: break
        case .expired: return .expired
        case .ended(let ending): return .ended(ending.reason)
        }
        guard !record.account.isDisabled else { return .ended(.disabled) }
        guard record.session.epoch == record.account.epoch else { return .ended(.revoked) }
        return nil
    }
}
