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
                let database = try await PostgresDatabase(url: temporary.url, telling: promise.policy)

                try await promise.check(on: database.store) { try await database.events() }

                try await #expect(database.findings() == [])
                await database.close()
            }
        }

        @Test(arguments: [
            "postgres://ada:quagga%zz@127.0.0.1/x", "postgres://ada:quagga/vellum@127.0.0.1/x",
            "postgres://ada:vellum@quagga@127.0.0.1/x", "postgres://ada:x@127.0.0.1/x?quagga=1",
        ])
        func `says no part of a password that was written wrongly`(url: String) async throws {
            let failure = await #expect(throws: PostgresFailure.self) { try await PostgresDatabase(url: url) }

            #expect(failure?.description.contains("quagga") == false, "\(failure?.description ?? "")")
        }

        @Test func `waits for the standby when there is nothing left to end`() async throws {
            try await TemporaryPostgres.with { temporary in
                let database = try await PostgresDatabase(url: temporary.url, connections: 2)
                _ = try temporary.psql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
                _ = try temporary.psql("SELECT pg_reload_conf()")
                try await temporary.until("SHOW synchronous_standby_names", is: "nobody")

                await #expect(throws: PostgresFailure.self) { try await database.store.awaitEndings() }

                _ = try temporary.psql("ALTER SYSTEM RESET synchronous_standby_names")
                _ = try temporary.psql("SELECT pg_reload_conf()")
                try await temporary.until("SHOW synchronous_standby_names", is: "")
                try await database.store.awaitEndings()
                await database.close()
            }
        }

        @Test func `goes on when the server has closed idle connections`() async throws {
            try await TemporaryPostgres.with { temporary in
                let database = try await PostgresDatabase(url: temporary.url, connections: 1)
                let closeAll = """
                    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid()
                    """
                try await database.store.ping()

                #expect(try temporary.psql(closeAll) == "1")
                try await database.store.ping()
                #expect(try temporary.psql(closeAll) == "1")
                let account = try Account.sample("ada")
                let isAdded = try await database.store.add(account, .sample(.accountCreated, user: account.id))

                #expect(isAdded)
                await database.close()
            }
        }
    }
}

/// One after the other: each has a database, and the server so many connections.
@Suite(.serialized) enum PostgresTests {}
