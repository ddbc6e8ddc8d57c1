import ArgumentParser
import Sessions

/// Finds live sessions, and ends them.
struct IncidentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "incident",
        abstract: "Count the live sessions that meet all criteria, show some of them, and with --end end them.",
        discussion: """
            At least one criterion is needed. Without --end nothing is changed. What --end does is done in batches: it may be \
            interrupted, and run again for the rest. docs/incidents.md says what to do when something has happened.
            """
    )

    @Option(help: Time.help("Sessions that were signed in or active then or later")) var since: Time?
    @Option(help: Time.help("Sessions that were signed in by then")) var until: Time?
    @Option(help: "Sessions that were signed in or used last from a network, such as 203.0.113.0/24.")
    var network: Network?
    @Option(help: "Sessions whose place is in a country, by its ISO code, such as AT.") var country: String?
    @Option(help: "Sessions whose user agent has a text in it; capital letters do not matter.") var userAgent: String?
    @Option(help: "Sessions of an account: an e-mail address, user name or user id.") var account: String?

    @Flag(help: "End them.") var end = false
    @Option(help: "Why, for the audit log and the owners' histories; at most 64 bytes.") var reason: String?
    @Flag(help: "Do not ask for confirmation.") var yes = false
    @Option(help: "How many sessions to show, from 0 to 100.") var sample = 10
    @Flag(help: "Print a JSON object.") var json = false
    @OptionGroup var options: OperatorOptions

    func validate() throws {
        guard !search.isEmpty else {
            throw ValidationError(
                "Give a criterion: --since, --until, --network, --country, --user-agent or --account."
            )
        }
        guard country.map({ $0.utf8.count == 2 && $0.utf8.allSatisfy(Self.isLetter) }) ?? true else {
            throw ValidationError("--country is an ISO 3166-1 code of two letters, such as AT.")
        }
        guard userAgent.map({ (1...SessionCriteria.userAgentBytesMax).contains($0.utf8.count) }) ?? true else {
            throw ValidationError("--user-agent has 1 to \(SessionCriteria.userAgentBytesMax) bytes.")
        }
        if let since, let until, since.instant > until.instant {
            throw ValidationError("--since is later than --until.")
        }
        guard (0...OperatorCommand.sampleMax).contains(sample) else {
            throw ValidationError("--sample is a number from 0 to \(OperatorCommand.sampleMax).")
        }
        guard reason == nil || end else { throw ValidationError("--reason goes with --end.") }
        try Reason.check(reason)
    }

    func run() async throws {
        let settings = try options.settings.settings()
        let search = search
        let found = try await SearchResult(of: search, sample: end ? 0 : sample, settings)
        guard end else { return found.print(json: json) }
        if !json { StandardStream.output.write(line: found.sentence) }
        guard yes || Confirmation.isGiven("End \(found.sentence)?") else {
            throw CommandFailure.refused("nothing was ended")
        }
        let progress = EndingProgress(of: found.sessions)
        let outcome = await progress.watch { rows throws(CommandFailure) in
            try await settings.perform(.endSessions(search, because: reason), rows: rows)
        }
        let sentence = try outcome.get()
        guard json else { return StandardStream.output.write(line: sentence) }
        let result: JSON = [
            "sessions": .integer(Int64(found.sessions)), "accounts": .integer(Int64(found.accounts)),
            "ended": .integer(Int64(progress.done)),
        ]
        StandardStream.output.write(result.utf8 + [UInt8(ascii: "\n")])
    }

    private var search: SessionSearch {
        var search = SessionSearch()
        search.account = account
        search.criteria.since = since?.instant
        search.criteria.until = until?.instant
        search.criteria.network = network?.block
        search.criteria.country = country?.uppercased()
        search.criteria.userAgent = userAgent
        return search
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

    /// An instant, or an age.
    struct Time: ExpressibleByArgument {
        let instant: Timestamp

        static func help(_ what: String) -> ArgumentHelp {
            ArgumentHelp(
                "\(what): 2026-11-23, 2026-11-23T10:30:00Z, or an age such as 7d or 12h.",
                valueName: "time"
            )
        }

        init?(argument: String) {
            guard let instant = AuditCommands.Since(argument: argument)?.instant else { return nil }
            self.instant = instant
        }
    }
}

/// Why the operator does something, in words that go into the audit log.
enum Reason {
    static func check(_ reason: String?) throws {
        guard let reason else { return }
        guard (1...LoginLock.reasonBytesMax).contains(reason.utf8.count), reason.printable == reason else {
            throw ValidationError("--reason has 1 to \(LoginLock.reasonBytesMax) bytes, on one line.")
        }
    }
}

/// A block of addresses in CIDR notation, or one address.
struct Network: ExpressibleByArgument {
    let block: AddressBlock

    init?(argument: String) {
        guard let block = AddressBlock(argument) else { return nil }
        self.block = block
    }
}
