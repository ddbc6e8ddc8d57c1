package import Sessions

/// The session store in SQL, written once for all databases.
///
/// Every statement on a user's behalf names the user (invariant I7). Every change writes its event in the same transaction (I3).
package struct SQLStore<Driver: SQLDriver>: SessionStore {
    let driver: Driver

    package init(driver: Driver) {
        self.driver = driver
    }

    /// Thrown when the schema is there but the row made with it is not.
    struct NoInstance: Error {}

    package func instanceID() async throws -> InstanceID {
        try await driver.read { database in
            guard var row = try database.row("SELECT id FROM instance WHERE one = 1") else { throw NoInstance() }
            return try row.id()
        }
    }

    package func ping() async throws {
        _ = try await instanceID()
    }
}
