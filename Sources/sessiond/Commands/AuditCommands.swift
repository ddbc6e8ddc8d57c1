import ArgumentParser
import Sessions

/// Commands about the audit log.
struct AuditCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "List, verify and export the audit log.",
        subcommands: [List.self, Verify.self, Export.self]
    )

    func run() async throws {
        throw ValidationError("Say what to do with the audit log: list, verify or export.")
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List events, newest first: of everybody, or of one user."
        )

        @Option(help: "An e-mail address, user name or user id.") var user: String?
        @Option(help: Since.help) var since: Since?
        @Option(help: "How many events at most, from 1 to 1000000.") var limit = 100
        @Flag(help: "Print a JSON array.") var json = false
        @OptionGroup var options: OperatorOptions

        func validate() throws {
            guard (1...1_000_000).contains(limit) else {
                throw ValidationError("--limit is a number from 1 to 1000000.")
            }
        }

        func run() async throws {
            let columns = [
                ("at", "TIME"), ("event", "EVENT"), ("kind", "KIND"), ("user", "USER"), ("by", "BY"), ("ip", "IP"),
                ("device", "DEVICE"), ("detail", "DETAIL"), ("ended", "ENDED"), ("count", "COUNT"),
            ]
            let command = OperatorCommand.listEvents(of: user, since: since?.instant, limit: limit)
            try await options.list(command, as: RowList(columns, json: json))
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Find events and seals that were edited, moved or taken away; a line for each."
        )

        @OptionGroup var options: OperatorOptions

        func run() async throws {
            let isWatched = StandardStream.error.isTerminal
            // Below the line that tells how far it has come.
            defer { if isWatched { StandardStream.error.write("\n".utf8) } }
            let settings = try options.settings.settings()
            let sentence = try await settings.perform(.verifyEvents) { rows in
                for row in rows {
                    if let finding = row["finding"]?.string {
                        StandardStream.output.write(line: finding)
                    } else if isWatched, let events = row["events"]?.integer {
                        StandardStream.error.write("\r\(events) events read".utf8)
                    }
                }
            }
            StandardStream.output.write(line: sentence)
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print all events, oldest first, one JSON object a line, and the newest seal at the end."
        )

        @Option(help: Since.help) var since: Since?
        @OptionGroup var options: OperatorOptions

        func run() async throws {
            let settings = try options.settings.settings()
            _ = try await settings.perform(.exportEvents(since: since?.instant)) { rows in
                StandardStream.output.write(rows.flatMap { $0.utf8 + [UInt8(ascii: "\n")] })
            }
        }
    }

    /// The earliest event that is wanted.
    struct Since: ExpressibleByArgument {
        static let help = ArgumentHelp(
            "Only events since then: 2026-11-23, 2026-11-23T10:30:00Z, or an age such as 7d or 12h.",
            valueName: "time"
        )

        let instant: Timestamp

        init?(argument: String) {
            if let instant = Timestamp(rfc3339: argument) {
                self.instant = instant
            } else if let age = SettingText.seconds(argument, in: 0...3_153_600_000) {
                instant = WallClock.system.now.adding(seconds: -age)
            } else {
                return nil
            }
        }
    }
}
