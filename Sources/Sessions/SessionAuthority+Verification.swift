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
        switch verification {
        case .valid(let session): if session.note(client, at: clock.now) { activity.add(session) }
        case .invalid(.ended): endedUses.add(token, from: client)
        case .invalid: break
        }
        return verification
    }

    /// The live session of a token, without noting activity.
    func session(of token: [UInt8]) async throws -> LiveSession? {
        if case .valid(let session) = try await judge(token) { session } else { nil }
    }

    /// How often a check begins anew when it meets a change.
    private static let triesMax = 8

    private func judge(_ token: [UInt8]) async throws -> Verification {
        guard let code = token.withUnsafeBytes(codec.authenticate) else { return .invalid(.notOurs) }
        for _ in 0..<Self.triesMax {
            // The order is the protocol: the lease, the look-up, the clock against the lease that was loaded, the lease once more.
            let grant = lease?.grant
            Fault.stop(at: .verifyLoaded)
            let session: LiveSession
            if let known = live.session(code) {
                session = known
            } else {
                switch try await read(token, code) {
                case .refused(let refusal): return .invalid(refusal)
                case .overtaken: continue
                case .found(let found): session = found
                }
            }
            Fault.stop(at: .verifyFound)
            if let lease, let grant {
                if Fault.holds(at: .verifyLapsed), !lease.holds(grant) { await Fault.hold() }
                guard lease.holds(Fault.breaks(.pairing) ? lease.grant : grant) else {
                    guard await lease.renewed() else { throw LeaseLost() }
                    continue
                }
                Fault.stop(at: .verifyClocked)
                guard lease.grant == grant || Fault.breaks(.pairing) else { continue }
                Fault.stop(at: .verifyAccepted)
            }
            // The clock is read after the look-up: the session was live at this instant.
            return clock.now < session.expiresAt ? .valid(session) : .invalid(.expired)
        }
        throw LeaseLost()
    }

    private enum Reading {
        case found(LiveSession)
        case refused(Refusal)
        /// A session was ended while the record was read: perhaps this one.
        case overtaken
    }

    /// Judges a token by the record that the store has.
    private func read(_ token: [UInt8], _ code: TokenCode) async throws -> Reading {
        let now = clock.now
        guard let claims = codec.claims(of: token), claims.issuedAt <= now.adding(seconds: Self.issuedAheadMaxSeconds)
        else {
            return .refused(.notOurs)
        }
        // `exp` is in whole seconds, the record in milliseconds: within that second the record decides.
        guard now < claims.expiresAt.adding(seconds: 1) else { return .refused(.expired) }
        let generation = live.generation(for: claims.sessionID)
        counters.countStoreRead()
        guard let record = try await store.record(of: claims.sessionID) else { return .refused(.ended(.revoked)) }
        let refusal = Self.refusal(of: claims, presentedAs: TokenDigest(of: token), by: record, at: clock.now)
        if let refusal { return .refused(refusal) }
        let session = LiveSession(record, code: code)
        return live.insert(session, readAt: generation) ? .found(session) : .overtaken
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
