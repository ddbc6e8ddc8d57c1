package import Sessions

extension SQLStore {
    package func save(_ listing: SessionListing) async throws {
        try await driver.write { database in
            try database.run(
                """
                INSERT INTO session_listing (id, user_id, at, session_ids)
                VALUES (\(listing.id), \(listing.userID), \(listing.at), \(listing.sessionIDs.flatMap(\.bytes)))
                """
            )
            _ = try database.run(
                """
                DELETE FROM session_listing WHERE user_id = \(listing.userID) AND id NOT IN (
                    SELECT id FROM session_listing WHERE user_id = \(listing.userID) ORDER BY id DESC
                    LIMIT \(SessionListing.perUserMax))
                """
            )
        }
    }

    package func listing(_ id: SessionListingID, of user: UserID) async throws -> SessionListing? {
        try await driver.read { database in
            let found = try database.row(
                "SELECT at, session_ids FROM session_listing WHERE id = \(id) AND user_id = \(user)"
            )
            guard var row = found else { return nil }
            let at = try row.time()
            let bytes = try row.blob()
            let ids = stride(from: 0, to: bytes.count, by: 16).compactMap {
                SessionID(bytes: bytes[$0..<min($0 + 16, bytes.count)])
            }
            return SessionListing(id: id, userID: user, at: at, sessionIDs: ids)
        }
    }

    package func expire(at now: Timestamp, limit: Int) async throws -> [SessionID: UserID] {
        try await driver.write { database in
            try database.lock([.sweep])
            return try database.expire(
                """
                id IN (SELECT id FROM session WHERE ended_at IS NULL AND expires_at <= \(now)
                    ORDER BY expires_at LIMIT \(limit))
                """,
                at: now
            )
        }
    }

    package func purge(endedBefore instant: Timestamp, listedBefore listed: Timestamp, limit: Int) async throws -> Int {
        try await driver.write { database in
            try database.lock([.sweep])
            let sessions = try database.run(
                "DELETE FROM session WHERE id IN (SELECT id FROM session WHERE ended_at < \(instant) LIMIT \(limit))"
            )
            let listings = try database.run(
                """
                DELETE FROM session_listing WHERE id IN (
                    SELECT id FROM session_listing WHERE at < \(listed) LIMIT \(limit - sessions))
                """
            )
            return sessions + listings
        }
    }
}
