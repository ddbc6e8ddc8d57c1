package import Sessions

/// The audit log for whoever keeps watch over it: read in steps, so that nothing waits for long.
package struct AuditLog: Sendable {
    let driver: any SQLDriver

    package init(driver: any SQLDriver) {
        self.driver = driver
    }

    /// An event with its place in the log.
    package struct Record: Sendable {
        /// The row as it is stored.
        package let row: AuditRow
        /// The name of the account, while there is one.
        package let username: String?
    }

    /// Events newest first, in the order of their ids.
    ///
    /// - Parameters:
    ///   - user: Whose; `nil` for all.
    ///   - since: The earliest.
    ///   - last: The one before which the page begins.
    ///   - limit: How many at most.
    /// - Returns: None when there are no more.
    /// - Throws: When the store fails.
    package func newest(
        of user: UserID?,
        since: Timestamp?,
        before last: AuditEventID?,
        limit: Int
    ) async throws -> [Record] {
        let ofUser: SQL = if let user { "AND e.chain = \(user)" } else { "" }
        let before: SQL = if let last { "AND e.id < \(last)" } else { "" }
        let first = AuditEventID.first(at: since ?? Timestamp(milliseconds: 0))
        return try await records("e.id >= \(first) \(part: before) \(part: ofUser) ORDER BY e.id DESC LIMIT \(limit)")
    }

    /// All events oldest first, in the order of their ids.
    package func oldest(since: Timestamp?, after last: AuditEventID?, limit: Int) async throws -> [Record] {
        let after: SQL = if let last { "AND e.id > \(last)" } else { "" }
        let first = AuditEventID.first(at: since ?? Timestamp(milliseconds: 0))
        return try await records("e.id >= \(first) \(part: after) ORDER BY e.id LIMIT \(limit)")
    }

    private func records(_ condition: SQL) async throws -> [Record] {
        try await driver.read { database in
            try database.rows(
                """
                SELECT \(part: auditRowColumns), a.username FROM audit_event e LEFT JOIN account a ON a.id = e.user_id
                WHERE \(part: condition)
                """
            ).map { row in
                var row = row
                return Record(row: try row.auditRow(), username: try row.optional { try $0.text() })
            }
        }
    }

    /// The newest seal; `nil` when nothing was sealed yet.
    package func newestSeal() async throws -> AuditSeal? {
        try await driver.read { database in
            let found = try database.row(
                "SELECT \(part: auditSealColumns) FROM audit_seal s ORDER BY s.number DESC LIMIT 1"
            )
            guard var row = found else { return nil }
            return try row.auditSeal()
        }
    }
}

/// The columns that ``SQLRow/auditRow()`` reads.
let auditRowColumns: SQL = """
    e.chain, e.number, e.id, e.kind, e.at, e.user_id, e.session_id, e.actor, e.actor_session, e.device_info,
    e.ended_count, e.detail, e.count, e.address, e.address_commitment, e.address_salt, e.address_state, e.hash
    """

/// The columns that ``SQLRow/auditSeal()`` reads.
let auditSealColumns: SQL = "s.number, s.at, s.former, s.entries, s.hash"

extension SQLRow {
    mutating func auditRow() throws -> AuditRow {
        var row = AuditRow(
            chain: try blob(),
            number: try integer(),
            id: try blob(),
            kind: try text(),
            at: try integer(),
            userID: try optional { try $0.blob() },
            sessionID: try optional { try $0.blob() },
            actor: try text(),
            actorSession: try optional { try $0.blob() },
            deviceInfo: try optional { try $0.text() },
            endedCount: try integer(),
            detail: try optional { try $0.text() },
            count: try integer(),
            address: nil
        )
        row.address = try optional { try $0.text() }
        row.commitment = try optional { try $0.blob() }
        row.salt = try optional { try $0.blob() }
        row.addressState = try optional { try $0.integer() }
        row.hash = try blob()
        return row
    }

    mutating func auditSeal() throws -> AuditSeal {
        AuditSeal(
            number: try integer(),
            at: try integer(),
            former: try blob(),
            entries: try blob(),
            hash: try blob()
        )
    }
}
