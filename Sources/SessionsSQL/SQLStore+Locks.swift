package import Sessions

extension SQLStore {
    package func set(_ lock: LoginLock, _ event: AuditEvent) async throws -> LockSetting {
        try await driver.write { database in
            // Sessions that are being opened are there when this returns, and those that are opened later are denied.
            try database.lock([.settingLock])
            let user = lock.target.user
            if let user, try database.row("SELECT 1 FROM account WHERE id = \(user)") == nil { return .noSuchAccount }
            let (kind, text) = (lock.target.kind, lock.target.text)
            let others = try database.row(
                """
                SELECT count(*) FROM login_lock
                WHERE expires_at > \(lock.setAt) AND NOT (kind = \(kind) AND target = \(text))
                """
            )
            guard var others, try others.integer() < LoginLock.countMax else { return .tooMany }
            try database.run("DELETE FROM login_lock WHERE kind = \(kind) AND target = \(text)")
            try database.run(
                """
                INSERT INTO login_lock (id, kind, target, user_id, set_at, expires_at, reason)
                VALUES (\(lock.id), \(kind), \(text), \(user), \(lock.setAt), \(lock.expiresAt), \(lock.reason))
                """
            )
            try database.insert(event)
            return .set
        }
    }

    package func lock(_ id: LoginLockID) async throws -> LoginLock? {
        try await driver.read { try $0.loginLocks("id = \(id)").first }
    }

    package func remove(_ id: LoginLockID, _ event: AuditEvent) async throws -> Bool {
        try await driver.write { database in
            guard try database.run("DELETE FROM login_lock WHERE id = \(id)") == 1 else { return false }
            try database.insert(event)
            return true
        }
    }

    package func locks(after id: LoginLockID?, at now: Timestamp, limit: Int) async throws -> [LoginLock] {
        let start: SQL = if let id { "AND id > \(id)" } else { "" }
        return try await driver.read { database in
            try database.loginLocks("expires_at > \(now) \(part: start) ORDER BY id LIMIT \(limit)")
        }
    }

    package func locks(on user: UserID?, at now: Timestamp) async throws -> [LoginLock] {
        try await driver.read { try $0.loginLocks(on: user, at: now) }
    }

    package func purgeLocks(before instant: Timestamp, limit: Int) async throws -> Int {
        try await driver.write { database in
            try database.lock([.sweep])
            return try database.run(
                """
                DELETE FROM login_lock WHERE id IN (
                    SELECT id FROM login_lock WHERE expires_at <= \(instant) LIMIT \(limit))
                """
            )
        }
    }
}

extension SQLConnection {
    /// The locks whose time is not over that may deny a log-in: the account's, and all of networks and browsers.
    func loginLocks(on user: UserID?, at now: Timestamp) throws -> [LoginLock] {
        let own: SQL = if let user { "OR user_id = \(user)" } else { "" }
        return try loginLocks("(user_id IS NULL \(part: own)) AND expires_at > \(now)")
    }

    fileprivate func loginLocks(_ condition: SQL) throws -> [LoginLock] {
        try rows("SELECT id, kind, target, set_at, expires_at, reason FROM login_lock WHERE \(part: condition)").map {
            row in
            var row = row
            let id: LoginLockID = try row.id()
            let kind = try row.text()
            return LoginLock(
                id: id,
                target: try row.value { LoginLock.Target(kind: kind, text: $0) },
                setAt: try row.time(),
                expiresAt: try row.time(),
                reason: try row.optional { try $0.text() }
            )
        }
    }
}
