package import Sessions

extension SQLStore {
    package func add(_ request: PasswordRequest) async throws {
        try await driver.write { database in
            _ = try database.run(
                """
                INSERT INTO password_request (id, name, at, address, device_info)
                VALUES (\(request.id), \(request.name?.text), \(request.at), \(request.address?.description),
                    \(request.deviceInfo))
                """
            )
        }
    }

    package func answerPasswordRequests(at now: Timestamp, limit: Int) async throws -> Int {
        // Asked every second, and there is mostly nothing: that shall not be a write.
        let isWaiting = try await driver.read { try $0.row("SELECT 1 FROM password_request LIMIT 1") != nil }
        guard isWaiting else { return 0 }
        return try await driver.write { database in
            try database.lock([.sweep])
            let requests = try database.rows(
                """
                DELETE FROM password_request WHERE id IN (SELECT id FROM password_request ORDER BY id LIMIT \(limit))
                RETURNING id, name, at, address, device_info
                """
            ).map { row in
                var row = row
                return PasswordRequest(
                    id: try row.id(),
                    name: try row.optional { try $0.value(LoginName.init) },
                    at: try row.time(),
                    address: try row.optional { try $0.value(IPAddress.init) },
                    deviceInfo: try row.optional { try $0.text() }
                )
            }
            for request in requests.sorted(by: { $0.id < $1.id }) where !request.isOutdated(at: now) {
                try database.note(failure: request.event(of: try database.user(asking: request)))
            }
            return requests.count
        }
    }

    package func link(_ id: NoticeID) async throws -> MailedLink? {
        try await driver.read { database in
            let found = try database.row(
                """
                SELECT id, purpose, user_id, address, credential_version, event_id, expires_at FROM mailed_link
                WHERE id = \(id)
                """
            )
            guard var row = found else { return nil }
            return MailedLink(
                id: try row.id(),
                purpose: try row.value(MailedLink.Purpose.init(rawValue:)),
                userID: try row.id(),
                address: try row.value(EmailAddress.init),
                credentialVersion: try row.integer(),
                eventID: try row.id(),
                expiresAt: try row.time()
            )
        }
    }

    package func use(_ use: LinkUse) async throws -> EndedSessions? {
        try await driver.write { database in
            let link = use.link
            let user = link.userID
            try database.lock([.account(user)])
            guard let former = try database.address(beforeUseOf: link, at: use.at) else { return nil }
            let isAnother = former != link.address
            let isTaken = isAnother ? try database.isTaken(link.address, butBy: user, at: use.at) : false
            if isTaken, use.change == .email { return nil }
            // The first that is written: of two uses at once the other finds nothing.
            guard try database.run("DELETE FROM mailed_link WHERE id = \(link.id)") == 1 else { return nil }
            let both = [former, link.address]
            let ended: EndedSessions
            switch use.change {
            case .report(let ending, let restoring):
                ended = try database.close(user, "password_hash = NULL", ending)
                try database.judge(link.eventID, of: user, .reported)
                let isRestored = isAnother && !isTaken
                if isRestored { try database.restore(link.address, of: user) }
                try database.insert(use.event, ended: ended.active)
                if isRestored { try database.insert(restoring, mailing: both) }
            case .password(let hash, let ending):
                let isProof = !isAnother
                let password: SQL = "password_hash = \(hash.encoded), password_changed_at = \(use.at)"
                ended = try database.close(
                    user,
                    isProof ? "\(part: password), email_verified = 1" : password,
                    ending
                )
                try database.insert(use.event, ended: ended.active)
            case .email:
                ended = EndedSessions()
                try database.run(
                    "UPDATE account SET email = \(link.address.description), email_verified = 1 WHERE id = \(user)"
                )
                if isAnother { try database.outdateAuthentications(of: user) }
                try database.insert(use.event, mailing: isAnother ? both : nil)
            }
            try database.settle(use.settling)
            return ended
        }
    }
}

extension SQLConnection {
    /// Whose account a request is about, unless it is disabled.
    fileprivate func user(asking request: PasswordRequest) throws -> UserID? {
        guard let name = request.name else { return nil }
        let match: SQL =
            switch name {
            case .email(let email): "email = \(email.description)"
            case .username(let username): "username = \(username.description)"
            }
        var found = try row("SELECT id FROM account WHERE \(part: match) AND disabled = 0")
        return try found?.id()
    }

    /// Keeps a link, in place of those that were mailed before it for the same.
    func keep(_ link: MailedLink) throws {
        if link.purpose.dependsOnCredentials {
            try run("DELETE FROM mailed_link WHERE user_id = \(link.userID) AND purpose = \(link.purpose.rawValue)")
        }
        try run(
            """
            INSERT INTO mailed_link (id, purpose, user_id, address, credential_version, event_id, expires_at)
            VALUES (\(link.id), \(link.purpose.rawValue), \(link.userID), \(link.address.description),
                \(link.credentialVersion), \(link.eventID), \(link.expiresAt))
            """
        )
    }

    /// Whether an address is another account's, or that account can still get it back.
    func isTaken(_ address: EmailAddress, butBy user: UserID, at now: Timestamp) throws -> Bool {
        let taken = try row(
            """
            SELECT 1 FROM account WHERE email = \(address.description) AND id <> \(user)
            UNION ALL
            SELECT 1 FROM mailed_link
            WHERE address = \(address.description) AND purpose = \(MailedLink.Purpose.report.rawValue)
                AND user_id <> \(user) AND expires_at > \(now)
            LIMIT 1
            """
        )
        return taken != nil
    }

    /// The account's address, if the link is good.
    fileprivate func address(beforeUseOf link: MailedLink, at now: Timestamp) throws -> EmailAddress? {
        let found = try row(
            """
            SELECT a.email, a.credential_version FROM mailed_link l JOIN account a ON a.id = l.user_id
            WHERE l.id = \(link.id) AND l.user_id = \(link.userID) AND l.purpose = \(link.purpose.rawValue)
                AND l.expires_at > \(now) AND a.disabled = 0
            """
        )
        guard var row = found else { return nil }
        let address = try row.value(EmailAddress.init)
        let credentialVersion = try row.integer()
        return link.purpose.dependsOnCredentials && credentialVersion != link.credentialVersion ? nil : address
    }

    /// Changes an account's credentials, and ends everything that was begun with the former ones.
    fileprivate func close(_ user: UserID, _ change: SQL, _ ending: Session.Ending) throws -> EndedSessions {
        try run("UPDATE account SET \(part: change), epoch = epoch + 1 WHERE id = \(user)")
        try outdateAuthentications(of: user)
        try forgetBrowsers(of: user)
        return try end("user_id = \(user)", ending)
    }

    /// Gives an account an address back; links that were mailed elsewhere are void.
    fileprivate func restore(_ address: EmailAddress, of user: UserID) throws {
        try run("UPDATE account SET email = \(address.description), email_verified = 1 WHERE id = \(user)")
        try run("DELETE FROM mailed_link WHERE user_id = \(user) AND address <> \(address.description)")
    }
}
