public import Sessions
import SessionsSQL

extension PostgresDatabase {
    /// What is found in a database that nobody has to stop using.
    public struct Inspection: Sendable {
        /// The version of its schema; `nil` when there is none yet.
        public let schemaVersion: Int?
        /// The version that this program brings it to.
        public let schemaVersionKnown: Int
        /// The server's version, as a number such as 150018.
        public let serverVersion: Int64
        /// In which ways it may lose what it has acknowledged.
        public let risks: Set<DurabilityRisk>
        /// What its clock said.
        public let time: Timestamp
    }

    /// Looks into a database, and changes nothing in it; blocks meanwhile.
    ///
    /// - Parameter url: As for ``init(url:connections:accepting:telling:)``.
    /// - Returns: What is found.
    /// - Throws: ``PostgresFailure``.
    public static func inspect(url: String) throws -> Inspection {
        let connection = try PostgresConnection(url: url, name: "sessiond doctor", patienceMilliseconds: 10_000)
        try connection.send("SET default_transaction_read_only = on")
        var row = SQLRow(
            try connection.run(
                """
                SELECT CAST(current_setting('server_version_num') AS BIGINT),
                    CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT),
                    CAST(to_regclass('schema_version') IS NOT NULL AS INTEGER)
                """
            ).rows.first ?? []
        )
        let (serverVersion, time, hasSchema) = (try row.integer() as Int64, try row.integer() as Int64, try row.bool())
        var version: Int?
        if hasSchema {
            var row = SQLRow(try connection.run("SELECT version FROM schema_version").rows.first ?? [])
            version = Int(try row.integer() as Int64)
        }
        return Inspection(
            schemaVersion: version,
            schemaVersionKnown: PostgresSchema.version,
            serverVersion: serverVersion,
            risks: try DurabilityRisk.all(on: connection),
            time: Timestamp(milliseconds: time)
        )
    }
}
