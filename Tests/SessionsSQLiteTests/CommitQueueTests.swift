import GRDB
import Sessions
import SessionsTesting
import Testing

@testable import SessionsSQL
@testable import SessionsSQLite

@Suite struct `Shared commits` {
    @Test func `log-ins that arrive while a commit is under way share the next one`() async throws {
        let folder = try TemporaryFolder()
        let pool = try DatabasePool(path: folder.path("sessions.sqlite"))
        try SQLiteSchema.migrate(pool)
        let driver = SQLiteDriver(pool: pool)
        let store = SQLStore(driver: driver)
        let account = try Account.sample("ada")
        try #require(try await store.add(account, .sample(.accountCreated, user: account.id)))
        let commits = CommitCounter()
        pool.add(transactionObserver: commits, extent: .databaseLifetime)
        let started = Tally()

        try await withThrowingTaskGroup(of: Void.self) { group in
            // Holds the writer until all the others are on their way to it.
            group.addTask {
                try await driver.write { _ in
                    while started.count < 100 {}
                }
            }
            for _ in 0..<100 {
                group.addTask {
                    started.increment()
                    let session = Session.sample(of: account)
                    let event = AuditEvent.sample(.loginSucceeded, user: account.id, session: session.id)
                    let opening = try await store.open(session, verified: 1, replacing: nil, event)
                    #expect(opening == .opened)
                }
            }
            try await group.waitForAll()
        }

        // One for the holder, one for the others; a task of each core may have been late.
        #expect(commits.tally.count <= 20)
        try await #expect(driver.integer("SELECT count(*) FROM session") == 100)
    }

    @Test func `one that fails takes nothing of the others with it, and leaves nothing of itself`() async throws {
        let database = try TemporaryDatabase()
        let driver = try database.driver
        let accounts = try (0..<60).map { try Account.sample("user\($0)") }

        let failed = try await withThrowingTaskGroup(of: Bool.self) { group in
            for (number, account) in accounts.enumerated() {
                group.addTask {
                    guard number.isMultiple(of: 3) else {
                        return try await !database.store.add(account, .sample(.accountCreated, user: account.id))
                    }
                    do {
                        try await driver.write { connection in
                            _ = try connection.run("DELETE FROM account")
                            throw Failure()
                        }
                        return false
                    } catch is Failure {
                        return true
                    }
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }

        #expect(failed == 20)
        let names = try await database.store.accounts(after: nil, limit: 100).map(\.user.username.description)
        #expect(Set(names) == Set((0..<60).filter { !$0.isMultiple(of: 3) }.map { "user\($0)" }))
        try await #expect(driver.events().count == 40)
    }

    @Test func `a statement that the database refuses fails its own write alone`() async throws {
        let database = try TemporaryDatabase()
        let account = try await database.add("ada")
        let session = try await database.open(account)
        let event = AuditEvent.sample(.loginSucceeded, user: account.id, session: session.id)

        // The same id again.
        await #expect(throws: (any Error).self) {
            try await database.store.open(session, verified: 1, replacing: nil, event)
        }

        _ = try await database.open(account)
        try await #expect(database.driver.integer("SELECT count(*) FROM session") == 2)
    }

    private struct Failure: Error {}
}

private final class CommitCounter: TransactionObserver, Sendable {
    let tally = Tally()

    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }
    func databaseDidChange(with event: DatabaseEvent) {}
    func databaseDidCommit(_ database: Database) { tally.increment() }
    func databaseDidRollback(_ database: Database) {}
}
