import ArgumentParser
import Sessions
import Synchronization

/// Sums up what has happened.
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract:
            "Sum up what has happened: log-ins, failures, sessions, signals, owners' reports, changes, locks, notices."
    )

    @Option(help: "How many days back, from 1 to 90.") var days = 7
    @Flag(help: "Print a JSON object.") var json = false
    @OptionGroup var options: OperatorOptions

    func validate() throws {
        guard (1...OperatorCommand.reportDaysMax).contains(days) else {
            throw ValidationError("--days is a number from 1 to \(OperatorCommand.reportDaysMax).")
        }
    }

    func run() async throws {
        let read = Mutex<JSON?>(nil)
        _ = try await options.settings.settings().perform(.report(days: days)) { rows in
            if let row = rows.first { read.withLock { $0 = row } }
        }
        guard let report = read.withLock(\.self) else {
            throw CommandFailure.unavailable("the server did not send the report")
        }
        if json { return StandardStream.output.write(report.utf8 + [UInt8(ascii: "\n")]) }
        for line in ReportText.lines(report) { StandardStream.output.write(line: line) }
    }
}
