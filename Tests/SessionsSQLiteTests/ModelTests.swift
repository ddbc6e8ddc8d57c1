import Sessions
import SessionsTesting
import Testing

@testable import SessionsSQL
@testable import SessionsSQLite

/// The store in memory says in plain Swift what the one in SQL must do; whatever happens to both, they stay alike.
@Suite struct `Model of the store` {
    @Test func `thousands of random operations leave memory and SQLite alike`() async throws {
        let generator = SeededGenerator.fromEnvironment()
        print("model test: SESSIONS_TEST_SEED=\(generator.seed)")
        let database = try TemporaryDatabase()
        let driver = try database.driver
        var model = StoreModel(of: database.store, random: generator) { try await driver.events() }

        for step in 1...3_000 {
            let operation = try await model.step()
            let isAlike = try await model.isAlike(everywhere: step.isMultiple(of: 100))
            try #require(isAlike, "seed \(generator.seed), step \(step): \(operation)")
        }

        _ = try await database.store.seal(at: model.clock.now, limit: 500)
        try await #expect(database.findings() == [], "seed \(generator.seed)")
        #expect(model.done.count == StoreModel.Operation.allCases.count, "seed \(generator.seed): \(model.done)")
    }
}
