package import Sessions

extension SQLStore {
    package func add(_ account: Account, _ event: AuditEvent) async throws -> Bool {
        try await driver.write { database in
            guard try database.insert(account, at: event.at) else { return false }
            try database.insert(event)
            return true
        }
    }

    package func add(_ accounts: [Account], _ events: [AuditEvent]) async throws -> [TakenName] {
        do {
            try await driver.write { database in
                var taken: [TakenName] = []
                for (index, (account, event)) in zip(accounts, events).enumerated() {
                    guard try database.insert(account, at: event.at) else {
                        let field = try database.takenField(of: account, at: event.at)
                        taken.append(TakenName(index: index, field: field))
                        continue
                    }
                    // What is not kept needs no event.
                    if taken.isEmpty { try database.insert(event) }
                }
                guard taken.isEmpty else { throw NamesTaken(taken: taken) }
            }
            return []
        } catch let names as NamesTaken {
            return names.taken
        }
    }

    package func account(named name: LoginName) async throws -> Account? {
        try await driver.read { database in
            let match: SQL =
                switch name {
                case .email(let email): "a.email = \(email.description)"
                case .username(let username): "a.username = \(username.description)"
                }
            var row = try database.row(
                "SELECT \(part: accountColumns) FROM account a \(part: accountJoin) WHERE \(part: match)"
            )
            return try row?.account()
        }
    }

    package func account(_ id: UserID) async throws -> Account? {
        try await driver.read { database in
            var row = try database.row(
                "SELECT \(part: accountColumns) FROM account a \(part: accountJoin) WHERE a.id = \(id)"
            )
            return try row?.account()
        }
    }

    package func accounts(after id: UserID?, limit: Int) async throws -> [Account] {
        try await driver.read { database in
            let start: SQL = if let id { "WHERE a.id > \(id)" } else { "" }
            return try database.rows(
                """
                SELECT \(part: accountColumns) FROM account a \(part: accountJoin) \(part: start)
                ORDER BY a.id LIMIT \(limit)
                """
            ).map { row in
                var row = row
                return try row.account()
            }
        }
    }

    package func renew(_ hash: PasswordHash, as renewed: PasswordHash, of user: UserID) async throws {
        try await driver.write { database in
            _ = try database.run(
                """
                UPDATE account SET password_hash = \(renewed.encoded)
                WHERE id = \(user) AND password_hash = \(hash.encoded)
                """
            )
        }
    }

    package func setPassword(
        _ hash: PasswordHash,
        of user: UserID,
        ending: Session.Ending,
        _ event: AuditEvent
    ) async throws -> EndedSessions? {
        try await driver.write { database in
            try database.lock([.account(user)])
            let changed = try database.run(
                """
                UPDATE account SET password_hash = \(hash.encoded), password_changed_at = \(ending.at),
                    credential_version = credential_version + 1, epoch = epoch + 1
                WHERE id = \(user)
                """
            )
            guard changed == 1 else { return nil }
            try database.forgetBrowsers(of: user)
            try database.deleteChallenges(of: user)
            let ended = try database.end("user_id = \(user)", ending)
            try database.insert(event, ended: ended.active)
            return ended
        }
    }

    package func setDisabled(
        _ ending: Session.Ending?,
        of user: UserID,
        _ event: AuditEvent
    ) async throws -> EndedSessions? {
        try await driver.write { database in
            try database.lock([.account(user)])
            let isDisabled = ending != nil
            let changed = try database.run(
                "UPDATE account SET disabled = \(isDisabled), epoch = epoch + \(isDisabled ? 1 : 0) WHERE id = \(user)"
            )
            guard changed == 1 else { return nil }
            if isDisabled { try database.deleteChallenges(of: user) }
            let ended = if let ending { try database.end("user_id = \(user)", ending) } else { EndedSessions() }
            try database.insert(event, ended: ended.active)
            return ended
        }
    }

    package func delete(_ user: UserID, _ event: AuditEvent) async throws -> EndedSessions? {
        try await driver.write { database in
            try database.lock([.account(user)])
            let ending = Session.Ending(at: event.at, reason: .disabled, by: event.actor)
            let ended = try database.end("user_id = \(user)", ending)
            guard try database.run("DELETE FROM account WHERE id = \(user)") == 1 else { return nil }
            try database.forgetMail(to: user)
            try database.insert(event, ended: ended.active)
            return ended
        }
    }
}

/// Undoes a transaction in which not all accounts could be added.
private struct NamesTaken: Error {
    let taken: [TakenName]
}

extension SQLConnection {
    /// Adds an account's row, and says whether its names were free.
    fileprivate func insert(_ account: Account, at now: Timestamp) throws -> Bool {
        let user = account.user
        guard try !isTaken(user.email, butBy: user.id, at: now) else { return false }
        let added = try run(
            """
            INSERT INTO account (id, email, email_verified, username, created_at, password_changed_at, password_hash,
                credential_version, epoch, disabled)
            VALUES (\(user.id), \(user.email.description), \(user.isEmailVerified), \(user.username.description),
                \(user.createdAt), \(user.passwordChangedAt), \(account.passwordHash?.encoded),
                \(account.credentialVersion), \(account.epoch), \(account.isDisabled))
            ON CONFLICT DO NOTHING
            """
        )
        return added == 1
    }

    /// Which name of an account another one has.
    fileprivate func takenField(of account: Account, at now: Timestamp) throws -> TakenName.Field {
        try isTaken(account.user.email, butBy: account.id, at: now) ? .email : .username
    }
}

/// The columns that ``SQLRow/account()`` reads.
let accountColumns: SQL = """
    a.id, a.email, a.email_verified, a.username, a.created_at, a.password_changed_at, a.password_hash, a.credential_version,
    a.epoch, a.disabled, f.enabled_at, f.seed, f.last_step
    """

/// What ``accountColumns`` needs to be joined with the account `a`: its second factor, if it is on.
let accountJoin: SQL = "LEFT JOIN second_factor f ON f.user_id = a.id AND f.enabled_at IS NOT NULL"

extension SQLRow {
    mutating func account() throws -> Account {
        let user = User(
            id: try id(),
            email: try value(EmailAddress.init),
            isEmailVerified: try bool(),
            username: try value(Username.init),
            createdAt: try time(),
            passwordChangedAt: try time()
        )
        var account = Account(
            user: user,
            passwordHash: try optional { try $0.text() }.map(PasswordHash.init(encoded:)),
            credentialVersion: try integer(),
            epoch: try integer(),
            isDisabled: try bool()
        )
        if let since = try optional({ try $0.time() }) {
            account.user.secondFactorSince = since
            account.secondFactor = SecondFactor(
                seed: try blob(SealedSeed.init(bytes:)),
                lastStep: try integer()
            )
        }
        return account
    }
}
