package import Sessions

extension SQLStore {
    package func seal(at now: Timestamp, limit: Int) async throws -> Int {
        try await driver.write { database in
            try database.lock([.seals])
            let minute = AuditTally.minute(of: now)
            let tallies = try database.write(
                tallies: """
                    (key, minute, kind) IN (
                        SELECT key, minute, kind FROM audit_tally WHERE minute < \(minute) LIMIT \(limit))
                    """,
                at: now
            )
            return max(tallies, try database.seal(at: now, limit: limit))
        }
    }

    package func shortenAddresses(before instant: Timestamp, limit: Int) async throws -> Int {
        try await driver.write { database in
            try database.lock([.sweep])
            let whole = AuditRow.AddressState.whole.rawValue
            let shortened = AuditRow.AddressState.shortened.rawValue
            let sessions = try database.rows(
                """
                SELECT id, sign_in_address, address, location FROM session
                WHERE address_state = \(whole) AND ended_at < \(instant) LIMIT \(limit)
                """
            )
            for var row in sessions {
                let id: SessionID = try row.id()
                let signIn = try row.optional { try $0.value(IPAddress.init) }
                let address = try row.optional { try $0.value(IPAddress.init) }
                let location = try row.optional { try $0.value(Location.init(encoded:)) }
                try database.run(
                    """
                    UPDATE session SET sign_in_address = \(signIn?.network.description),
                        address = \(address?.network.description), location = \(location?.shortened.encoded),
                        address_state = \(shortened)
                    WHERE id = \(id)
                    """
                )
            }
            let events = try database.rows(
                """
                SELECT chain, number, address FROM audit_event
                WHERE address_state = \(whole) AND at < \(instant) LIMIT \(limit - sessions.count)
                """
            )
            for var row in events {
                let chain = try row.blob()
                let number = try row.integer()
                let address = try row.optional { try $0.value(IPAddress.init) }
                try database.run(
                    """
                    UPDATE audit_event SET address = \(address?.network.description), address_salt = NULL,
                        address_state = \(shortened)
                    WHERE chain = \(chain) AND number = \(number)
                    """
                )
            }
            let rest = limit - sessions.count - events.count
            return try limit - rest + database.shortenSightings(before: instant, limit: rest)
        }
    }

    package func removeAddresses(before instant: Timestamp, limit: Int) async throws -> Int {
        try await driver.write { database in
            try database.lock([.sweep])
            let sessions = try database.run(
                """
                UPDATE session SET sign_in_address = NULL, address = NULL, location = NULL, address_state = NULL
                WHERE id IN (
                    SELECT id FROM session WHERE address_state IN (0, 1) AND ended_at < \(instant) LIMIT \(limit))
                """
            )
            let events = try database.run(
                """
                UPDATE audit_event SET address = NULL, address_salt = NULL, address_state = NULL
                WHERE (chain, number) IN (
                    SELECT chain, number FROM audit_event
                    WHERE address_state IN (0, 1) AND at < \(instant) LIMIT \(limit - sessions))
                """
            )
            let rest = limit - sessions - events
            return try limit - rest + database.removeSightings(before: instant, limit: rest)
        }
    }

    package func purgeEvents(before instant: Timestamp, at now: Timestamp, limit: Int) async throws -> Int {
        try await driver.write { database in
            try database.lock([.seals])
            let chains = try database.rows(
                """
                SELECT chain FROM audit_chain WHERE oldest_at < \(instant) ORDER BY oldest_at LIMIT \(limit)
                """
            )
            var purged = 0
            for var row in chains where purged < limit {
                purged += try database.purge(chain: try row.blob(), before: instant, limit: limit - purged)
            }
            // The deletion is itself an event: what is gone without one was not purged.
            if purged > 0 { try database.insert(.purged(purged, before: instant, at: now)) }
            return max(purged, try database.purgeSeals(before: instant, limit: limit))
        }
    }
}

