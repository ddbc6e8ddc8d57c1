/// Thrown when a session was to end others, and had ended itself by then: nothing was done.
///
/// Its request was accepted a moment before.
public struct CallerEnded: Error {}

extension SessionAuthority {
    /// The outcome of ending one session of one's own.
    public enum Revocation: Hashable, Sendable {
        /// It has ended, now or earlier.
        case ended
        /// It is the session that asks: that is a log-out.
        case isCurrent
        /// The user has no such session. Another user's looks the same (invariant I7).
        case notFound
    }

    /// Ends another session of the same user.
    ///
    /// When this returns, no request that starts later is accepted with its token.
    ///
    /// - Throws: ``CallerEnded``; or when the store fails, and whether the session has ended is then unknown.
    public func revoke(_ id: SessionID, by current: LiveSession, from client: Client) async throws -> Revocation {
        guard id != current.id else { return .isCurrent }
        let ended = try await end(
            .one(id, of: current.userID),
            because: .revoked,
            by: .session(current.id),
            .sessionRevoked,
            session: id,
            from: client
        )
        if !ended.isEmpty { return .ended }
        let record = try await store.record(of: id)
        return record?.session.userID == current.userID ? .ended : .notFound
    }

    /// Ends all sessions of a user but the current one.
    ///
    /// - Returns: How many were ended.
    /// - Throws: ``CallerEnded``; or when the store fails, and which have ended is then unknown.
    public func revokeOthers(than current: LiveSession, from client: Client) async throws -> Int {
        try await end(
            .allExcept(current.id, of: current.userID),
            because: .revoked,
            by: .session(current.id),
            .sessionRevoked,
            from: client
        ).active.count
    }

    /// Ends all sessions of a user, the current one included, and forgets the browsers that the account knows.
    ///
    /// - Parameters:
    ///   - current: The session that asks.
    ///   - client: Where it asks from.
    ///   - secret: What the caller's browser is known by; when it is, it is known by another one from now on.
    /// - Returns: How many were ended, and what the caller's browser is known by.
    /// - Throws: ``CallerEnded``; or when the store fails, and which have ended is then unknown.
    public func revokeAll(
        by current: LiveSession,
        from client: Client,
        browser secret: BrowserSecret? = nil
    ) async throws -> (count: Int, browser: BrowserSecret?) {
        let user = current.userID
        let isKnown = try await secret.asyncMap {
            try await self.store.knows(self.browsers.all($0, of: user), of: user)
        }
        let ended = try await end(
            .all(of: user),
            because: .revoked,
            by: .session(current.id),
            .sessionRevoked,
            from: client
        )
        guard isKnown == true else { return (ended.active.count, nil) }
        let renewed = BrowserSecret.make()
        do {
            try await store.know(browsers.current(renewed, of: user), of: user, at: clock.now)
        } catch {
            // The sessions have ended, and that must be told; a browser that is not known is a stranger's.
            return (ended.active.count, nil)
        }
        return (ended.active.count, renewed)
    }

    /// Ends the session of a token, on its own device.
    ///
    /// A token that opens nothing is logged out already. It may have been ended a moment ago, by a request that has not been answered, and be
    /// good on other nodes still: what is answered here holds for them as well.
    ///
    /// - Returns: Whose session was ended; `nil` when there was none.
    /// - Throws: When the store fails; whether the session has ended is then unknown.
    public func logOut(token: [UInt8], from client: Client) async throws -> UserID? {
        if case .valid(let session) = try await verify(token, from: client) {
            try await logOut(session, from: client)
            return session.userID
        }
        if isShared, token.withUnsafeBytes(codec.authenticate) != nil { try await store.awaitEndings() }
        return nil
    }

    /// Ends the current session, on its own device.
    ///
    /// - Throws: When the store fails; whether the session has ended is then unknown.
    public func logOut(_ current: LiveSession, from client: Client) async throws {
        _ = try await end(
            .one(current.id, of: current.userID),
            because: .loggedOut,
            by: .session(current.id),
            .sessionLoggedOut,
            session: current.id,
            from: client
        )
    }

    /// Ends sessions on the operator's behalf.
    ///
    /// - Throws: When the store fails; which have ended is then unknown.
    public func revoke(_ selection: SessionSelection) async throws -> EndedSessions {
        let session: SessionID? = if case .any(let id) = selection { id } else { nil }
        return try await end(selection, because: .revoked, by: .operator, .sessionRevoked, session: session, from: nil)
    }

    func end(
        _ selection: SessionSelection,
        because reason: Session.EndReason,
        by actor: Actor,
        _ kind: AuditEvent.Kind,
        session: SessionID? = nil,
        from client: Client?
    ) async throws -> EndedSessions {
        let now = clock.now
        let event = AuditEvent(kind, at: now, user: selection.user, session: session, by: actor, from: client)
        let ended = try await publishing(reason) {
            try await self.store.end(selection, Session.Ending(at: now, reason: reason, by: actor), event)
        }
        guard !ended.isRefused else { throw CallerEnded() }
        return ended
    }

    /// Runs a change that ends sessions, and lets memory and open pages know before anybody is answered.
    ///
    /// A change that throws may have been made: memory then vouches for nobody until the store was asked again.
    ///
    /// - Parameters:
    ///   - reason: Why the active ones have ended.
    ///   - mayEnd: Whether the change can have ended sessions at all.
    ///   - change: Ends them in the store.
    /// - Returns: What the change has ended.
    /// - Throws: What the change throws.
    func publishing(
        _ reason: Session.EndReason,
        endingOthers mayEnd: Bool = true,
        _ change: () async throws -> EndedSessions
    ) async throws -> EndedSessions {
        let ended: EndedSessions
        do {
            ended = try await change()
        } catch {
            if mayEnd { live.endAll() }
            throw error
        }
        publish(ended.active, because: reason)
        publish(ended.due, because: .expired)
        return ended
    }

    /// Lets memory, the counters and open pages know of sessions that the store has ended.
    func publish(_ ended: [SessionID: UserID], because reason: Session.EndReason) {
        live.end(ended.keys)
        counters.count(ended: ended.count, because: reason)
        for (id, user) in ended { feed.ended(id, of: user, because: reason) }
    }
}

extension SessionSelection {
    /// Whose sessions are selected, when they are one user's.
    var user: UserID? {
        switch self {
        case .one(_, let user), .allExcept(_, let user), .all(let user): user
        case .any, .everyones: nil
        }
    }
}
