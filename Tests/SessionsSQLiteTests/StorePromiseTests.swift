import Sessions
import SessionsTesting
import Testing

@Suite struct `A store` {
    @Test(arguments: StorePromise.all)
    func `in memory keeps its promise`(promise: StorePromise) async throws {
        let store = MemoryStore(at: ManualClock.start, telling: promise.policy)

        try await promise.check(on: store) { await store.events }
    }

    @Test(arguments: StorePromise.all)
    func `on SQLite keeps its promise`(promise: StorePromise) async throws {
        let database = try TemporaryDatabase(telling: promise.policy)
        let driver = try database.driver

        try await promise.check(on: database.store) { try await driver.events() }
    }

    @Test func `makes no promise twice`() {
        #expect(Set(StorePromise.all.map(\.name)).count == StorePromise.all.count)
    }
}
