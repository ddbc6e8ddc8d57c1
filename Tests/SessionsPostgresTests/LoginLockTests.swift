import Sessions
import SessionsTesting
import Synchronization
import Testing

@testable import SessionsPostgres
@testable import SessionsSQL

extension PostgresTests {
    /// Each holds one side up in the middle of its transaction, until the other one waits for it, or has not waited.
    @Suite struct `A lock on log-ins and an opening at the same time, on PostgreSQL` {
        @Test func `an opening waits for a lock that is being set, and is denied`() async throws {
            try await TemporaryPostgres.with { temporary in
                let database = try await PostgresDatabase(url: temporary.url)
                let (store, driver) = (database.store, try database.driver)
                let account = try await Self.account(in: store)
                let isOver = Flag()
                let (holding, begun) = AsyncStream<Void>.makeStream()
                let session = Session.sample(of: account)
                let lock = LoginLock.sample(.account(account.id))

                async let setting: Void = driver.write { connection in
                    try connection.lock([.settingLock])
                    begun.finish()
                    try connection.wait { isOver.isRaised }
                    try connection.run(
                        """
                        INSERT INTO login_lock (id, kind, target, user_id, set_at, expires_at)
                        VALUES (\(lock.id), 'account', \(lock.target.text), \(account.id), \(lock.setAt), \(lock.expiresAt))
                        """
                    )
                }
                for await _ in holding {}
                let event = AuditEvent.sample(.loginSucceeded, user: account.id, session: session.id)
                let opening = try await store.open(session, verified: 1, replacing: nil, event)
                isOver.raise()
                try await setting

                #expect(opening == .denied(lock))
                await database.close()
            }
        }

        @Test func `a lock that is being set waits for openings, which do not wait for each other`() async throws {
            try await TemporaryPostgres.with { temporary in
                let database = try await PostgresDatabase(url: temporary.url)
                let (store, driver) = (database.store, try database.driver)
                let account = try await Self.account(in: store)
                let isOver = Flag()
                let isCommitting = Flag()
                let (holding, begun) = AsyncStream<Void>.makeStream()

                async let opening: Void = driver.write { connection in
                    try connection.lock([.opening])
                    begun.finish()
                    try connection.wait { isOver.isRaised }
                    isCommitting.raise()
                }
                for await _ in holding {}
                let other = try await Self.account("bob", in: store)
                let session = Session.sample(of: other)
                let event = AuditEvent.sample(.loginSucceeded, user: other.id, session: session.id)
                try await #expect(store.open(session, verified: 1, replacing: nil, event) == .opened)
                #expect(!isCommitting.isRaised)
                let lock = LoginLock.sample(.account(account.id))
                let setting = try await store.set(lock, .sample(.lockSet, user: account.id))
                #expect(isCommitting.isRaised)
                isOver.raise()
                try await opening

                #expect(setting == .set)
                await database.close()
            }
        }

        private static func account(_ name: String = "ada", in store: any SessionStore) async throws -> Account {
            let account = try Account.sample(name)
            try #require(try await store.add(account, .sample(.accountCreated, user: account.id)))
            return account
        }
    }
}

private final class Flag: Sendable {
    private let value = Atomic(false)

    var isRaised: Bool { value.load(ordering: .sequentiallyConsistent) }

    func raise() { value.store(true, ordering: .sequentiallyConsistent) }
}

extension SQLConnection {
    /// Waits until another transaction waits for a lock of this database, or something is over.
    fileprivate func wait(_ isOver: () -> Bool) throws {
        while !isOver() {
            let waiting = try row(
                """
                SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
                    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                """
            )
            if waiting != nil { return }
        }
    }
}
