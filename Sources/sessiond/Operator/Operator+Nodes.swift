import Sessions
import SessionsPostgres

extension Operator {
    func listNodes(rows: Rows) async throws -> OperatorOutcome {
        guard case .postgres(let database) = storage else {
            return .refused("one process has a SQLite file for itself; there are nodes on PostgreSQL alone")
        }
        try await rows(
            database.nodes().map { node in
                [
                    "id": .integer(node.id), "name": .string(node.name),
                    "state": .string(node.isExpelled ? "expelled" : "active"), "applied": .integer(node.applied),
                    "head": .integer(node.head), "silentMilliseconds": .integer(node.silentMilliseconds),
                    "started": .time(node.startedAt),
                ]
            }
        )
        return .done("")
    }

    /// Ends everything that a restored database holds as alive; first what makes its tokens worth nothing, which takes an instant.
    func finishRestore() async throws -> OperatorOutcome {
        guard case .postgres(let database) = storage else {
            return .refused("with SQLite, sessiond restore does all of it")
        }
        try await database.renewInstance()
        return try await revokeAllSessions()
    }
}
