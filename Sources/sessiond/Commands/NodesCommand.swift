import ArgumentParser

/// Lists the processes that share a database.
struct NodesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nodes",
        abstract:
            "List the nodes that share the PostgreSQL database, and how much of the log of revocations each has applied."
    )

    @Flag(help: "Print a JSON array.") var json = false
    @OptionGroup var options: OperatorOptions

    func run() async throws {
        let columns = [
            ("id", "ID"), ("name", "NODE"), ("state", "STATE"), ("applied", "APPLIED"), ("head", "HEAD"),
            ("silentMilliseconds", "SILENT FOR MS"), ("started", "STARTED"),
        ]
        try await options.list(.listNodes, as: RowList(columns, json: json))
    }
}
