extension SessionAuthority {
    /// A session as it goes on under a new token: id and expiry stay.
    ///
    /// Fixation: a token from before a new authentication is worth nothing afterwards (ASVS 7.2.4).
    func renewed(
        _ session: Session,
        methods: AuthenticationMethods,
        authenticatedAt: Timestamp,
        at now: Timestamp
    ) -> (session: Session, token: SessionToken) {
        let token = codec.sign(
            TokenClaims(
                userID: session.userID,
                sessionID: session.id,
                tokenID: TokenClaims.randomID(),
                epoch: session.epoch,
                authentication: methods,
                authenticatedAt: authenticatedAt,
                issuedAt: now,
                expiresAt: session.expiresAt,
                audience: codec.audience
            )
        )
        let digest = TokenDigest(of: token.bytes)
        return (session.renewed(with: digest, methods: methods, authenticatedAt: authenticatedAt), token)
    }

    /// Makes an owner's change, and lets memory and open pages know before anybody is answered.
    ///
    /// - Throws: When the store fails; whether the change was made is then unknown, and memory vouches for nobody.
    func make(_ change: CredentialChange) async throws -> CredentialChangeOutcome {
        var outcome = CredentialChangeOutcome.refused
        _ = try await publishing(change.endingOthers?.reason ?? .revoked) {
            outcome = try await store.make(change)
            guard case .made(let ended) = outcome else { return EndedSessions() }
            return ended
        }
        if case .made = outcome, change.renewal != nil {
            live.end([change.session])
            feed.renewed(change.session, of: change.userID)
        }
        return outcome
    }

    /// Makes memory read a user's sessions anew: what it says of the account is not so any more.
    func forgetUser(_ user: UserID) async throws {
        var last: SessionID?
        repeat {
            let page = try await store.allSessions(of: user, after: last, limit: 500).map(\.id)
            live.end(page)
            last = page.count == 500 ? page.last : nil
        } while last != nil
    }

    /// Ends a session in which somebody has guessed too often.
    func endGuessed(_ session: LiveSession, from client: Client) async throws {
        _ = try await end(
            .one(session.id, of: session.userID),
            because: .revoked,
            by: .system,
            .sessionRevoked,
            session: session.id,
            from: client
        )
    }
}
