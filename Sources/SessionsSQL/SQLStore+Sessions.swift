package import Sessions

extension SQLStore {
    package func open(
        _ session: Session,
        verified credentialVersion: Int64,
        replacing replaced: ReplacedSession?,
        completing login: LoginCompletion,
        _ event: AuditEvent
    ) async throws -> SessionOpening {
        try await driver.write { database in
            // Whoever sets a lock waits for this to be committed, and this sees all that were set before.
            try database.lock([.opening])
            try database.lock([session.userID, replaced?.event.userID].compactMap { $0.map(SQLLock.account) })
            let found = try database.row(
                """
                SELECT epoch FROM account
                WHERE id = \(session.userID) AND credential_version = \(credentialVersion) AND disabled = 0
                """
            )
            guard var row = found else { return .refused }
            let epoch = try row.integer()
            if let lock = try database.loginLocks(on: session.userID, at: session.createdAt)
                .first(where: { $0.matches(session) })
            {
                return .denied(lock)
            }
            guard epoch == session.epoch else { return .epochChanged(epoch) }
            if let step = login.secondStep,
                try !database.use(step, of: session.userID, at: session.createdAt)
            {
                return .alreadyUsed
            }
            if let replaced {
                let ended = try database.end("id = \(replaced.id)", replaced.ending)
                if !ended.active.isEmpty { try database.insert(replaced.event, ended: ended.active) }
            }
            let recovery = login.secondStep?.recovery
            let recovered = try recovery.map { try database.recover($0, for: session.userID) }
            try database.insert(session)
            try database.complete(login, of: session.userID, at: session.createdAt)
            try database.insert(event, familiarity: login.familiarity)
            return recovered.map(SessionOpening.recovered) ?? .opened
        }
    }

    package func record(of id: SessionID) async throws -> SessionRecord? {
        try await driver.read { database in
            let found = try database.row(
                """
                SELECT \(part: sessionColumns), \(part: accountColumns)
                FROM session s JOIN account a ON a.id = s.user_id \(part: accountJoin) WHERE s.id = \(id)
                """
            )
            guard var row = found else { return nil }
            return SessionRecord(session: try row.session(), account: try row.account())
        }
    }

    package func sessions(of user: UserID, activeAt now: Timestamp, limit: Int) async throws -> [Session] {
        try await driver.read { try $0.activeSessions(of: user, at: now, limit: limit) }
    }

    package func sessions(_ ids: [SessionID], of user: UserID, activeAt now: Timestamp) async throws -> [Session] {
        try await driver.read { database in
            try database.sessions(
                """
                SELECT \(part: sessionColumns) FROM session s
                WHERE s.id IN (\(list: ids)) AND s.user_id = \(user) AND s.ended_at IS NULL AND s.expires_at > \(now)
                """
            )
        }
    }

    package func sessionIDs(of user: UserID, activeAt now: Timestamp, limit: Int) async throws -> [SessionID] {
        try await driver.read { database in
            try database.rows(
                """
                SELECT s.id FROM session s
                WHERE s.user_id = \(user) AND s.ended_at IS NULL AND s.expires_at > \(now)
                ORDER BY s.last_activity DESC, s.created_at DESC, s.id DESC LIMIT \(limit)
                """
            ).map { row in
                var row = row
                return try row.id()
            }
        }
    }

    package func sessions(
        of users: [UserID],
        openedSince instant: Timestamp,
        limit: Int
    ) async throws -> [SessionID: UserID] {
        try await driver.read { database in
            // Whatever was opened since then has had its last activity since then, which the index has.
            try database.rows(
                """
                SELECT s.id, s.user_id FROM session s
                WHERE s.user_id IN (\(list: users)) AND s.ended_at IS NULL AND s.last_activity >= \(instant)
                    AND s.created_at >= \(instant) LIMIT \(limit)
                """
            ).reduce(into: [:]) { found, row in
                var row = row
                found[try row.id()] = try row.id() as UserID
            }
        }
    }

