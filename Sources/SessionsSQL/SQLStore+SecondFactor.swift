package import Sessions

extension SQLStore {
    package func begin(_ pending: PendingSecondFactor) async throws -> Bool {
        try await driver.write { database in
            try database.lock([.account(pending.userID)])
            return try database.run(
                """
                INSERT INTO second_factor (user_id, seed, session_id, expires_at)
                SELECT a.id, \(pending.seed.bytes), \(pending.sessionID), \(pending.expiresAt)
                FROM account a WHERE a.id = \(pending.userID)
                ON CONFLICT (user_id) DO UPDATE SET seed = excluded.seed, session_id = excluded.session_id,
                    expires_at = excluded.expires_at
                    WHERE second_factor.enabled_at IS NULL
                """
            ) == 1
        }
    }

    package func pendingSecondFactor(of user: UserID) async throws -> PendingSecondFactor? {
        try await driver.read { database in
            let found = try database.row(
                """
                SELECT seed, session_id, expires_at FROM second_factor
                WHERE user_id = \(user) AND enabled_at IS NULL
                """
            )
            guard var row = found else { return nil }
            return PendingSecondFactor(
                userID: user,
                seed: try row.blob(SealedSeed.init(bytes:)),
                sessionID: try row.id(),
                expiresAt: try row.time()
            )
        }
    }

    package func removeSecondFactor(
        of user: UserID,
        ending: Session.Ending,
        _ event: AuditEvent
    ) async throws -> EndedSessions? {
        try await driver.write { database in
            try database.lock([.account(user)])
            guard try database.deleteSecondFactor(of: user) else { return nil }
            try database.run("UPDATE account SET epoch = epoch + 1 WHERE id = \(user)")
            try database.outdateAuthentications(of: user)
            let ended = try database.end("user_id = \(user)", ending)
            try database.insert(event, ended: ended.active)
            return ended
        }
    }

    package func recoveryCodesLeft(of user: UserID) async throws -> Int {
        try await driver.read { database in
            guard var row = try database.row("SELECT count(*) FROM recovery_code WHERE user_id = \(user)") else {
                return 0
            }
            return Int(try row.integer())
        }
    }

    package func hasRecoveryCode(_ digest: RecoveryCodeDigest, of user: UserID) async throws -> Bool {
        try await driver.read { database in
            try database.row(
                "SELECT 1 FROM recovery_code WHERE user_id = \(user) AND digest = \(digest.bytes)"
            ) != nil
        }
    }

    package func seeds(after user: UserID?, limit: Int) async throws -> [OwnedSeed] {
        try await driver.read { database in
            let start: SQL = if let user { "AND user_id > \(user)" } else { "" }
            return try database.rows(
                """
                SELECT user_id, seed FROM second_factor
                WHERE enabled_at IS NOT NULL \(part: start) ORDER BY user_id LIMIT \(limit)
                """
            ).map { row in
                var row = row
                return OwnedSeed(userID: try row.id(), seed: try row.blob(SealedSeed.init(bytes:)))
            }
        }
    }

    package func renew(_ seed: SealedSeed, as renewed: SealedSeed, of user: UserID) async throws {
        try await driver.write { database in
            _ = try database.run(
                """
                UPDATE second_factor SET seed = \(renewed.bytes)
                WHERE user_id = \(user) AND enabled_at IS NOT NULL AND seed = \(seed.bytes)
                """
            )
        }
    }
}

extension SQLConnection {
    /// Uses a code up.
    ///
    /// Compares and sets in one statement: of several requests with one code one wins.
    ///
    /// - Returns: Whether it was there to be used; if not, nothing was changed.
    func use(_ code: SecondFactorUse, of user: UserID) throws -> Bool {
        switch code {
        case .step(let step):
            try run(
                """
                UPDATE second_factor SET last_step = \(step)
                WHERE user_id = \(user) AND enabled_at IS NOT NULL AND last_step < \(step)
                """
            ) == 1
        case .recoveryCode(let digest):
            try run("DELETE FROM recovery_code WHERE user_id = \(user) AND digest = \(digest.bytes)") == 1
        }
    }

    /// Deletes an account's second factor, if it is on, with its recovery codes.
    ///
    /// - Returns: Whether it was on.
    @discardableResult
    func deleteSecondFactor(of user: UserID) throws -> Bool {
        let deleted = try run("DELETE FROM second_factor WHERE user_id = \(user) AND enabled_at IS NOT NULL")
        guard deleted == 1 else { return false }
        try run("DELETE FROM recovery_code WHERE user_id = \(user)")
        return true
    }

    /// Puts recovery codes in the place of an account's old ones.
    func setRecoveryCodes(_ codes: [RecoveryCodeDigest], of user: UserID) throws {
        try run("DELETE FROM recovery_code WHERE user_id = \(user)")
        for code in codes {
            try run("INSERT INTO recovery_code (user_id, digest) VALUES (\(user), \(code.bytes))")
        }
    }
}
