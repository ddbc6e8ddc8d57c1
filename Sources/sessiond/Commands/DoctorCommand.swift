import ArgumentParser
import Sessions
import SessionsHTTP
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Looks whether everything is as a server needs it.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract:
            "Look at settings, files, storage, mail, webhooks and the proxy, and say what to mend; nothing is changed."
    )

    @Option(
        name: .customLong("from"),
        help: ArgumentHelp("The origin that people type: come through the proxy too.", valueName: "url")
    )
    var origin: ProbeCommand.Origin?
    @Flag(help: "Print a JSON array.") var json = false
    @OptionGroup(title: "Settings") var options: SettingOptions

    func run() async throws {
        signal(SIGPIPE, SIG_IGN)
        var found: [Finding] = []
        await Doctor(options: options, url: origin?.url).run { findings in
            found += findings
            guard !json else { return }
            for line in findings.flatMap(\.lines) { StandardStream.output.write(line: line) }
        }
        if json { StandardStream.output.write(JSON.array(found.map(\.json)).utf8 + [UInt8(ascii: "\n")]) }
        let failures = found.count { $0.state == .failure }
        guard failures == 0 else {
            throw CommandFailure.refused(
                failures == 1 ? "1 thing has to be mended" : "\(failures) things have to be mended"
            )
        }
    }
}
