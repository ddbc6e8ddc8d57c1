package import Sessions

extension SQLStore {
    package func history(of user: UserID, activeAt now: Timestamp, limit: Int) async throws -> AccountHistory {
        try await driver.read { database in
            AccountHistory(
                sightings: try database.sightings(
                    "user_id = \(user) ORDER BY at DESC, id DESC LIMIT \(Sighting.perUserMax)"
                ),
                sessions: try database.activeSessions(of: user, at: now, limit: limit)
            )
        }
    }

    package func raisedSightings(of user: UserID) async throws -> [Sighting] {
        try await driver.read { database in
            try database.sightings(
                "user_id = \(user) AND severity > 0 ORDER BY at DESC, id DESC LIMIT \(Sighting.perUserMax)"
            )
        }
    }

    package func sightings(_ events: [AuditEventID], of user: UserID) async throws -> [Sighting] {
        guard !events.isEmpty else { return [] }
        return try await driver.read { try $0.sightings("id IN (\(list: events)) AND user_id = \(user)") }
    }

    package func note(_ sighting: Sighting, _ event: AuditEvent?) async throws {
        try await driver.write { database in
            try database.lock([.account(sighting.userID)])
            guard try database.row("SELECT 1 FROM account WHERE id = \(sighting.userID)") != nil else { return }
            try database.insert(sighting)
            if let event { try database.insert(event, familiarity: LoginFamiliarity(of: sighting)) }
        }
    }

    package func confirm(_ event: AuditEventID, of user: UserID, noting confirmation: AuditEvent) async throws {
        try await driver.write { database in
            try database.note(failure: confirmation)
            try database.judge(event, of: user, .confirmed)
        }
    }

    package func lastVisit(of user: UserID) async throws -> Visit? {
        try await driver.read { database in
            guard var row = try database.row("SELECT at, former FROM visit WHERE user_id = \(user)") else { return nil }
            return Visit(at: try row.time(), formerAt: try row.optional { try $0.time() })
        }
    }

    package func note(_ visit: Visit, of user: UserID) async throws {
        _ = try await driver.write { database in
            try database.run(
                """
                INSERT INTO visit (user_id, at, former)
                SELECT id, CAST(\(visit.at) AS BIGINT), CAST(\(visit.formerAt) AS BIGINT) FROM account WHERE id = \(user)
                ON CONFLICT (user_id) DO UPDATE SET at = excluded.at, former = excluded.former
                """
            )
        }
    }
}

extension SQLConnection {
    fileprivate func sightings(_ condition: SQL) throws -> [Sighting] {
        try rows(
            """
            SELECT id, user_id, session_id, at, network, location, device_type, browser, browser_name, browser_version, os,
                browser_known, signals, verdict
            FROM sighting WHERE \(part: condition)
            """
        ).map { row in
            var row = row
            return try row.sighting()
        }
    }

    /// Writes a sighting, and drops the account's oldest beyond the most that are kept.
    func insert(_ sighting: Sighting) throws {
        let device = sighting.device
        let user = sighting.userID
        try run(
            """
            INSERT INTO sighting (id, user_id, session_id, at, network, location, location_whole, device_type, browser,
                browser_name, browser_version, os, browser_known, signals, severity, verdict)
            VALUES (\(sighting.id), \(user), \(sighting.sessionID), \(sighting.at), \(sighting.network?.description),
                \(sighting.location?.encoded), \(sighting.location == nil ? 0 : 1), \(device.kind.rawValue),
                \(device.browser.rawValue), \(device.browserName), \(device.browserVersion), \(device.os),
                \(sighting.isBrowserKnown), \(sighting.signals.encoded), \(sighting.signals.severity?.rawValue ?? 0),
                \(sighting.verdict?.rawValue))
            """
        )
        try run(
            """
            DELETE FROM sighting WHERE id IN (
                SELECT id FROM sighting WHERE user_id = \(user) ORDER BY at DESC, id DESC LIMIT 20 OFFSET \(Sighting.perUserMax))
            """
        )
    }

    /// Notes what the owner says of an event, and of what was seen of the same session before; what was reported stays so.
    func judge(_ event: AuditEventID, of user: UserID, _ verdict: Sighting.Verdict) throws {
        let found = try row("SELECT session_id, at FROM sighting WHERE id = \(event) AND user_id = \(user)")
        guard var judged = found else { return }
        let session: SessionID = try judged.id()
        try run(
            """
            UPDATE sighting SET verdict = \(verdict.rawValue)
            WHERE user_id = \(user) AND session_id = \(session) AND at <= \(try judged.time())
                AND (verdict IS NULL OR verdict <> \(Sighting.Verdict.reported.rawValue))
            """
        )
    }

    /// Cuts the locations of sightings from before an instant down to countries.
    ///
    /// - Returns: How many there were, at most `limit`.
    func shortenSightings(before instant: Timestamp, limit: Int) throws -> Int {
        let whole = try rows(
            "SELECT id, location FROM sighting WHERE location_whole = 1 AND at < \(instant) LIMIT \(limit)"
        )
        for var row in whole {
            let id: AuditEventID = try row.id()
            let location = try row.optional { try $0.value(Location.init(encoded:)) }
            try run(
                "UPDATE sighting SET location = \(location?.shortened.encoded), location_whole = 0 WHERE id = \(id)"
            )
        }
        return whole.count
    }

    /// Deletes sightings from before an instant.
    ///
    /// - Returns: How many there were, at most `limit`.
    func removeSightings(before instant: Timestamp, limit: Int) throws -> Int {
        try run("DELETE FROM sighting WHERE id IN (SELECT id FROM sighting WHERE at < \(instant) LIMIT \(limit))")
    }
}

extension SQLRow {
    fileprivate mutating func sighting() throws -> Sighting {
        Sighting(
            id: try id(),
            userID: try id(),
            sessionID: try id(),
            at: try time(),
            network: try optional { try $0.value(IPAddress.init) },
            location: try optional { try $0.value(Location.init(encoded:)) },
            device: try device(),
            isBrowserKnown: try bool(),
            signals: try optional { try $0.value([RiskSignal].init(encoded:)) } ?? [],
            verdict: try optional { try $0.value(Sighting.Verdict.init) }
        )
    }
}

extension [RiskSignal] {
    /// As JSON; `nil` for none.
    fileprivate var encoded: String? {
        guard !isEmpty else { return nil }
        let json = JSON.array(
            map { signal in
                [
                    "code": .string(signal.code.rawValue), "severity": .integer(Int64(signal.severity.rawValue)),
                    "message": .string(signal.message),
                ]
            }
        )
        return String(decoding: json.utf8, as: UTF8.self)
    }

    init?(encoded: String) {
        guard let elements = try? JSON(parsing: encoded.utf8).array else { return nil }
        self = elements.compactMap { element in
            guard let code = element["code"]?.string.flatMap(RiskSignal.Code.init),
                let severity = element["severity"]?.integer.flatMap({ RiskSignal.Severity(rawValue: Int($0)) }),
                let message = element["message"]?.string
            else { return nil }
            return RiskSignal(code, severity, message)
        }
        guard count == elements.count else { return nil }
    }
}
