import Sessions
import SessionsTesting
import Testing

@testable import SessionsPostgres

extension PostgresTests {
    @Suite struct `Model of the store on PostgreSQL` {
        @Test func `thousands of random operations leave memory and PostgreSQL alike`() async throws {
            let generator = SeededGenerator.fromEnvironment()
            print("model test: SESSIONS_TEST_SEED=\(generator.seed)")
            try await TemporaryPostgres.with { temporary in
                let database = try await PostgresDatabase(url: temporary.url, connections: 4)
                var model = StoreModel(of: database.store, random: generator) { try await database.events() }

                for step in 1...2_000 {
                    let operation = try await model.step()
                    let isAlike = try await model.isAlike(everywhere: step.isMultiple(of: 100))
                    try #require(isAlike, "seed \(generator.seed), step \(step): \(operation)")
                }

                _ = try await database.store.seal(at: model.clock.now, limit: 500)
                try await #expect(database.findings() == [], "seed \(generator.seed)")
                #expect(
                    model.done.count == StoreModel.Operation.allCases.count,
                    "seed \(generator.seed): \(model.done)"
                )
                await database.close()
            }
        }
    }
}
