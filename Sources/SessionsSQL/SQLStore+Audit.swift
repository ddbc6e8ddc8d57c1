package import Sessions

extension SQLStore {
    package func events(of user: UserID, before id: AuditEventID?, limit: Int) async throws -> [AuditEvent] {
        try await driver.read { database in
            let start: SQL =
                if let id {
                    "AND e.number < (SELECT b.number FROM audit_event b WHERE b.id = \(id) AND b.chain = \(user))"
                } else {
                    ""
                }
            return try database.rows(
                """
                SELECT \(part: auditEventColumns) FROM audit_event e
                WHERE e.chain = \(user) \(part: start) ORDER BY e.number DESC LIMIT \(limit)
                """
            ).map { row in
                var row = row
                return try row.event()
            }
        }
    }

    package func event(_ id: AuditEventID, of user: UserID) async throws -> AuditEvent? {
        try await driver.read { database in
            var row = try database.row(
                "SELECT \(part: auditEventColumns) FROM audit_event e WHERE e.id = \(id) AND e.chain = \(user)"
            )
            return try row?.event()
        }
    }

    package func note(failure event: AuditEvent) async throws {
        try await driver.write { try $0.note(failure: event) }
    }
}

extension SQLConnection {
    /// Notes a failure: as an event, or merged into one where there are many.
    func note(failure event: AuditEvent) throws {
        let tally = AuditTally(of: event)
        try lock([.tally(tally.key)])
        try write(tallies: "key = \(tally.key) AND minute < \(tally.minute)", at: event.at)
        let found = try row(
            """
            SELECT CAST(COALESCE(SUM(noted), 0) AS BIGINT) FROM audit_tally WHERE key = \(tally.key) AND minute = \(tally.minute)
            """
        )
        guard var noted = found else { return }
        let hasRow = event.hasRow(after: Int(try noted.integer()))
        try run(
            """
            INSERT INTO audit_tally (key, minute, kind, user_id, network, noted, merged, last_at)
            VALUES (\(tally.key), \(tally.minute), \(tally.kind.rawValue), \(tally.userID),
                \(tally.network?.description), \(hasRow ? 1 : 0), \(hasRow ? 0 : 1), \(event.at))
            ON CONFLICT (key, minute, kind) DO UPDATE SET noted = audit_tally.noted + excluded.noted,
                merged = audit_tally.merged + excluded.merged, last_at = excluded.last_at
            """
        )
        if hasRow { try insert(event) }
    }

    /// Writes an event to the end of its chain: an account's own, or this node's.
    ///
    /// Only the chain's own row is written besides, and the notices of the event: whoever writes events of other accounts does not wait.
    ///
    /// - Parameters:
    ///   - event: What happened.
    ///   - ended: The sessions that it has ended.
    ///   - familiarity: How well a log-in fits what is known of the account.
    ///   - addresses: Where mail of it goes; `nil` for the account's address.
    /// - Throws: The database's failure.
    func insert(
        _ event: AuditEvent,
        ended: [SessionID: UserID] = [:],
        familiarity: LoginFamiliarity = .known,
        mailing addresses: [EmailAddress]? = nil
    ) throws {
        let chain = try event.userID?.bytes ?? nodeChain()
        let found = try row(
            """
            INSERT INTO audit_chain (chain, number, hash, start_number, start_hash, oldest_at, sealed_number)
            VALUES (\(chain), 1, \(AuditRow.origin), 0, \(AuditRow.origin), \(event.at), 0)
            ON CONFLICT (chain) DO UPDATE SET number = audit_chain.number + 1
            RETURNING number, hash, start_number
            """
        )
        guard var advanced = found else { throw SQLRow.Corrupt(column: 0) }
        var new = AuditRow(event, endedCount: ended.count, chain: chain, number: try advanced.integer())
        new.hash = new.hash(after: try advanced.blob())
        let isOldest = try advanced.integer() + 1 == new.number
        try run(
            """
            INSERT INTO audit_event (chain, number, id, kind, at, user_id, session_id, actor, actor_session, device_info,
                ended_count, detail, count, address_commitment, address, address_salt, address_state, hash)
            VALUES (\(new.chain), \(new.number), \(event.id), \(new.kind), \(event.at), \(event.userID),
                \(event.sessionID), \(new.actor), \(event.actor.columns.session), \(new.deviceInfo), \(new.endedCount),
                \(new.detail), \(new.count), \(new.commitment), \(new.address), \(new.salt), \(new.addressState),
                \(new.hash))
            """
        )
        let oldest: SQL = if isOldest { ", oldest_at = \(event.at)" } else { "" }
        try run("UPDATE audit_chain SET hash = \(new.hash)\(part: oldest) WHERE chain = \(chain)")
        // After the chain's row was taken: what an account is told is counted by one transaction at a time.
        try tell(event, ended: ended, familiarity: familiarity, mailing: addresses)
    }

    /// The chain of events that concern no single account.
    func nodeChain() throws -> [UInt8] {
        guard var row = try row("SELECT id FROM instance WHERE one = 1") else { throw SQLRow.Corrupt(column: 0) }
        return try row.blob()
    }

    /// Writes an event for each of the selected tallies that has merged failures, and drops the tallies.
    ///
    /// - Returns: How many tallies there were.
    @discardableResult
    func write(tallies condition: SQL, at now: Timestamp) throws -> Int {
        let dropped = try rows(
            """
            DELETE FROM audit_tally WHERE \(part: condition)
            RETURNING key, minute, kind, user_id, network, merged, last_at
            """
        )
        let tallies = try dropped.map { row in
            var row = row
            let key = try row.text()
            let minute = try row.integer()
            let tally = AuditTally(
                key: key,
                kind: try row.value(AuditEvent.Kind.init),
                minute: minute,
                userID: try row.optional { try $0.id() },
                network: try row.optional { try $0.value(IPAddress.init) }
            )
            return (tally, merged: Int(try row.integer()), lastAt: try row.time())
        }
        for (tally, merged, lastAt) in tallies.sorted(by: { $0.0 < $1.0 }) where merged > 0 {
            try insert(tally.event(count: merged, lastAt: lastAt, at: now))
        }
        return dropped.count
    }
}

/// The columns that ``SQLRow/event()`` reads.
let auditEventColumns: SQL = """
    e.id, e.kind, e.at, e.user_id, e.session_id, e.actor, e.actor_session, e.address, e.device_info, e.ended_count,
    e.detail, e.count
    """

extension SQLRow {
    mutating func event() throws -> AuditEvent {
        let id: AuditEventID = try id()
        let kind = try value(AuditEvent.Kind.init)
        let at = try time()
        let user: UserID? = try optional { try $0.id() }
        let session: SessionID? = try optional { try $0.id() }
        let actorKind = try text()
        let actorSession: SessionID? = try optional { try $0.id() }
        guard let actor = Actor(kind: actorKind, session: actorSession) else { throw Corrupt(column: 6) }
        return AuditEvent(
            id: id,
            kind: kind,
            at: at,
            userID: user,
            sessionID: session,
            by: actor,
            address: try optional { try $0.value(IPAddress.init) },
            deviceInfo: try optional { try $0.text() },
            endedCount: Int(try integer()),
            detail: try optional { try $0.text() },
            count: Int(try integer())
        )
    }
}
