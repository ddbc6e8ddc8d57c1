package import Sessions
import SessionsSQL

extension PostgresDatabase {
    /// A process that shares the database.
    package struct Node: Sendable {
        package let id: Int64
        package let name: String
        /// Whether it was expelled: its lease runs out, then its row goes.
        package let isExpelled: Bool
        /// How much of the log of revocations it is known to have applied.
        package let applied: Int64
        /// How long the log is.
        package let head: Int64
        /// How long ago it was heard of, in milliseconds; about a second while it is well.
        package let silentMilliseconds: Int64
        package let startedAt: Timestamp
    }

    /// The processes that share the database, oldest first.
    ///
    /// - Throws: ``PostgresFailure``.
    package func nodes() async throws -> [Node] {
        try await pool.run { connection in
            try connection.run(
                """
                SELECT n.id, n.name, n.state, n.applied_seq, h.seq,
                    CAST(extract(epoch FROM clock_timestamp() - n.beat_at) * 1000 AS BIGINT),
                    CAST(extract(epoch FROM n.started_at) * 1000 AS BIGINT)
                FROM node n CROSS JOIN revocation_head h ORDER BY n.id LIMIT 1000
                """
            ).rows.map { values in
                var row = SQLRow(values)
                return Node(
                    id: try row.integer(),
                    name: try row.text(),
                    isExpelled: try row.integer() == 2,
                    applied: try row.integer(),
                    head: try row.integer(),
                    silentMilliseconds: try row.integer(),
                    startedAt: try row.time()
                )
            }
        }
    }
}
