package import Sessions

extension SQLStore {
    package func add(
        _ challenge: LoginChallenge,
        settling: [AttemptSettlement],
        noting event: AuditEvent
    ) async throws {
        try await driver.write { database in
            try database.lock([.account(challenge.userID)])
            // One whose password was changed, or whose account was ended, while it was being made is void from the start.
            try database.run(
                """
                INSERT INTO login_challenge (digest, user_id, credential_version, epoch, remembered, browser,
                    follows_failures, expires_at)
                SELECT \(challenge.digest.bytes), a.id, a.credential_version, a.epoch, \(challenge.isRemembered),
                    \(challenge.browser?.bytes), \(challenge.followsFailures), \(challenge.expiresAt)
                FROM account a
                WHERE a.id = \(challenge.userID) AND a.credential_version = \(challenge.credentialVersion)
                    AND a.epoch = \(challenge.epoch) AND a.disabled = 0
                """
            )
            try database.settle(settling)
            try database.note(failure: event)
        }
    }

    package func challenge(_ digest: ChallengeDigest) async throws -> LoginChallenge? {
        try await driver.read { database in
            let found = try database.row(
                """
                SELECT user_id, credential_version, epoch, remembered, browser, follows_failures, expires_at
                FROM login_challenge WHERE digest = \(digest.bytes)
                """
            )
            guard var row = found else { return nil }
            return LoginChallenge(
                digest: digest,
                userID: try row.id(),
                credentialVersion: try row.integer(),
                epoch: try row.integer(),
                isRemembered: try row.bool(),
                browser: try row.optional { try $0.blob(KnownBrowser.init(bytes:)) },
                followsFailures: try row.bool(),
                expiresAt: try row.time()
            )
        }
    }

    package func sweepChallenges(at now: Timestamp, limit: Int) async throws -> Int {
        try await driver.write { database in
            try database.lock([.sweep])
            let challenges = try database.run(
                """
                DELETE FROM login_challenge WHERE digest IN (
                    SELECT digest FROM login_challenge WHERE expires_at <= \(now) LIMIT \(limit))
                """
            )
            let seeds = try database.run(
                """
                DELETE FROM second_factor WHERE user_id IN (
                    SELECT user_id FROM second_factor WHERE expires_at <= \(now) LIMIT \(limit - challenges))
                """
            )
            let links = try database.run(
                """
                DELETE FROM mailed_link WHERE id IN (
                    SELECT id FROM mailed_link WHERE expires_at <= \(now) LIMIT \(limit - challenges - seeds))
                """
            )
            return challenges + seeds + links
        }
    }
}

extension SQLConnection {
    /// Uses up what the second step of a log-in takes.
    ///
    /// - Returns: Whether it was all there; if not, nothing was changed.
    func use(_ step: LoginCompletion.SecondStep, of user: UserID, at now: Timestamp) throws -> Bool {
        let challenge = try row(
            """
            SELECT 1 FROM login_challenge
            WHERE digest = \(step.challenge.bytes) AND user_id = \(user) AND expires_at > \(now)
            """
        )
        guard challenge != nil, try use(step.using, of: user) else { return false }
        try run("DELETE FROM login_challenge WHERE digest = \(step.challenge.bytes) AND user_id = \(user)")
        return true
    }

    /// Does what follows from the use of a recovery code.
    ///
    /// - Returns: The sessions that were ended: all that the account has.
    func recover(_ recovery: LoginCompletion.SecondStep.Recovery, for user: UserID) throws -> EndedSessions {
        try outdateAuthentications(of: user)
        let ended = try end("user_id = \(user)", recovery.ending)
        try insert(recovery.event, ended: ended.active)
        return ended
    }

    func deleteChallenges(of user: UserID) throws {
        try run("DELETE FROM login_challenge WHERE user_id = \(user)")
    }
}