extension SQLConnection {
    /// Deletes a chain's oldest events and keeps the last one's hash as the chain's new start.
    fileprivate func purge(chain: [UInt8], before instant: Timestamp, limit: Int) throws -> Int {
        // Changes nothing, but holds the row: no event is added meanwhile.
        try run("UPDATE audit_chain SET number = number WHERE chain = \(chain)")
        let rows = try rows(
            "SELECT number, at, hash FROM audit_event WHERE chain = \(chain) ORDER BY number LIMIT \(limit + 1)"
        ).map { row in
            var row = row
            return (number: try row.integer(), at: try row.time(), hash: try row.blob())
        }
        let old = rows.prefix(limit).prefix { $0.at < instant }
        guard let last = old.last else { return 0 }
        let oldest = rows.dropFirst(old.count).first?.at
        try run("DELETE FROM audit_event WHERE chain = \(chain) AND number <= \(last.number)")
        try run(
            """
            UPDATE audit_chain SET start_number = \(last.number), start_hash = \(last.hash), oldest_at = \(oldest)
            WHERE chain = \(chain)
            """
        )
        return old.count
    }

    /// Deletes the oldest seals and keeps the last one's hash as the new start.
    fileprivate func purgeSeals(before instant: Timestamp, limit: Int) throws -> Int {
        let old = try rows(
            """
            SELECT s.number, s.at, s.hash FROM audit_seals h JOIN audit_seal s ON s.number > h.start_number
            WHERE h.one = 1 ORDER BY s.number LIMIT \(limit)
            """
        )
        var entries = 0
        for var row in old where entries < limit {
            let number = try row.integer()
            guard try row.time() < instant else { break }
            let hash = try row.blob()
            entries += try run("DELETE FROM audit_sealed WHERE seal = \(number)")
            try run("DELETE FROM audit_seal WHERE number = \(number)")
            try run("UPDATE audit_seals SET start_number = \(number), start_hash = \(hash) WHERE one = 1")
        }
        return entries
    }

    /// Seals the heads of chains that have moved: a tail that is cut off later is missed.
    fileprivate func seal(at now: Timestamp, limit: Int) throws -> Int {
        // No id is below the empty one; the comparison leads to the index of chains that have moved.
        let moved: SQL = "c.number > c.sealed_number AND c.chain > \([])"
        // In that index's order: without one a planner that does not know how few have moved reads the table for the first of them.
        let first = try row("SELECT c.chain FROM audit_chain c WHERE \(part: moved) ORDER BY c.chain LIMIT 1")
        guard first != nil else { return 0 }
        let found = try row("UPDATE audit_seals SET number = number + 1 WHERE one = 1 RETURNING number, hash")
        guard var head = found else { throw SQLRow.Corrupt(column: 0) }
        let number = try head.integer()
        let entries = try rows(
            """
            INSERT INTO audit_sealed (seal, chain, number, hash, at)
            SELECT \(number), c.chain, c.number, c.hash, COALESCE(e.at, 0)
            FROM audit_chain c LEFT JOIN audit_event e ON e.chain = c.chain AND e.number = c.number
            WHERE \(part: moved) ORDER BY c.chain LIMIT \(limit)
            RETURNING chain, number, hash, at
            """
        ).map(AuditSeal.Entry.init)
        try run(
            """
            UPDATE audit_chain SET sealed_number = (
                SELECT s.number FROM audit_sealed s WHERE s.seal = \(number) AND s.chain = audit_chain.chain)
            WHERE chain IN (SELECT s.chain FROM audit_sealed s WHERE s.seal = \(number))
            """
        )
        var seal = AuditSeal(number: number, at: now.milliseconds, former: try head.blob(), entries: [], hash: [])
        seal.entries = AuditSeal.digest(of: entries)
        seal.hash = seal.ownHash
        try run(
            """
            INSERT INTO audit_seal (number, at, former, entries, hash)
            VALUES (\(number), \(now), \(seal.former), \(seal.entries), \(seal.hash))
            """
        )
        try run("UPDATE audit_seals SET hash = \(seal.hash) WHERE one = 1")
        return entries.count
    }
}
