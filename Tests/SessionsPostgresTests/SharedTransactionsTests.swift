import Sessions
import Testing

@testable import SessionsPostgres
@testable import SessionsSQL

extension PostgresTests {
    @Suite struct `Changes that share a transaction` {
        /// Notes numbers in a table, all at once; what became of each.
        private func note(_ numbers: Range<Int>, with driver: PostgresDriver) async -> [Int: Bool] {
            await withTaskGroup(of: (Int, Bool).self) { group in
                for number in numbers {
                    group.addTask {
                        do {
                            try await driver.write(holding: [.tally("\(number % 3)")]) { database in
                                try database.run("INSERT INTO noted (number) VALUES (\(number))")
                                try database.run("INSERT INTO noted (number) VALUES (\(number + 1000))")
                            }
                            return (number, true)
                        } catch {
                            return (number, false)
                        }
                    }
                }
                return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
        }

        private func withTable(_ table: String, _ body: (TemporaryPostgres, PostgresDriver) async throws -> Void)
            async throws
        {
            try await TemporaryPostgres.with { temporary in
                let database = try await PostgresDatabase(url: temporary.url)
                _ = try temporary.psql(table)
                try await body(temporary, database.driver)
                await database.close()
            }
        }

        @Test func `are made in fewer transactions than there are changes`() async throws {
            let table = """
                CREATE TABLE noted (number BIGINT PRIMARY KEY,
                    "transaction" BIGINT NOT NULL DEFAULT CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT))
                """
            try await withTable(table) { temporary, driver in
                let made = await note(0..<200, with: driver)

                #expect(made.values.allSatisfy(\.self) && made.count == 200)
                let noted = try temporary.psql("SELECT count(*) FROM noted")
                #expect(noted == "400")
                let count = try #require(Int(try temporary.psql("SELECT count(DISTINCT \"transaction\") FROM noted")))
                #expect(count < 100)
            }
        }

        @Test func `fail alone, and leave nothing behind`() async throws {
            let table = "CREATE TABLE noted (number BIGINT PRIMARY KEY CHECK (number < 1000 OR number % 7 <> 0))"
            try await withTable(table) { temporary, driver in
                let made = await note(0..<200, with: driver)

                for (number, isMade) in made { #expect(isMade == !(number + 1000).isMultiple(of: 7), "\(number)") }
                let kept = made.values.count(where: \.self)
                let noted = try temporary.psql("SELECT count(*) FROM noted")
                #expect(noted == "\(2 * kept)")
            }
        }

        @Test func `are made one by one when one of them cannot be committed`() async throws {
            let table = """
                CREATE TABLE noted (number BIGINT PRIMARY KEY);
                CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
                CREATE CONSTRAINT TRIGGER refused AFTER INSERT ON noted DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
                WHEN (NEW.number IN (20, 150)) EXECUTE FUNCTION refuse()
                """
            try await withTable(table) { temporary, driver in
                let made = await note(0..<200, with: driver)

                #expect(made.filter { !$0.value }.keys.sorted() == [20, 150])
                let noted = try temporary.psql("SELECT count(*) FROM noted")
                #expect(noted == "396")
            }
        }
    }
}
