import Sessions

extension OperatorCommand {
    /// The request as it travels through the socket.
    ///
    /// It may hold a password, or hashes of some.
    var json: JSON {
        switch self {
        case .addUser(let email, let username, let password):
            ["command": "add-user", "email": .string(email), "username": .string(username), "password": password.json]
        case .listUsers: ["command": "list-users"]
        case .setPassword(let user, let password):
            ["command": "set-password", "user": .string(user), "password": password.json]
        case .resetTwoFactor(let user): ["command": "reset-two-factor", "user": .string(user)]
        case .disableUser(let user): ["command": "disable-user", "user": .string(user)]
        case .enableUser(let user): ["command": "enable-user", "user": .string(user)]
        case .deleteUser(let user): ["command": "delete-user", "user": .string(user)]
        case .importUsers(let records, let rule):
            [
                "command": "import-users", "rule": .string(rule.rawValue), "accounts": .array(records.map(\.json)),
            ]
        case .exportUsers(let withHashes): ["command": "export-users", "hashes": .bool(withHashes)]
        case .listSessions(let user): ["command": "list-sessions", "user": .text(user)]
        case .revokeSession(let id): ["command": "revoke-session", "session": .string(id)]
        case .revokeSessions(let user): ["command": "revoke-sessions", "user": .string(user)]
        case .revokeAllSessions: ["command": "revoke-all-sessions"]
        case .backUp(let path): ["command": "back-up", "path": .string(path)]
        case .migrate: ["command": "migrate"]
        case .announceArrival(let number): ["command": "announce-arrival", "number": .string(number)]
        case .findArrival(let number): ["command": "find-arrival", "number": .string(number)]
        case .listNodes: ["command": "list-nodes"]
        case .finishRestore: ["command": "finish-restore"]
        case .listEvents(let user, let since, let limit):
            ["command": "list-events", "user": .text(user), "since": .time(since), "limit": .integer(Int64(limit))]
        case .verifyEvents: ["command": "verify-events"]
        case .exportEvents(let since): ["command": "export-events", "since": .time(since)]
        case .findSessions(let search, let sample):
            ["command": "find-sessions", "search": search.json, "sample": .integer(Int64(sample))]
        case .endSessions(let search, let reason):
            ["command": "end-sessions", "search": search.json, "reason": .text(reason)]
        case .setLock(let lock): ["command": "set-lock", "lock": lock.json]
        case .listLocks: ["command": "list-locks"]
        case .removeLock(let id): ["command": "remove-lock", "id": .string(id)]
        case .report(let days): ["command": "report", "days": .integer(Int64(days))]
        }
    }

    /// The most sessions that a search shows.
    static let sampleMax = 100
    /// The most days that a report tells of.
    static let reportDaysMax = 90

    /// Reads a request; `nil` when it is none.
    init?(_ line: [UInt8]) {
        guard let json = try? JSON(parsing: line), let name = json["command"]?.string else { return nil }
        let user = json["user"]?.string
        let since = json["since"]?.string.flatMap(Timestamp.init(rfc3339:))
        switch (name, user) {
        case ("add-user", _):
            guard let email = json["email"]?.string, let username = json["username"]?.string,
                let password = json["password"]?.string
            else { return nil }
            self = .addUser(email: email, username: username, password: Password(password))
        case ("set-password", let user?):
            guard let password = json["password"]?.string else { return nil }
            self = .setPassword(of: user, to: Password(password))
        case ("revoke-session", _):
            guard let id = json["session"]?.string else { return nil }
            self = .revokeSession(id)
        case ("back-up", _):
            guard let path = json["path"]?.string else { return nil }
            self = .backUp(to: path)
        case ("reset-two-factor", let user?): self = .resetTwoFactor(of: user)
        case ("disable-user", let user?): self = .disableUser(user)
        case ("enable-user", let user?): self = .enableUser(user)
        case ("delete-user", let user?): self = .deleteUser(user)
        case ("revoke-sessions", let user?): self = .revokeSessions(of: user)
        case ("list-users", _): self = .listUsers
        case ("import-users", _):
            guard let rule = json["rule"]?.string.flatMap(Accounts.ImportRule.init),
                let accounts = json["accounts"]?.array,
                accounts.count <= Accounts.importMax,
                case let records = accounts.compactMap({ try? AccountRecord($0, at: WallClock.system.now) }),
                records.count == accounts.count
            else { return nil }
            self = .importUsers(records, rule)
        case ("export-users", _): self = .exportUsers(withHashes: json["hashes"]?.bool ?? false)
        case ("list-sessions", _): self = .listSessions(of: user)
        case ("revoke-all-sessions", _): self = .revokeAllSessions
        case ("migrate", _): self = .migrate
        case ("announce-arrival", _):
            guard let number = json["number"]?.string, (32...128).contains(number.utf8.count) else { return nil }
            self = .announceArrival(number)
        case ("find-arrival", _):
            guard let number = json["number"]?.string else { return nil }
            self = .findArrival(number)
        case ("list-nodes", _): self = .listNodes
        case ("finish-restore", _): self = .finishRestore
        case ("list-events", _):
            guard let limit = json["limit"]?.integer, (1...1_000_000).contains(limit) else { return nil }
            self = .listEvents(of: user, since: since, limit: Int(limit))
        case ("verify-events", _): self = .verifyEvents
        case ("export-events", _): self = .exportEvents(since: since)
        case ("find-sessions", _):
            guard let search = json["search"].flatMap(SessionSearch.init), let sample = json["sample"]?.integer,
                (0...Int64(Self.sampleMax)).contains(sample)
            else { return nil }
            self = .findSessions(search, sample: Int(sample))
        case ("end-sessions", _):
            guard let search = json["search"].flatMap(SessionSearch.init) else { return nil }
            self = .endSessions(search, because: json["reason"]?.string)
        case ("set-lock", _):
            guard let lock = json["lock"].flatMap(LockRequest.init) else { return nil }
            self = .setLock(lock)
        case ("list-locks", _): self = .listLocks
        case ("remove-lock", _):
            guard let id = json["id"]?.string else { return nil }
            self = .removeLock(id)
        case ("report", _):
            guard let days = json["days"]?.integer, (1...Int64(Self.reportDaysMax)).contains(days) else { return nil }
            self = .report(days: Int(days))
        default: return nil
        }
    }
}

extension Password {
    fileprivate var json: JSON { .string(String(decoding: bytes, as: UTF8.self)) }
}

extension OperatorOutcome {
    /// The last line of an answer.
    var json: JSON {
        switch self {
        case .done(let text): ["done": .string(text)]
        case .refused(let sentence): ["refused": .string(sentence)]
        case .unavailable(let sentence): ["unavailable": .string(sentence)]
        }
    }

    /// Reads the last line of an answer; `nil` when it is a row.
    init?(_ json: JSON) {
        if let text = json["done"]?.string {
            self = .done(text)
        } else if let sentence = json["refused"]?.string {
            self = .refused(sentence)
        } else if let sentence = json["unavailable"]?.string {
            self = .unavailable(sentence)
        } else {
            return nil
        }
    }
}
