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

    init() throws {
        let folder = try TemporaryFolder()
        try self.init(at: folder.path("sessions.sqlite"), in: folder)
    }

    init(at path: String, in folder: TemporaryFolder) throws {
        self.folder = folder
        self.path = path
        database = try SQLiteDatabase(path: path)
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

extension SQLDriver {
    /// All events.
    func events() async throws -> [AuditEvent] {
        try await read { database in
            try database.rows(
                """
                SELECT id, kind, at, user_id, session_id, actor, actor_session, address, device_info, ended_count
                FROM audit_event
                """
            ).map { row in
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

extension SQLRow {
    fileprivate mutating func event() throws -> AuditEvent {
        let id: AuditEventID = try id()
        let kind = try value(AuditEvent.Kind.init)
        let at = try time()
        let user: UserID? = try optional { try $0.id() }
        let session: SessionID? = try optional { try $0.id() }
        let actor = try text()
        let actorSession: SessionID? = try optional { try $0.id() }
        return AuditEvent(
            id: id,
            kind: kind,
            at: at,
            userID: user,
            sessionID: session,
            by: try #require(Actor(kind: actor, session: actorSession)),
            address: try optional { try $0.value(IPAddress.init) },
            deviceInfo: try optional { try $0.text() },
            endedCount: Int(try integer())
        )
    }
}
