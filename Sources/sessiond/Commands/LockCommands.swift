import ArgumentParser
import Sessions

/// Commands that let nobody log in for a time.
struct LockCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock",
        abstract:
            "Let nobody log in to an account, from a network or with a browser for a time, and end the sessions there.",
        discussion: """
            Whoever tries is answered as with a wrong password. Log-ins elsewhere, and sessions elsewhere, go on; a live \
            session that moves to a locked network later goes on too.
            """,
        subcommands: [Set.self, List.self, Remove.self],
        defaultSubcommand: Set.self
    )

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set a lock, or set it anew for another time, and end the live sessions that match.",
            discussion: """
                It may be interrupted: the lock holds by then, and running the command again ends the remaining sessions.
                """
        )

        @Option(help: "Lock an account: an e-mail address, user name or user id.") var account: String?
        @Option(help: "Lock a network, such as 203.0.113.0/24; at the widest /8 of IPv4 or /16 of IPv6.")
        var network: Network?
        @Option(help: "Lock a browser by its name, such as \"Headless Chrome\"; 4 to 48 bytes.") var browser: String?
        @Option(help: "Lock user agents that have a text in them; 4 to 48 bytes.") var userAgent: String?
        @Option(name: .customLong("for"), help: "For how long: from 1m to 30d, such as 2h.") var duration: Duration
        @Option(help: "Why, for the list of locks and the audit log; at most 64 bytes.") var reason: String?
        @Flag(help: "Do not ask for confirmation.") var yes = false
        @OptionGroup var options: OperatorOptions

        func validate() throws {
            let targets: [LockRequest.Target] = targets
            guard targets.count == 1, let target = targets.first else {
                throw ValidationError("Give one of: --account, --network, --browser, --user-agent.")
            }
            if case .other(let target) = target {
                if let slip = target.slip { throw ValidationError(slip) }
                guard target.text.printable == target.text else {
                    throw ValidationError("The text of a browser is on one line.")
                }
            }
            try Reason.check(reason)
        }

        func run() async throws {
            guard let target = targets.first else { return }
            let request = LockRequest(target, forSeconds: duration.seconds, because: reason)
            let settings = try options.settings.settings()
            let found = try await SearchResult(of: request.search, sample: 0, settings)
            guard yes || Confirmation.isGiven("Lock, and end \(found.sentence)?") else {
                throw CommandFailure.refused("nothing was locked")
            }
            let progress = EndingProgress(of: found.sessions)
            let outcome = await progress.watch { rows throws(CommandFailure) in
                try await settings.perform(.setLock(request), rows: rows)
            }
            StandardStream.output.write(line: try outcome.get())
        }

        private var targets: [LockRequest.Target] {
            [
                account.map(LockRequest.Target.account),
                network.map { .other(.network($0.block)) },
                browser.map { .other(.browser($0)) },
                userAgent.map { .other(.userAgent($0)) },
            ].compactMap(\.self)
        }

        /// How long a lock lasts.
        struct Duration: ExpressibleByArgument {
            let seconds: Int64

            init?(argument: String) {
                guard let seconds = SettingText.seconds(argument, in: LoginLock.lifetimeSeconds) else { return nil }
                self.seconds = seconds
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the locks that are in force, oldest first.")

        @Flag(help: "Print a JSON array.") var json = false
        @OptionGroup var options: OperatorOptions

        func run() async throws {
            let columns = [
                ("id", "ID"), ("kind", "KIND"), ("target", "TARGET"), ("set", "SET"), ("until", "UNTIL"),
                ("reason", "REASON"),
            ]
            try await options.list(.listLocks, as: RowList(columns, json: json))
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Take a lock away before its time.")

        @Argument(help: "A lock's id, as the list tells it.") var id: String
        @OptionGroup var options: OperatorOptions

        func run() async throws {
            try await options.perform(.removeLock(id))
        }
    }
}
