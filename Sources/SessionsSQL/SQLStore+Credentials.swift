package import Sessions

extension SQLStore {
    package func make(_ change: CredentialChange) async throws -> CredentialChangeOutcome {
        try await driver.write { database in
            try database.lock([.account(change.userID)])
            if let obstacle = try database.obstacle(to: change) { return obstacle }
            // The first that is written: where it fails, nothing was changed.
            if let using = change.using, try !database.use(using, of: change.userID) { return .alreadyUsed }
            try database.apply(change)
            if change.outdatesAuthentications { try database.outdateAuthentications(of: change.userID) }
            let ended =
                if let ending = change.endingOthers {
                    try database.end("user_id = \(change.userID) AND id <> \(change.session)", ending)
                } else {
                    EndedSessions()
                }
            if let renewal = change.renewal { try database.renew(change.session, of: change.userID, renewal) }
            if let browser = change.browser { try database.know(browser, of: change.userID, at: change.at) }
            try database.settle(change.settling)
            if let event = change.reporting { try database.judge(event, of: change.userID, .reported) }
            for (number, event) in change.events.enumerated() {
                let isFirst = number == 0
                let recipients = isFirst ? try database.recipients(of: change) : nil
                try database.insert(event, ended: isFirst ? ended.active : [:], mailing: recipients)
            }
            return .made(ended)
        }
    }
}

extension SQLConnection {
    /// What stands in the way of a change; `nil` for nothing but, perhaps, its code.
    fileprivate func obstacle(to change: CredentialChange) throws -> CredentialChangeOutcome? {
        let account = try row(
            """
            SELECT 1 FROM account
            WHERE id = \(change.userID) AND credential_version = \(change.credentialVersion) AND disabled = 0
            """
        )
        guard account != nil else { return .refused }
        let session = try row(
            """
            SELECT 1 FROM session
            WHERE id = \(change.session) AND user_id = \(change.userID) AND token_digest = \(change.tokenDigest.bytes)
                AND ended_at IS NULL AND expires_at > \(change.at)
            """
        )
        guard session != nil else { return .sessionChanged }
        return try canApply(change) ? nil : .refused
    }

    /// Whether that is there which is to be changed.
    private func canApply(_ change: CredentialChange) throws -> Bool {
        let condition: SQL
        switch change.kind {
        case .none, .password, .passwordUnusable, .emailRequest: return true
        case .secondFactorOn(let seed, _, _):
            condition = """
                enabled_at IS NULL AND seed = \(seed.bytes) AND session_id = \(change.session) AND expires_at > \(change.at)
                """
        case .secondFactorOff, .recoveryCodes: condition = "enabled_at IS NOT NULL"
        }
        let found = try row(
            "SELECT 1 FROM second_factor WHERE user_id = \(change.userID) AND \(part: condition)"
        )
        return found != nil
    }

    /// Where the mail goes that a change asks for; `nil` where it asks for none.
    fileprivate func recipients(of change: CredentialChange) throws -> [EmailAddress]? {
        guard case .emailRequest(let address) = change.kind else { return nil }
        return try isTaken(address, butBy: change.userID, at: change.at) ? [] : [address]
    }

    /// Changes what a change is about.
    fileprivate func apply(_ change: CredentialChange) throws {
        let user = change.userID
        switch change.kind {
        case .none, .emailRequest: break
        case .password(let hash):
            try run(
                """
                UPDATE account SET password_hash = \(hash.encoded), password_changed_at = \(change.at) WHERE id = \(user)
                """
            )
            try forgetBrowsers(of: user)
        case .passwordUnusable:
            try run("UPDATE account SET password_hash = NULL WHERE id = \(user)")
            try forgetBrowsers(of: user)
        case .secondFactorOn(_, let step, let codes):
            try run(
                """
                UPDATE second_factor SET enabled_at = \(change.at), last_step = \(step), session_id = NULL, expires_at = NULL
                WHERE user_id = \(user)
                """
            )
            try setRecoveryCodes(codes, of: user)
        case .secondFactorOff: try deleteSecondFactor(of: user)
        case .recoveryCodes(let codes): try setRecoveryCodes(codes, of: user)
        }
    }

    /// Makes what was verified before, and challenges for it, open nothing any more.
    func outdateAuthentications(of user: UserID) throws {
        try run("UPDATE account SET credential_version = credential_version + 1 WHERE id = \(user)")
        try deleteChallenges(of: user)
    }

    fileprivate func renew(_ session: SessionID, of user: UserID, _ renewal: SessionRenewal) throws {
        try run(
            """
            UPDATE session SET token_digest = \(renewal.tokenDigest.bytes), amr = \(renewal.authentication.encoded),
                authenticated_at = \(renewal.authenticatedAt)
            WHERE id = \(session) AND user_id = \(user)
            """
        )
    }
}
