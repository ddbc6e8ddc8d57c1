import GRDB
public import Sessions

extension SQLiteDatabase {
    /// What is found in a file that nobody has to stop using.
    public struct Inspection: Sendable {
        /// The version of its schema; a file of another application has none.
        public let schemaVersion: Int?
        /// The version that this program brings it to.
        public let schemaVersionKnown: Int
        /// What SQLite finds wrong; at most ten, and none in a sound file.
        public let faults: [String]
        /// When the newest event was written; `nil` when there is none.
        public let newestEvent: Timestamp?
    }

    /// Looks into a file, and changes nothing in it.
    ///
    /// It reads the whole file, at some 100 MiB a second.
    ///
    /// - Parameter path: The file of a server that may run.
    /// - Returns: What is found.
    /// - Throws: SQLite's error when it cannot be read.
    public static func inspect(path: String) throws -> Inspection {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        defer { try? queue.close() }
        return try queue.read { database in
            let faults = try String.fetchAll(database, sql: "PRAGMA quick_check(10)").filter { $0 != "ok" }
            let application = try Int.fetchOne(database, sql: "PRAGMA application_id")
            let isOurs = application == SQLiteSchema.applicationID
            let newest = isOurs ? try Int64.fetchOne(database, sql: "SELECT max(at) FROM audit_event") : nil
            return Inspection(
                schemaVersion: isOurs ? try Int.fetchOne(database, sql: "PRAGMA user_version") : nil,
                schemaVersionKnown: SQLiteSchema.version,
                faults: faults,
                newestEvent: newest.map(Timestamp.init(milliseconds:))
            )
        }
    }
}
