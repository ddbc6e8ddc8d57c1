extension SessionAuthority {
    /// How many sessions are ended in one transaction: a log-in waits for one at most.
    public static let endedAtOnceMax = 200

    /// Some of the live sessions, and where to go on.
    public struct Matches: Sendable {
        /// Those of the page that meet the criteria.
        public let sessions: [Session]
        /// How many were looked at.
        public let count: Int
        /// Where the next page begins; `nil` after the last one.
        public let next: SessionPosition?
    }

    /// Looks for live sessions, up to 500 at a time in the order of their expiry.
    ///
    /// What memory knows of activity is written when the first page is asked for.
    ///
    /// - Parameters:
    ///   - criteria: Which.
    ///   - position: Where to begin; `nil` for the first.
    /// - Returns: A page; it may hold none though there are more.
    /// - Throws: When the store fails.
    public func sessions(matching criteria: SessionCriteria, after position: SessionPosition? = nil) async throws
        -> Matches
    {
        if position == nil { try await writeActivity() }
        let page = try await store.liveSessions(
            of: criteria.user,
            after: position,
            activeAt: clock.now,
            limit: Self.batchMax
        )
        return Matches(
            sessions: page.filter(criteria.matches),
            count: page.count,
            next: page.count < Self.batchMax ? nil : page.last.map(SessionPosition.init)
        )
    }

    /// Ends sessions on the operator's behalf, each with an event of its own in its owner's history.
    ///
    /// - Parameters:
    ///   - sessions: At most ``endedAtOnceMax``; those that have ended meanwhile stay as they are.
    ///   - reason: Why, in the operator's words.
    /// - Returns: How many were ended by this.
    /// - Throws: When the store fails; whether they have ended is then unknown.
    public func end(_ sessions: some Collection<Session>, because reason: String?) async throws -> Int {
        let now = clock.now
        let events = sessions.prefix(Self.endedAtOnceMax).map { session in
            AuditEvent(
                .sessionRevoked,
                at: now,
                user: session.userID,
                session: session.id,
                by: .operator,
                detail: reason
            )
        }
        let ending = Session.Ending(at: now, reason: .revoked, by: .operator)
        return try await publishing(.revoked) { try await store.end(ending, events) }.active.count
    }
}
