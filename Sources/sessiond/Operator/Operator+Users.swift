import Sessions

extension Operator {
    func addUser(email: String, username: String, password: Password) async throws -> OperatorOutcome {
        guard let email = EmailAddress(email) else { return .refused("that is not an e-mail address") }
        guard let username = Username(username) else {
            return .refused("a user name has 3 to 32 of a-z 0-9 . _ - and starts with a letter or digit")
        }
        switch try await accounts.register(email: email, username: username, password: password, from: nil) {
        case .registered(let user): return .done("\(user.id)")
        case .weakPassword(let weakness): return .refused("the password may not be chosen: \(weakness.message)")
        case .taken: return .refused("the e-mail address or the user name is taken")
        }
    }

    func listUsers(rows: Rows) async throws -> OperatorOutcome {
        var last: UserID?
        while true {
            let page = try await accounts.page(after: last)
            guard let next = page.last else { return .done("") }
            try await rows(page.map(Self.row))
            last = next.id
        }
    }

    func setPassword(of user: String, to password: Password) async throws -> OperatorOutcome {
        guard let user = try await self.user(user) else { return Self.noSuchUser }
        switch try await accounts.setPassword(password, of: user.id) {
        case .set(let ended): return .done("The password of \(user.username) is set; \(Self.sessions(ended)).")
        case .weakPassword(let weakness): return .refused("the password may not be chosen: \(weakness.message)")
        case .notFound: return Self.noSuchUser
        }
    }

    func resetTwoFactor(of user: String) async throws -> OperatorOutcome {
        guard let user = try await self.user(user) else { return Self.noSuchUser }
        guard let ended = try await accounts.resetSecondFactor(of: user.id) else {
            return .refused("\(user.username) has no second factor")
        }
        return .done("The second factor of \(user.username) is off; \(Self.sessions(ended)).")
    }

    func disableUser(_ user: String) async throws -> OperatorOutcome {
        guard let user = try await self.user(user), let ended = try await accounts.disable(user.id) else {
            return Self.noSuchUser
        }
        return .done("\(user.username) is disabled; \(Self.sessions(ended)).")
    }

    func enableUser(_ user: String) async throws -> OperatorOutcome {
        guard let user = try await self.user(user), try await accounts.enable(user.id) else { return Self.noSuchUser }
        return .done("\(user.username) is enabled.")
    }

    func deleteUser(_ user: String) async throws -> OperatorOutcome {
        guard let user = try await self.user(user), let ended = try await accounts.delete(user.id) else {
            return Self.noSuchUser
        }
        return .done("\(user.username) is deleted; \(Self.sessions(ended)).")
    }

    private static func row(of account: Account) -> JSON {
        [
            "id": .id(account.id),
            "username": .string(account.user.username.description),
            "email": .string(account.user.email.description),
            "status": account.isDisabled ? "disabled" : "active",
            "twoFactor": account.secondFactor == nil ? "off" : "on",
            "created": .time(account.user.createdAt),
            "passwordChanged": .time(account.user.passwordChangedAt),
        ]
    }
}
