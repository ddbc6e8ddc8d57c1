import Sessions
import SessionsHTTP
import SessionsSQLite

/// Does what the operator asks: in the server for a command that came through the socket, else in the command's own process.
struct Operator: Sendable {
    let storage: Storage
    let authority: SessionAuthority
    let accounts: Accounts
    let clock: WallClock
    /// How announced requests arrive; `nil` where no server runs.
    var arrivals: ArrivalWatch?

    /// Takes rows of a list, up to a page at a time.
    typealias Rows = @Sendable ([JSON]) async throws -> Void

    /// Runs a command.
    ///
    /// - Parameters:
    ///   - command: What to do.
    ///   - rows: Is given the rows of a list as they are read: the whole list is nowhere in memory.
    /// - Returns: What became of it.
    func run(_ command: OperatorCommand, rows: Rows) async -> OperatorOutcome {
        do {
            return try await answer(command, rows: rows)
        } catch is PasswordHasher.Overloaded {
            return .unavailable("the server hashes as many passwords as it can; try again in a moment")
        } catch let failure as SQLiteDatabase.OpeningFailure {
            return .refused(failure.description)
        } catch {
            return .unavailable("storage failed (\(type(of: error))); whether the change was made is not known")
        }
    }

    private func answer(_ command: OperatorCommand, rows: Rows) async throws -> OperatorOutcome {
        switch command {
        case .addUser(let email, let username, let password):
            try await addUser(email: email, username: username, password: password)
        case .listUsers: try await listUsers(rows: rows)
        case .setPassword(let user, let password): try await setPassword(of: user, to: password)
        case .resetTwoFactor(let user): try await resetTwoFactor(of: user)
        case .disableUser(let user): try await disableUser(user)
        case .enableUser(let user): try await enableUser(user)
        case .deleteUser(let user): try await deleteUser(user)
        case .importUsers(let records, let rule): try await importUsers(records, rule, rows: rows)
        case .exportUsers(let withHashes): try await exportUsers(withHashes: withHashes, rows: rows)
        case .listSessions(let user?): try await listSessions(of: user, rows: rows)
        case .listSessions(nil): try await listSessions(rows: rows)
        case .revokeSession(let id): try await revokeSession(id)
        case .revokeSessions(let user): try await revokeSessions(of: user)
        case .revokeAllSessions: try await revokeAllSessions()
        case .backUp(let path): try await backUp(to: path)
        case .listEvents(let user, let since, let limit):
            try await listEvents(of: user, since: since, limit: limit, rows: rows)
        case .verifyEvents: try await verifyEvents(rows: rows)
        case .exportEvents(let since): try await exportEvents(since: since, rows: rows)
        case .findSessions(let search, let sample): try await findSessions(search, sample: sample, rows: rows)
        case .endSessions(let search, let reason): try await endSessions(search, because: reason, rows: rows)
        case .setLock(let request): try await setLock(request, rows: rows)
        case .listLocks: try await listLocks(rows: rows)
        case .removeLock(let id): try await removeLock(id)
        case .report(let days): try await report(days: days, rows: rows)
        case .announceArrival(let number): announceArrival(number)
        case .findArrival(let number): try await findArrival(number, rows: rows)
        case .listNodes: try await listNodes(rows: rows)
        case .finishRestore: try await finishRestore()
        case .migrate: .done("The schema of the database is up to date.")  // Opening it has seen to that.
        }
    }

    private func backUp(to path: String) async throws -> OperatorOutcome {
        guard case .sqlite(let database) = storage else {
            return .refused("PostgreSQL has its own tools for backups; docs/operations.md says how")
        }
        do {
            // The copy blocks its thread for as long as it takes; requests need theirs.
            try await withTaskExecutorPreference(BlockingExecutor.shared) { try await database.backup(to: path) }
        } catch let failure as SQLiteDatabase.OpeningFailure {
            throw failure
        } catch {
            return .unavailable("the backup could not be made: \(error)")
        }
        return .done("The backup is in \(path).")
    }
}

/// What the operator names a user by: an id, an e-mail address or a user name.
extension Operator {
    func user(_ text: String) async throws -> User? {
        if let id = UserID(text) { return try await accounts.user(id) }
        guard let name = LoginName(text) else { return nil }
        return try await accounts.account(named: name)?.user
    }

    static let noSuchUser = OperatorOutcome.refused("there is no user of that name, e-mail address or id")

    static func sessions(_ count: Int) -> String { count == 1 ? "1 session was ended" : "\(count) sessions were ended" }
}
