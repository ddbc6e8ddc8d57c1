import Sessions
import SessionsTesting
import Testing

@testable import SessionsSQL
@testable import SessionsSQLite

/// A real database in a folder of its own.
struct TemporaryDatabase: Sendable {
    let folder: TemporaryFolder
    let path: String
    let database: SQLiteDatabase

    init(telling policy: NoticePolicy = .none) throws {
        let folder = try TemporaryFolder()
        try self.init(at: folder.path("sessions.sqlite"), in: folder, telling: policy)
    }

    init(at path: String, in folder: TemporaryFolder, telling policy: NoticePolicy = .none) throws {
        self.folder = folder
        self.path = path
        database = try SQLiteDatabase(path: path, telling: policy)
    }

    var store: any SessionStore { database.store }

    var driver: SQLiteDriver {
        get throws { try #require(database.store as? SQLStore<SQLiteDriver>).driver }
    }

    /// An account to open sessions of.
    func add(_ name: String) async throws -> Account {
        let account = try Account.sample(name)
        try #require(try await store.add(account, .sample(.accountCreated, user: account.id)))
        return account
    }

    /// Opens a session with the usual event.
    func open(_ account: Account, at time: Timestamp = ManualClock.start) async throws -> Session {
        let session = Session.sample(of: account, at: time)
        let event = AuditEvent.sample(.loginSucceeded, user: account.id, session: session.id)
        try #require(try await store.open(session, verified: 1, replacing: nil, event) == .opened)
        return session
    }
}

extension TemporaryDatabase {
    /// What is wrong with the audit log.
    func findings() async throws -> [AuditFinding] {
        var verification = AuditVerification(database.auditLog)
        var findings: [AuditFinding] = []
        while !verification.isDone { findings += try await verification.step() }
        return findings
    }
}

extension SQLDriver {
    /// All events.
    func events() async throws -> [AuditEvent] {
        try await read { database in
            try database.rows("SELECT \(part: auditEventColumns) FROM audit_event e").map { row in
                var row = row
                return try row.event()
            }
        }
    }

    /// The one integer that a query has for a result.
    func integer(_ sql: SQL) async throws -> Int64 {
        try await read { database in
            guard var row = try database.row(sql) else { throw SQLRow.Corrupt(column: 0) }
            return try row.integer()
        }
    }
}
