import Sessions

extension Operator {
    /// Sets a lock, and then ends what matches: nothing that it denies can be opened any more.
    func setLock(_ request: LockRequest, rows: Rows) async throws -> OperatorOutcome {
        var name: String?
        let target: LoginLock.Target
        switch request.target {
        case .account(let text):
            guard let user = try await user(text) else { return Self.noSuchUser }
            name = user.username.description
            target = .account(user.id)
        case .other(let other): target = other
        }
        let (lock, setting) = try await authority.lock(target, forSeconds: request.seconds, because: request.reason)
        switch setting {
        case .set: break
        case .noSuchAccount: return Self.noSuchUser
        case .tooMany:
            return .refused(
                "there are \(LoginLock.countMax) locks already: remove some, or disable the accounts that they are on"
            )
        }
        let outcome = try await endSessions(
            matching: SessionCriteria(target),
            because: request.reason ?? "lock",
            rows: rows
        )
        guard case .done(let ended) = outcome else { return outcome }
        return .done(
            "Lock \(lock.id): no log-in \(Self.sentence(target, name)) until \(lock.expiresAt.rfc3339); \(ended)"
        )
    }

    func listLocks(rows: Rows) async throws -> OperatorOutcome {
        var last: LoginLockID?
        while true {
            let page = try await authority.locks(after: last)
            guard let next = page.last else { return .done("") }
            var list: [JSON] = []
            for lock in page { list.append(try await row(of: lock)) }
            try await rows(list)
            last = next.id
        }
    }

    func removeLock(_ id: String) async throws -> OperatorOutcome {
        guard let id = LoginLockID(id), let lock = try await authority.unlock(id) else {
            return .refused("there is no lock of that id")
        }
        let name = try await name(of: lock.target)
        return .done("Log-ins \(Self.sentence(lock.target, name)) are no longer locked.")
    }

    private func row(of lock: LoginLock) async throws -> JSON {
        [
            "id": .id(lock.id),
            "kind": .string(lock.target.kind),
            "target": .string(try await name(of: lock.target) ?? lock.target.text),
            "set": .time(lock.setAt),
            "until": .time(lock.expiresAt),
            "reason": .text(lock.reason),
        ]
    }

    /// The name of the account that is locked; `nil` when it is none.
    private func name(of target: LoginLock.Target) async throws -> String? {
        guard let user = target.user else { return nil }
        return try await accounts.user(user)?.username.description
    }

    private static func sentence(_ target: LoginLock.Target, _ name: String?) -> String {
        switch target {
        case .account(let user): "to \(name ?? "\(user)")"
        case .network(let block): "from \(block)"
        case .browser(let name): "with the browser \(name)"
        case .userAgent(let text): "with a user agent that has \(text) in it"
        }
    }
}
