import Foundation
import GRDB
import Sessions
import SessionsTesting
import Testing

@testable import SessionsSQL
@testable import SessionsSQLite

@Suite struct `A backup` {
    @Test func `made while log-ins go on is whole: no session without its event, and one file`() async throws {
        let database = try TemporaryDatabase()
        let account = try await database.add("ada")
        let before = try await database.open(account)
        let copies = (0..<3).map { database.folder.path("backup\($0).sqlite") }
        let backups = Tally()

        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    while backups.count < copies.count { _ = try await database.open(account) }
                }
            }
            for copy in copies {
                defer { backups.increment() }
                try await database.database.backup(to: copy)
            }
            try await group.waitForAll()
        }

        for copy in copies {
            let file = try DatabaseQueue(path: copy)
            let facts = try await file.read { database in
                try [
                    "PRAGMA integrity_check", "PRAGMA journal_mode", "SELECT count(*) FROM pragma_foreign_key_check",
                    """
                    SELECT (SELECT count(*) FROM session) - (SELECT count(*) FROM audit_event WHERE kind = 'login_succeeded')
                    """,
                    "SELECT count(*) > 0 FROM session",
                ].map { try String.fetchOne(database, sql: $0) ?? "" }
            }
            try file.close()
            #expect(facts == ["ok", "delete", "0", "0", "1"])
            #expect(!FileManager.default.fileExists(atPath: copy + "-wal"))
        }
        try await #expect(database.store.record(of: before.id) != nil)
    }

    @Test func `does not overwrite a file`() async throws {
        let database = try TemporaryDatabase()
        let copy = database.folder.path("backup.sqlite")
        try Data("precious".utf8).write(to: URL(filePath: copy))

        await #expect(throws: SQLiteDatabase.OpeningFailure.self) { try await database.database.backup(to: copy) }

        #expect(try Data(contentsOf: URL(filePath: copy)) == Data("precious".utf8))
    }

    @Test func `that is restored has the accounts of its time, and no live session`() async throws {
        let database = try TemporaryDatabase()
        let account = try await database.add("ada")
        let revoked = try await database.open(account)
        let copy = database.folder.path("backup.sqlite")
        try await database.database.backup(to: copy)
        let event = AuditEvent.sample(.sessionRevoked, user: account.id)
        _ = try await database.store.end(.any(revoked.id), .sample(), event)
        let later = try await database.add("later")
        try database.database.close()
        let now = ManualClock.start.adding(seconds: 60)

        let ended = try await SQLiteDatabase.restore(from: copy, to: database.path, at: now)

        #expect(ended == 1)
        let restored = try TemporaryDatabase(at: database.path, in: database.folder)
        let record = try #require(try await restored.store.record(of: revoked.id))
        #expect(record.session.ending == .sample(at: now, .revoked, by: .operator))
        try await #expect(restored.store.account(later.id) == nil)
        try await #expect(restored.driver.events().contains { $0.kind == .sessionRevoked && $0.endedCount == 1 })
        #expect(FileManager.default.fileExists(atPath: database.path + ".before-restore"))
        let attributes = try FileManager.default.attributesOfItem(atPath: database.path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test func `that is restored has no log-in and no second factor that was only begun`() async throws {
        let database = try TemporaryDatabase()
        let account = try await database.add("ada")
        let session = try await database.open(account)
        let event = AuditEvent.sample(.secondFactorAsked, user: account.id)
        try await database.store.add(.sample(1, of: account), settling: [], noting: event)
        let pending = PendingSecondFactor(
            userID: account.id,
            seed: try .sample(1),
            sessionID: session.id,
            expiresAt: session.expiresAt
        )
        try await #expect(database.store.begin(pending))
        let copy = database.folder.path("backup.sqlite")
        try await database.database.backup(to: copy)
        try database.database.close()

        _ = try await SQLiteDatabase.restore(from: copy, to: database.path, at: ManualClock.start)

        let restored = try TemporaryDatabase(at: database.path, in: database.folder)
        try await #expect(restored.store.account(account.id) == account)
        try await #expect(restored.store.challenge(.sample(1)) == nil)
        try await #expect(restored.store.pendingSecondFactor(of: account.id) == nil)
    }

    /// More than one step of the ending, with as many in front whose time has run out.
    @Test func `that is restored has no live session, however many have run out before`() async throws {
        let database = try TemporaryDatabase()
        let account = try await database.add("ada")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<1_200 {
                group.addTask {
                    let age = number.isMultiple(of: 2) ? SessionPolicy.lifetimeSeconds + 1 : 0
                    _ = try await database.open(account, at: ManualClock.start.adding(seconds: -age))
                }
            }
            try await group.waitForAll()
        }
        let copy = database.folder.path("backup.sqlite")
        try await database.database.backup(to: copy)
        try database.database.close()

        let ended = try await SQLiteDatabase.restore(from: copy, to: database.path, at: ManualClock.start)

        #expect(ended == 600)
        let restored = try TemporaryDatabase(at: database.path, in: database.folder)
        try await #expect(restored.store.sessions(after: nil, activeAt: ManualClock.start, limit: 10).isEmpty)
    }

    @Test func `is not restored over a database that is open`() async throws {
        let database = try TemporaryDatabase()
        let copy = database.folder.path("backup.sqlite")
        try await database.database.backup(to: copy)

        await #expect(throws: SQLiteDatabase.OpeningFailure.self) {
            try await SQLiteDatabase.restore(from: copy, to: database.path, at: ManualClock.start)
        }

        _ = try await database.add("ada")
    }

    @Test func `that is none is refused, and the database stays as it is`() async throws {
        let database = try TemporaryDatabase()
        let account = try await database.add("ada")
        let session = try await database.open(account)
        let foreign = database.folder.path("foreign.sqlite")
        let file = try DatabaseQueue(path: foreign)
        try await file.write { try $0.execute(sql: "CREATE TABLE note (text TEXT)") }
        try file.close()
        let damaged = database.folder.path("damaged.sqlite")
        try await database.database.backup(to: damaged)
        let handle = try FileHandle(forWritingTo: URL(filePath: damaged))
        try handle.seek(toOffset: 4_096)
        try handle.write(contentsOf: Data(repeating: 0xA5, count: 16_384))
        try handle.close()
        let letter = database.folder.path("letter.txt")
        try Data("Dear Ada".utf8).write(to: URL(filePath: letter))
        try database.database.close()

        for copy in [foreign, damaged, letter, database.folder.path("missing.sqlite")] {
            await #expect(throws: SQLiteDatabase.OpeningFailure.self, "\(copy)") {
                try await SQLiteDatabase.restore(from: copy, to: database.path, at: ManualClock.start)
            }
        }

        let again = try TemporaryDatabase(at: database.path, in: database.folder)
        try await #expect(again.store.record(of: session.id)?.session == session)
        let rest = try FileManager.default.contentsOfDirectory(
            atPath: URL(filePath: database.path).deletingLastPathComponent().path()
        )
        #expect(rest.filter { $0.contains("restor") }.isEmpty)
    }

    /// An older log beside a newer file would be replayed into it.
    @Test func `that is restored twice leaves no older log beside the database it took the place of`() async throws {
        let database = try TemporaryDatabase()
        _ = try await database.add("ada")
        let copy = database.folder.path("backup.sqlite")
        try await database.database.backup(to: copy)
        try database.database.close()
        let log = URL(filePath: database.path + ".before-restore-wal")
        let stale = Data("an older log".utf8)
        try stale.write(to: log)

        _ = try await SQLiteDatabase.restore(from: copy, to: database.path, at: ManualClock.start)

        let isThere = FileManager.default.fileExists(atPath: log.path())
        #expect(try !isThere || Data(contentsOf: log) != stale)
    }
}
