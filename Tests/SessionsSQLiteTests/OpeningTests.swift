import Foundation
import GRDB
import Sessions
import SessionsTesting
import Testing

@testable import SessionsSQL
@testable import SessionsSQLite

@Suite struct `Opening a database` {
    @Test func `commits are flushed to the disk: WAL with synchronous=FULL, read back`() async throws {
        let database = try TemporaryDatabase()

        let pragmas = try await database.driver.write { connection in
            var synchronous = try #require(try connection.row("PRAGMA synchronous"))
            var journal = try #require(try connection.row("PRAGMA journal_mode"))
            var foreignKeys = try #require(try connection.row("PRAGMA foreign_keys"))
            var trusted = try #require(try connection.row("PRAGMA trusted_schema"))
            return try "\(synchronous.integer()) \(journal.text()) \(foreignKeys.integer()) \(trusted.integer())"
        }

        #expect(pragmas == "2 wal 1 0")
    }

    @Test func `the same file cannot be opened twice`() throws {
        let database = try TemporaryDatabase()

        let failure = #expect(throws: SQLiteDatabase.OpeningFailure.self) {
            try SQLiteDatabase(path: database.path)
        }

        #expect(failure?.description.contains("another process has the database open") == true)
        withExtendedLifetime(database) {}
    }

    @Test func `a closed file can be opened again at once, and holds what was written`() async throws {
        let first = try TemporaryDatabase()
        let account = try await first.add("ada")
        let instance = try await first.store.instanceID()
        try first.database.close()

        let second = try TemporaryDatabase(at: first.path, in: first.folder)

        try await #expect(second.store.account(account.id) == account)
        try await #expect(second.store.instanceID() == instance)
        withExtendedLifetime(first) {}
    }

    @Test func `two databases are two instances`() async throws {
        let first = try TemporaryDatabase()
        let second = try TemporaryDatabase()

        let ids = try await [first.store.instanceID(), second.store.instanceID()]
        #expect(ids[0] != ids[1])
    }

    @Test func `every file is readable by its owner alone`() async throws {
        let database = try TemporaryDatabase()
        _ = try await database.add("ada")
        let copy = database.folder.path("backup.sqlite")
        try await database.database.backup(to: copy)

        for path in ["", "-wal", "-shm", ".lock"].map({ database.path + $0 }) + [copy] {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(path)")
        }
    }

    @Test func `the file of a newer version is refused and left as it is`() async throws {
        let database = try TemporaryDatabase()
        _ = try await database.driver.write { try $0.run("PRAGMA user_version = 99") }
        try database.database.close()

        let failure = #expect(throws: SQLiteDatabase.OpeningFailure.self) {
            try SQLiteDatabase(path: database.path)
        }

        let text = try #require(failure).description
        #expect(text.contains("schema version 99"), "\(text)")
        let file = try DatabaseQueue(path: database.path)
        try await #expect(file.read { try Int.fetchOne($0, sql: "PRAGMA user_version") } == 99)
    }

    @Test func `the file of another application is refused and left as it is`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("notes.sqlite")
        let file = try DatabaseQueue(path: path)
        try await file.write { try $0.execute(sql: "CREATE TABLE note (text TEXT)") }
        try file.close()

        let failure = #expect(throws: SQLiteDatabase.OpeningFailure.self) { try SQLiteDatabase(path: path) }

        #expect(failure?.description == "the file belongs to another application")
        let tables = try await DatabaseQueue(path: path).read {
            try String.fetchAll($0, sql: "SELECT name FROM sqlite_schema")
        }
        #expect(tables == ["note"])
    }

    @Test func `a file that is no database is refused and left as it is`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("letter.txt")
        let content = Data("Dear Ada, this is a letter and not a database.".utf8)
        try content.write(to: URL(filePath: path))

        #expect(throws: (any Error).self) { try SQLiteDatabase(path: path) }

        #expect(try Data(contentsOf: URL(filePath: path)) == content)
    }

    @Test func `a folder that is not there is told in a sentence`() throws {
        let folder = try TemporaryFolder()

        let failure = #expect(throws: SQLiteDatabase.OpeningFailure.self) {
            try SQLiteDatabase(path: folder.path("missing/sessions.sqlite"))
        }

        #expect(failure?.description.hasSuffix("No such file or directory") == true)
    }
}
