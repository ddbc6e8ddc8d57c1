import Sessions
import SessionsTesting
import Testing

@testable import SessionsPostgres
@testable import SessionsSQL

extension PostgresTests {
    @Suite struct `The store on PostgreSQL` {
        @Test(arguments: StorePromise.all)
        func `keeps its promise`(promise: StorePromise) async throws {
            try await TemporaryPostgres.with { temporary in
                let database = try await PostgresDatabase(url: temporary.url)

                try await promise.check(on: database.store) { try await database.events() }

                try await #expect(database.findings() == [])
                await database.close()
            }
        }
    }
}

/// One after the other: each has a database, and the server so many connections.
@Suite(.serialized) enum PostgresTests {}
