import ArgumentParser

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The program: a server, and the operator's commands.
@main
struct Sessiond: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessiond",
        abstract: "Signs people in, shows them their sessions and lets them end any of them.",
        discussion: """
            Settings come from the command line, the environment, a file and defaults, in this order; `sessiond config` \
            shows what is in force. While a server runs, commands go through its socket in DATA_DIR; otherwise they open \
            the database themselves.

            Exit codes: 0 done, 1 refused or not found (probe: a violation), 64 wrong call, 69 server \
            or storage unavailable, 78 wrong setting.
            """,
        version: version,
        subcommands: [
            ServeCommand.self, ConfigCommand.self, DoctorCommand.self, UserCommands.self, SessionCommands.self,
            AuditCommands.self, IncidentCommand.self, LockCommands.self, ReportCommand.self, NodesCommand.self,
            ProbeCommand.self, BackupCommand.self, RestoreCommand.self, FinishRestoreCommand.self,
            MigrateCommand.self,
        ]
    )

    static let version = "0.1.0"

    /// What was typed behind the program's name.
    ///
    /// The runtime finds the arguments beside the environment, and finds none when a preloaded library has moved that.
    private static var arguments: [String]? {
        guard CommandLine.arguments.isEmpty, let file = try? SmallFile(path: "/proc/self/cmdline") else { return nil }
        return file.bytes.split(separator: 0, omittingEmptySubsequences: false).dropFirst().dropLast()
            .map { String(decoding: $0, as: UTF8.self) }
    }

    static func main() async {
        // Nothing that is made here is for anybody but the owner.
        umask(0o077)
        do {
            var command = try parseAsRoot(arguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let failure as CommandFailure {
            StandardStream.error.write(line: "sessiond: \(failure.sentence)")
            Glibc.exit(failure.kind.rawValue)
        } catch {
            exit(withError: error)
        }
    }
}

/// Runs the server.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the server until it is told to stop (SIGTERM or Ctrl-C)."
    )

    @OptionGroup(title: "Settings") var options: SettingOptions

    func run() async throws {
        try await options.settings().serve()
    }
}