    package func allSessions(of user: UserID, after id: SessionID?, limit: Int) async throws -> [Session] {
        try await driver.read { database in
            let start: SQL = if let id { "AND s.id > \(id)" } else { "" }
            return try database.sessions(
                """
                SELECT \(part: sessionColumns) FROM session s
                WHERE s.user_id = \(user) \(part: start) ORDER BY s.id LIMIT \(limit)
                """
            )
        }
    }

    package func sessions(after id: SessionID?, activeAt now: Timestamp, limit: Int) async throws -> [SessionRecord] {
        try await driver.read { database in
            let start: SQL = if let id { "AND s.id > \(id)" } else { "" }
            return try database.rows(
                """
                SELECT \(part: sessionColumns), \(part: accountColumns)
                FROM session s JOIN account a ON a.id = s.user_id \(part: accountJoin)
                WHERE s.ended_at IS NULL AND s.expires_at > \(now) \(part: start) ORDER BY s.id LIMIT \(limit)
                """
            ).map { row in
                var row = row
                return SessionRecord(session: try row.session(), account: try row.account())
            }
        }
    }

    package func end(
        _ selection: SessionSelection,
        _ ending: Session.Ending,
        _ event: AuditEvent
    ) async throws -> EndedSessions {
        try await driver.write(holding: try await lock(for: selection)) { database in
            if let caller = selection.caller(ending.actor) {
                let active = try database.row(
                    "SELECT 1 FROM session WHERE id = \(caller) AND ended_at IS NULL AND expires_at > \(ending.at)"
                )
                guard active != nil else { return .refused }
            }
            let ended = try database.end(selection.condition, ending)
            guard !ended.active.isEmpty else { return ended }
            if case .all(let user) = selection {
                try database.run("UPDATE account SET epoch = epoch + 1 WHERE id = \(user)")
                try database.forgetBrowsers(of: user)
                try database.deleteChallenges(of: user)
            }
            try database.insert(event, ended: ended.active)
            return ended
        }
    }

    package func liveSessions(
        of user: UserID?,
        after position: SessionPosition?,
        activeAt now: Timestamp,
        limit: Int
    ) async throws -> [Session] {
        let ofUser: SQL = if let user { "AND s.user_id = \(user)" } else { "" }
        let start: SQL =
            if let position {
                """
                AND s.expires_at >= \(position.expiresAt) AND (s.expires_at > \(position.expiresAt) OR s.id > \(position.id))
                """
            } else {
                ""
            }
        return try await driver.read { database in
            try database.sessions(
                """
                SELECT \(part: sessionColumns) FROM session s
                WHERE s.ended_at IS NULL AND s.expires_at > \(now) \(part: start) \(part: ofUser)
                ORDER BY s.expires_at, s.id LIMIT \(limit)
                """
            )
        }
    }

    package func end(_ ending: Session.Ending, _ events: [AuditEvent]) async throws -> EndedSessions {
        try await driver.write { database in
            // With the sweep's, no other transaction writes to the chains of many accounts meanwhile.
            try database.lock([.sweep])
            try database.lock(Set(events.compactMap(\.userID)).map(SQLLock.account))
            var all = EndedSessions()
            for event in events {
                guard let session = event.sessionID, let user = event.userID else { continue }
                let ended = try database.end("id = \(session) AND user_id = \(user)", ending)
                if !ended.active.isEmpty { try database.insert(event, ended: ended.active) }
                all.active.merge(ended.active) { $1 }
                all.due.merge(ended.due) { $1 }
            }
            return all
        }
    }

    package func awaitEndings() async throws {
        try await driver.write { try $0.assureEndings() }
    }

    package func note(_ activity: [SessionActivity]) async throws {
        try await driver.write { database in
            for activity in activity {
                var client: SQL = ""
                if let from = activity.client {
                    let device = from.device
                    client = """
                        , address = \(from.address?.description), user_agent = \(from.userAgent),
                        device_type = \(device.kind.rawValue), browser = \(device.browser.rawValue),
                        browser_name = \(device.browserName), browser_version = \(device.browserVersion),
                        os = \(device.os), location = \(activity.location?.encoded)
                        """
                }
                // Only a live session has activity: an ended one must not come back by it.
                try database.run(
                    """
                    UPDATE session SET last_activity = \(activity.at)\(part: client)
                    WHERE id = \(activity.id) AND ended_at IS NULL AND last_activity <= \(activity.at)
                    """
                )
            }
        }
    }
}

