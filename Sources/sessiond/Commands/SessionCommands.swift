import ArgumentParser

/// Commands about sessions.
struct SessionCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "session",
        abstract: "List and revoke sessions.",
        subcommands: [List.self, Revoke.self]
    )

    func run() async throws {
        throw ValidationError("Say what to do with sessions: list or revoke.")
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the active sessions of everybody, or of one user."
        )

        @Option(help: "An e-mail address, user name or user id.") var user: String?
        @Flag(help: "Print a JSON array.") var json = false
        @OptionGroup var options: OperatorOptions

        func run() async throws {
            let columns = [
                ("id", "ID"), ("user", "USER"), ("device", "DEVICE"), ("ip", "IP"), ("lastActivity", "LAST ACTIVITY"),
                ("created", "CREATED"), ("expires", "EXPIRES"),
            ]
            try await options.list(.listSessions(of: user), as: RowList(columns, json: json))
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "End one session, those of one user, or all.")

        @Argument(help: "A session's id.") var id: String?
        @Option(help: "End the sessions of this user: an e-mail address, user name or user id.") var user: String?
        @Flag(help: "End the sessions of everybody.") var all = false
        @OptionGroup var options: OperatorOptions

        func validate() throws {
            guard [id != nil, user != nil, all].count(where: \.self) == 1 else {
                throw ValidationError("Give one of: a session's id, --user, --all.")
            }
        }

        func run() async throws {
            if let id {
                try await options.perform(.revokeSession(id))
            } else if let user {
                try await options.perform(.revokeSessions(of: user))
            } else {
                try await options.perform(.revokeAllSessions)
            }
        }
    }
}
