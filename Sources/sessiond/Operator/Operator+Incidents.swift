import Sessions

extension Operator {
    /// How many different accounts are counted exactly: their ids are kept meanwhile.
    private static let accountsMax = 100_000

    /// Counts the live sessions that a search finds, and shows some; tells now and then how many it has read.
    func findSessions(_ search: SessionSearch, sample: Int, rows: Rows) async throws -> OperatorOutcome {
        guard let criteria = try await criteria(of: search) else { return Self.noSuchUser }
        var (read, count, shown) = (0, 0, 0)
        var users: Set<UserID> = []
        let isComplete = try await eachPage(of: criteria) { page in
            read += page.count
            count += page.sessions.count
            for session in page.sessions where users.count < Self.accountsMax { users.insert(session.userID) }
            let samples = page.sessions.prefix(sample - shown)
            shown += samples.count
            try await rows(try await samples.asyncMap { ["sample": try await row(of: $0)] })
            try await rows([["read": .integer(Int64(read))]])
        }
        guard isComplete else { return .unavailable("the server is stopping; not all was read") }
        let found: JSON = [
            "sessions": .integer(Int64(count)), "accounts": .integer(Int64(users.count)),
            "accountsAreMore": .bool(users.count == Self.accountsMax),
        ]
        try await rows([["found": found]])
        return .done("")
    }

    /// Ends the live sessions that a search finds; tells after each batch how many it has ended.
    func endSessions(_ search: SessionSearch, because reason: String?, rows: Rows) async throws -> OperatorOutcome {
        guard let criteria = try await criteria(of: search) else { return Self.noSuchUser }
        return try await endSessions(matching: criteria, because: reason, rows: rows)
    }

    /// Ends in batches what meets some criteria.
    ///
    /// Whoever interrupts it finds the rest where it was.
    func endSessions(matching criteria: SessionCriteria, because reason: String?, rows: Rows) async throws
        -> OperatorOutcome
    {
        var ended = 0
        let isComplete = try await eachPage(of: criteria) { page in
            var rest = page.sessions[...]
            while !rest.isEmpty {
                ended += try await authority.end(rest.prefix(SessionAuthority.endedAtOnceMax), because: reason)
                rest = rest.dropFirst(SessionAuthority.endedAtOnceMax)
                // Throws when nobody listens any more: the command was interrupted, and so is this.
                try await rows([["ended": .integer(Int64(ended))]])
            }
        }
        guard isComplete else { return .unavailable("the server is stopping; \(Self.sessions(ended)) so far") }
        return .done("\(Self.sessions(ended)).")
    }

    /// - Returns: Whether all pages were read; not when the server is stopping.
    private func eachPage(
        of criteria: SessionCriteria,
        _ body: (SessionAuthority.Matches) async throws -> Void
    ) async throws -> Bool {
        var position: SessionPosition?
        while !Task.isCancelled {
            let page = try await authority.sessions(matching: criteria, after: position)
            try await body(page)
            guard let next = page.next else { return true }
            position = next
            await Task.yield()
        }
        return false
    }

    /// - Returns: `nil` when there is no such account.
    private func criteria(of search: SessionSearch) async throws -> SessionCriteria? {
        var criteria = search.criteria
        if let text = search.account {
            guard let user = try await user(text) else { return nil }
            criteria.user = user.id
        }
        return criteria
    }

    private func row(of session: Session) async throws -> JSON {
        let username = try await accounts.user(session.userID)?.username
        return [
            "id": .id(session.id),
            "user": .text(username?.description),
            "device": .string(session.device.info),
            "ip": .text(session.address?.description),
            "country": .text(session.location?.countryCode),
            "created": .time(session.createdAt),
            "lastActivity": .time(session.lastActivity),
        ]
    }
}

extension Sequence {
    fileprivate func asyncMap<Result>(_ transform: (Element) async throws -> Result) async rethrows -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