extension SessionSelection {
    /// The condition on table `session`.
    fileprivate var condition: SQL {
        switch self {
        case .one(let id, let user): "id = \(id) AND user_id = \(user)"
        case .allExcept(let id, let user): "user_id = \(user) AND id <> \(id)"
        case .all(let user): "user_id = \(user)"
        case .any(let id): "id = \(id)"
        case .everyones(let instant, let limit):
            // In the order of an index that ended ones are not in: each batch begins where the last one has ended.
            """
            id IN (SELECT id FROM session WHERE ended_at IS NULL AND created_at < \(instant)
                ORDER BY expires_at LIMIT \(limit))
            """
        }
    }
}

extension SQLStore {
    /// What to take before the selected sessions are ended; nothing when there is no such session.
    private func lock(for selection: SessionSelection) async throws -> [SQLLock] {
        switch selection {
        case .one(_, let user), .allExcept(_, let user), .all(let user): [.account(user)]
        case .any(let id):
            // A session never changes hands.
            try await record(of: id).map { [.account($0.session.userID)] } ?? []
        case .everyones: [.sweep]
        }
    }
}

extension SQLConnection {
    /// Ends those of the selected sessions that have not ended: the active ones as is said, the others as expired.
    func end(_ condition: SQL, _ ending: Session.Ending) throws -> EndedSessions {
        try assureEndings()
        return EndedSessions(
            active: try mark(ending, "expires_at > \(ending.at) AND \(part: condition)"),
            due: try expire("expires_at <= \(ending.at) AND \(part: condition)", at: ending.at)
        )
    }

    /// Marks sessions whose time has run out, each with its event.
    func expire(_ condition: SQL, at now: Timestamp) throws -> [SessionID: UserID] {
        let expired = try mark(Session.Ending(at: now, reason: .expired, by: .system), condition)
        for (session, user) in expired {
            try insert(AuditEvent(.sessionExpired, at: now, user: user, session: session, by: .system))
        }
        return expired
    }

    private func mark(_ ending: Session.Ending, _ condition: SQL) throws -> [SessionID: UserID] {
        let actor = ending.actor.columns
        let rows = try rows(
            """
            UPDATE session SET ended_at = \(ending.at), end_reason = \(ending.reason.rawValue),
                ended_by = \(actor.kind), ended_by_session = \(actor.session)
            WHERE ended_at IS NULL AND \(part: condition)
            RETURNING id, user_id
            """
        )
        return try rows.reduce(into: [:]) { marked, row in
            var row = row
            marked[try row.id()] = try row.id() as UserID
        }
    }

    func activeSessions(of user: UserID, at now: Timestamp, limit: Int) throws -> [Session] {
        try sessions(
            """
            SELECT \(part: sessionColumns) FROM session s
            WHERE s.user_id = \(user) AND s.ended_at IS NULL AND s.expires_at > \(now)
            ORDER BY s.last_activity DESC, s.created_at DESC, s.id DESC LIMIT \(limit)
            """
        )
    }

    func sessions(_ sql: SQL) throws -> [Session] {
        try rows(sql).map { row in
            var row = row
            return try row.session()
        }
    }

    fileprivate func insert(_ session: Session) throws {
        try run(
            """
            INSERT INTO session (id, user_id, epoch, token_digest, amr, authenticated_at, created_at, expires_at, remembered,
                sign_in_address, last_activity, address, user_agent, device_type, browser, browser_name, browser_version, os,
                location)
            VALUES (\(session.id), \(session.userID), \(session.epoch), \(session.tokenDigest.bytes),
                \(session.authentication.encoded), \(session.authenticatedAt), \(session.createdAt), \(session.expiresAt),
                \(session.isRemembered), \(session.signInAddress?.description), \(session.lastActivity),
                \(session.address?.description), \(session.userAgent), \(session.device.kind.rawValue),
                \(session.device.browser.rawValue), \(session.device.browserName), \(session.device.browserVersion),
                \(session.device.os), \(session.location?.encoded))
            """
        )
    }
}
