package import Sessions

extension AuditLog {
    /// How many rows one step reads.
    private static let stepMax = 2_000

    /// Sums up what has happened since an instant.
    ///
    /// The database counts; what it cannot is read in steps. Failures that were merged and are no events yet count too, but for their
    /// networks. Each part is of its own moment: nobody waits for all of them.
    ///
    /// - Parameters:
    ///   - since: The earliest.
    ///   - now: When it is.
    /// - Returns: The numbers, as far back as events are kept.
    /// - Throws: When the store fails.
    package func summary(since: Timestamp, at now: Timestamp) async throws -> SecuritySummary {
        var summary = SecuritySummary()
        summary.events = try await events(since: since)
        summary.accounts = try await accounts(since: since)
        summary.signals = try await signals(since: since)
        // Some events are a signal by themselves.
        for (kind, events) in summary.events {
            for signal in AuditEvent(kind, at: now, user: nil, by: .system).signals {
                summary.signals[.init(code: signal.code, severity: signal.severity), default: 0] += events.count
            }
        }
        summary.failingAccounts = try await failingAccounts(since: since)
        summary.failingNetworks = try await failingNetworks(since: since)
        summary.notices = try await notices(since: since)
        summary.locks = try await count("SELECT count(*) FROM login_lock WHERE expires_at > \(now)")
        summary.liveSessions = try await count(
            "SELECT count(*) FROM session WHERE ended_at IS NULL AND expires_at > \(now)"
        )
        return summary
    }

    private func events(since: Timestamp) async throws -> [AuditEvent.Kind: SecuritySummary.Events] {
        let rows = try await rows(
            """
            SELECT kind, CAST(SUM(count) AS BIGINT), CAST(SUM(ended_count) AS BIGINT) FROM (
                SELECT kind, count, ended_count FROM audit_event WHERE id >= \(AuditEventID.first(at: since))
                UNION ALL SELECT kind, merged, 0 FROM audit_tally WHERE minute >= \(AuditTally.minute(of: since))
            ) AS happened GROUP BY kind
            """
        )
        return try rows.reduce(into: [:]) { events, row in
            var row = row
            // The log is read without trust, and a newer program may have written to it.
            guard let kind = AuditEvent.Kind(rawValue: try row.text()) else { return }
            events[kind] = SecuritySummary.Events(count: Int(try row.integer()), ended: Int(try row.integer()))
        }
    }

    private func accounts(since: Timestamp) async throws -> Int {
        try await count(
            """
            SELECT count(DISTINCT user_id) FROM audit_event
            WHERE id >= \(AuditEventID.first(at: since)) AND kind IN (\(part: Self.list([.loginSucceeded, .loginSucceededAfterFailures])))
            """
        )
    }

    private func failingAccounts(since: Timestamp) async throws -> [SecuritySummary.Share] {
        let rows = try await rows(
            """
            SELECT f.user_id, a.username, f.failures FROM (
                SELECT user_id, CAST(SUM(count) AS BIGINT) AS failures FROM (
                    SELECT user_id, kind, count FROM audit_event WHERE id >= \(AuditEventID.first(at: since))
                    UNION ALL
                    SELECT user_id, kind, merged FROM audit_tally WHERE minute >= \(AuditTally.minute(of: since))
                ) AS happened
                WHERE user_id IS NOT NULL AND kind IN (\(part: Self.list(SecuritySummary.failures)))
                GROUP BY user_id ORDER BY failures DESC, user_id LIMIT \(SecuritySummary.sharesMax)
            ) AS f LEFT JOIN account a ON a.id = f.user_id ORDER BY f.failures DESC, f.user_id
            """
        )
        return try rows.map { row in
            var row = row
            let user: UserID = try row.id()
            let name = try row.optional { try $0.text() }
            return SecuritySummary.Share(name: name ?? "\(user)", count: Int(try row.integer()))
        }
    }

    private func failingNetworks(since: Timestamp) async throws -> [SecuritySummary.Share] {
        var counts = HighestCounts()
        var last = AuditEventID.first(at: since)
        while true {
            let after = last
            let rows = try await rows(
                """
                SELECT id, address, count FROM audit_event
                WHERE id > \(after) AND kind IN (\(part: Self.list(SecuritySummary.failures))) ORDER BY id LIMIT \(Self.stepMax)
                """
            )
            for var row in rows {
                last = try row.id()
                let address = try row.optional { try $0.text() }.flatMap(IPAddress.init)
                if let address { counts.add(Int(try row.integer()), to: address.network.blockText) }
            }
            if rows.count < Self.stepMax { return counts.first(SecuritySummary.sharesMax) }
        }
    }

    private func signals(since: Timestamp) async throws -> [SecuritySummary.SignalKind: Int] {
        var found: [SecuritySummary.SignalKind: Int] = [:]
        var (at, last) = (since, AuditEventID.first(at: Timestamp(milliseconds: 0)))
        while true {
            let place = (at, last)
            let rows = try await rows(
                """
                SELECT at, id, signals FROM sighting
                WHERE at >= \(place.0) AND (at > \(place.0) OR id > \(place.1)) AND severity > 0
                ORDER BY at, id LIMIT \(Self.stepMax)
                """
            )
            for var row in rows {
                at = try row.time()
                last = try row.id()
                for signal in try row.value([RiskSignal].init(encoded:)) {
                    found[.init(code: signal.code, severity: signal.severity), default: 0] += 1
                }
            }
            if rows.count < Self.stepMax { return found }
        }
    }

    private func notices(since: Timestamp) async throws -> [SecuritySummary.NoticeFate: Int] {
        let rows = try await rows(
            """
            SELECT CAST(CASE WHEN lane = \(Notice.Lane.mail.name) THEN 1 ELSE 0 END AS BIGINT) AS mail, outcome, count(*) FROM outbox
            WHERE at >= \(since) GROUP BY 1, outcome
            """
        )
        return try rows.reduce(into: [:]) { notices, row in
            var row = row
            let isMail = try row.bool()
            let outcome = try row.optional { try $0.value(Notice.Outcome.init(rawValue:)) }
            notices[.init(isMail: isMail, outcome: outcome), default: 0] += Int(try row.integer())
        }
    }

    private func rows(_ sql: SQL) async throws -> [SQLRow] { try await driver.read { try $0.rows(sql) } }

    private func count(_ sql: SQL) async throws -> Int {
        guard var row = try await rows(sql).first else { throw SQLRow.Corrupt(column: 0) }
        return Int(try row.integer())
    }

    private static func list(_ kinds: [AuditEvent.Kind]) -> SQL {
        kinds.dropFirst().reduce("\(kinds.first?.rawValue)") { "\(part: $0), \($1.rawValue)" }
    }
}

extension IPAddress {
    /// A network as a block.
    fileprivate var blockText: String { description + (isIPv4 ? "/24" : "/48") }
}
