import Sessions

extension Operator {
    /// How many sessions one step touches: a log-in waits for one step at most.
    private static let pageMax = 500

    func listSessions(rows: Rows) async throws -> OperatorOutcome {
        // What memory knows of activity is up to a minute ahead of the store.
        try await authority.writeActivity()
        let now = clock.now
        var last: SessionID?
        while true {
            let page = try await storage.store.sessions(after: last, activeAt: now, limit: Self.pageMax)
            guard let next = page.last else { return .done("") }
            try await rows(page.map { Self.row(of: $0.session, username: $0.account.user.username) })
            last = next.session.id
        }
    }

    func listSessions(of user: String, rows: Rows) async throws -> OperatorOutcome {
        guard let user = try await self.user(user) else { return Self.noSuchUser }
        var page = try await authority.sessions(of: user.id, limit: SessionAuthority.pageMax)
        while let current = page {
            try await rows(current.sessions.map { Self.row(of: $0, username: user.username) })
            guard let next = current.next else { return .done("") }
            page = try await authority.sessions(of: user.id, after: next, limit: SessionAuthority.pageMax)
        }
        return .unavailable("the list took longer than it is kept; ask again")
    }

    func revokeSession(_ id: String) async throws -> OperatorOutcome {
        guard let id = SessionID(id), case let ended = try await authority.revoke(.any(id)), !ended.active.isEmpty
        else {
            return .refused("there is no live session of that id")
        }
        return .done("The session was ended.")
    }

    func revokeSessions(of user: String) async throws -> OperatorOutcome {
        guard let user = try await self.user(user) else { return Self.noSuchUser }
        let ended = try await authority.revoke(.all(of: user.id))
        return .done("Of \(user.username), \(Self.sessions(ended.active.count)).")
    }

    /// Ends every session that was open when the command came; those opened meanwhile go on.
    func revokeAllSessions() async throws -> OperatorOutcome {
        let end = Timestamp(milliseconds: clock.now.milliseconds + 1)
        var count = 0
        while !Task.isCancelled {
            let ended = try await authority.revoke(.everyones(before: end, limit: Self.pageMax))
            if ended.isEmpty { return .done("Of all users, \(Self.sessions(count)).") }
            count += ended.active.count
            await Task.yield()
        }
        return .unavailable("the server is stopping; \(Self.sessions(count)) so far")
    }

    private static func row(of session: Session, username: Username) -> JSON {
        [
            "id": .id(session.id),
            "user": .string(username.description),
            "device": .string(session.device.info),
            "ip": .text(session.address?.description),
            "lastActivity": .time(session.lastActivity),
            "created": .time(session.createdAt),
            "expires": .time(session.expiresAt),
        ]
    }
}
