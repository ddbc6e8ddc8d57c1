import Foundation
import GRDB
import Sessions
import SessionsTesting
import Testing

@testable import SessionsSQL
@testable import SessionsSQLite

@Suite struct `A file of schema 1` {
    private let user = UserID.make(at: ManualClock.start)
    private let session = SessionID.make(at: ManualClock.start)

    /// Makes the file as that version left it: an account, a session and three events, one of them nobody's.
    private func makeFile(at path: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.write { database in
            try database.execute(sql: SQLiteSchema.first.sql)
            try database.execute(sql: "PRAGMA application_id = \(SQLiteSchema.applicationID)")
            try database.execute(sql: "PRAGMA user_version = 1")
            let time = ManualClock.start.milliseconds
            try database.execute(
                sql: """
                    INSERT INTO account VALUES (?, 'ada@example.org', 0, 'ada', ?, ?, 'x', 1, 1, 0)
                    """,
                arguments: [Data(user.bytes), time, time]
            )
            try database.execute(
                sql: """
                    INSERT INTO session VALUES (?, ?, 1, zeroblob(32), 'pwd', ?, ?, ?, 0, '203.0.113.7', ?, '203.0.113.7',
                        NULL, 'Desktop', 'Firefox', 'Firefox', '133', 'Linux', NULL, ?, 'revoked', 'operator', NULL)
                    """,
                arguments: [Data(session.bytes), Data(user.bytes), time, time, time + 1, time, time]
            )
            for (kind, owner, session, address) in [
                ("session_revoked", user.bytes, session.bytes as [UInt8]?, nil as String?),
                ("login_succeeded", user.bytes, session.bytes, "203.0.113.7"), ("session_revoked", nil, nil, nil),
            ] as [(String, [UInt8]?, [UInt8]?, String?)] {
                try database.execute(
                    sql: "INSERT INTO audit_event VALUES (?, ?, ?, ?, ?, 'operator', NULL, ?, 'Desktop - Firefox', 1)",
                    arguments: [
                        Data(AuditEventID.make(at: ManualClock.start).bytes), kind,
                        kind == "login_succeeded" ? time : time + 1_000, owner.map { Data($0) },
                        session.map { Data($0) }, address,
                    ]
                )
            }
        }
        try queue.close()
    }

    @Test func `is brought up to date with its events in sound chains, in the order of their times`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("sessions.sqlite")
        try makeFile(at: path)

        let database = try TemporaryDatabase(at: path, in: folder)

        try await #expect(database.findings() == [])
        let events = try await database.store.events(of: user, before: nil, limit: 10)
        #expect(events.map(\.kind) == [.sessionRevoked, .loginSucceeded])
        #expect(events.last?.address == IPAddress("203.0.113.7"))
        #expect(events.first?.endedCount == 1 && events.first?.count == 1)
        try await #expect(database.driver.integer("SELECT count(*) FROM audit_event") == 3)
        try await #expect(database.driver.integer("SELECT count(*) FROM audit_chain") == 2)

        let account = try #require(try await database.store.account(user))
        _ = try await database.open(account)
        try await #expect(database.store.seal(at: ManualClock.start, limit: 500) == 2)
        try await #expect(database.findings() == [])
    }

    @Test func `has addresses that age like those of today`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("sessions.sqlite")
        try makeFile(at: path)
        let database = try TemporaryDatabase(at: path, in: folder)

        _ = try await database.store.shortenAddresses(before: ManualClock.start.adding(seconds: 60), limit: 500)

        try await #expect(database.store.record(of: session)?.session.address == IPAddress("203.0.113.0"))
        let events = try await database.store.events(of: user, before: nil, limit: 10)
        #expect(events.last?.address == IPAddress("203.0.113.0"))
        try await #expect(database.findings() == [])
    }

    @Test func `whose events are changed after it was brought up to date is found out`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("sessions.sqlite")
        try makeFile(at: path)
        let database = try TemporaryDatabase(at: path, in: folder)

        try await database.driver.write { connection in
            _ = try connection.run("UPDATE audit_event SET at = at + 1 WHERE kind = 'login_succeeded'")
        }

        try await #expect(database.findings() == [.altered(chain: user.bytes, number: 1)])
    }
}
