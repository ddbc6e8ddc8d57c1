import Sessions

/// What the operator can ask of a running server, or of the program itself when none runs.
enum OperatorCommand: Sendable {
    case addUser(email: String, username: String, password: Password)
    case listUsers
    case setPassword(of: String, to: Password)
    case resetTwoFactor(of: String)
    case disableUser(String)
    case enableUser(String)
    case deleteUser(String)
    case importUsers([AccountRecord], Accounts.ImportRule)
    case exportUsers(withHashes: Bool)
    /// Of one user, or of everybody.
    case listSessions(of: String?)
    case revokeSession(String)
    case revokeSessions(of: String)
    case revokeAllSessions
    case backUp(to: String)
    case migrate
    case listNodes
    case finishRestore
    /// Of one user, or of everybody, newest first.
    case listEvents(of: String?, since: Timestamp?, limit: Int)
    case verifyEvents
    /// A request with this number is to come.
    case announceArrival(String)
    case findArrival(String)
    case exportEvents(since: Timestamp?)
    /// Counts live sessions, and shows up to a number of them.
    case findSessions(SessionSearch, sample: Int)
    case endSessions(SessionSearch, because: String?)
    case setLock(LockRequest)
    case listLocks
    case removeLock(String)
    /// What has happened in so many days.
    case report(days: Int)

    /// The name that is logged.
    var name: String {
        switch self {
        case .addUser: "user add"
        case .listUsers: "user list"
        case .setPassword: "user set-password"
        case .resetTwoFactor: "user reset-two-factor"
        case .disableUser: "user disable"
        case .enableUser: "user enable"
        case .deleteUser: "user delete"
        case .importUsers(_, .trial): "user import --dry-run"
        case .importUsers: "user import"
        case .exportUsers(withHashes: true): "user export --with-password-hashes"
        case .exportUsers: "user export"
        case .listSessions: "session list"
        case .revokeSession, .revokeSessions, .revokeAllSessions: "session revoke"
        case .backUp: "backup"
        case .migrate: "migrate"
        case .listNodes: "nodes"
        case .announceArrival, .findArrival: "doctor"
        case .finishRestore: "restore-finish"
        case .listEvents: "audit list"
        case .verifyEvents: "audit verify"
        case .exportEvents: "audit export"
        case .findSessions: "incident"
        case .endSessions: "incident --end"
        case .setLock: "lock set"
        case .listLocks: "lock list"
        case .removeLock: "lock remove"
        case .report: "report"
        }
    }

    /// Whether it changes nothing, and shows nothing that should not leave the server unnoticed.
    var isReading: Bool {
        switch self {
        case .importUsers(_, .trial), .exportUsers(withHashes: false): true
        case .announceArrival, .findArrival, .listUsers, .listSessions, .listNodes, .listEvents, .verifyEvents,
            .exportEvents, .findSessions, .listLocks, .report:
            true
        default: false
        }
    }

    /// Whether the rules for passwords are needed; a long list takes seconds to read.
    var choosesPassword: Bool {
        switch self {
        case .addUser, .setPassword: true
        default: false
        }
    }

    /// Whether it makes sense where no database exists yet.
    ///
    /// The others would answer for an empty one in a mistyped directory.
    var mayCreateDatabase: Bool {
        switch self {
        case .addUser, .importUsers, .migrate: true
        default: false
        }
    }
}

/// What became of a command.
enum OperatorOutcome: Sendable {
    /// Done, with what there is to say; it may be nothing.
    case done(String)
    /// Refused or not found, with a sentence.
    case refused(String)
    /// Server or storage failed, with a sentence.
    case unavailable(String)
}
