import ArgumentParser
import AsyncHTTPClient
import Logging
import NIOCore
import ServiceLifecycle
import Sessions
import SessionsHTTP
import UnixSignals

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Looks from outside whether what was ended is refused by every node.
struct ProbeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe",
        abstract: "Log in, revoke, and check on every node, again and again, whether the revocation holds.",
        discussion: """
            The account must have no other use: its sessions are all ended in every round. Its password is read from \
            standard input, one line, or from a file. The exit code is 1 when a session was accepted after its end had \
            been answered, and 78 when the account cannot log in.
            """
    )

    @Argument(help: "The nodes, each by its own address: http://10.0.0.1:8080 or https://node1.example.org.")
    var nodes: [Origin]
    @Option(help: "The e-mail address or user name of the probe account, which has no second factor.")
    var identifier: String
    @Option(help: "A file whose first line is the password, instead of standard input.") var passwordFile: String?
    @Option(
        name: .customLong("public-url"),
        help: "The nodes' PUBLIC_URL, where one is set; otherwise each node is asked by its own address."
    )
    var publicURL: Origin?
    @Option(help: "How long to wait between two rounds, such as 5s or 1m.") var interval = Interval(seconds: 5)
    @Option(help: "How many rounds to run; for ever when it is not given.") var rounds: Int?
    @Option(help: "Where to serve GET /metrics: host:port, such as 127.0.0.1:9091.") var metricsAddress: Address?

    /// More than anybody runs; each node has series of its own.
    private static let nodesMax = 100

    func validate() throws {
        let names = Set(nodes.map(\.url.description))
        guard names.count == nodes.count, nodes.count <= Self.nodesMax else {
            throw ValidationError("Give each node once, and \(Self.nodesMax) at most.")
        }
        guard rounds.map({ $0 > 0 }) ?? true else { throw ValidationError("--rounds is a number from 1 on.") }
    }

    func run() async throws {
        signal(SIGPIPE, SIG_IGN)
        let account = ProbeAccount(identifier: identifier, password: try password())
        let registry = PrometheusRegistry()
        let names = nodes.map(\.url.description)
        let record = ProbeRecord(
            nodes: names,
            metrics: ProbeMetrics(nodes: names, factory: registry),
            screen: ProbeScreen(isTerminal: StandardStream.output.isTerminal)
        )
        let client = HTTPClient(configuration: ProbeNode.clientConfiguration)
        let prober = Prober(
            nodes: nodes.map { ProbeNode(url: $0.url, publicURL: publicURL?.url ?? $0.url, client: client) },
            account: account,
            record: record,
            interval: .seconds(interval.seconds),
            roundsMax: rounds
        )
        var failure: CommandFailure?
        do {
            try await run(prober, registry)
        } catch {
            failure = failed(by: error)
        }
        try await client.shutdown()
        try judge(await record.tally, failure)
    }

    private func run(_ prober: Prober, _ registry: PrometheusRegistry) async throws {
        // Whoever probes is told what counts; the rest is the library's.
        let logger = Logger(label: "sessiond") { _ in SwiftLogNoOpLogHandler() }
        var services: [any Service] = []
        if let address = metricsAddress?.address {
            services.append(
                MetricsServer(host: address.host, port: address.port, metrics: registry.text, logger: logger)
            )
        }
        services.append(prober)
        var configuration = ServiceGroupConfiguration(
            // Sessions are ended before the process ends, whatever the reason.
            services: services.map {
                .init(
                    service: $0,
                    successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .gracefullyShutdownGroup
                )
            },
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        // A log-in and the end of its session on nodes that do not answer, and less than systemd waits.
        configuration.maximumGracefulShutdownDuration = .seconds(60)
        try await ServiceGroup(configuration: configuration).run()
    }

    private func failed(by error: any Error) -> CommandFailure {
        switch error {
        case let failure as CommandFailure: failure
        case let failure as IOError:
            .unavailable(
                "cannot listen on \(metricsAddress?.address.description ?? "the address for metrics"): "
                    + "\(SystemFailure(code: failure.errnoCode))"
            )
        default: .unavailable("the probe has failed: \(error)")
        }
    }

    private func judge(_ tally: ProbeTally, _ failure: CommandFailure?) throws(CommandFailure) {
        if tally.violations > 0 {
            throw .refused(
                "\(tally.violations) checks were accepted after the end of their session had been answered"
                    + (failure.map { "; and \($0.sentence)" } ?? "")
            )
        }
        if let failure { throw failure }
        if let rounds, tally.rounds >= rounds, tally.revocations == 0 {
            throw .unavailable("nothing was probed: no node opened a session and ended it")
        }
    }

    /// - Throws: ``CommandFailure`` that is no refusal: that exit code says that there was a violation.
    private func password() throws(CommandFailure) -> Password {
        do {
            guard let passwordFile else { return try PasswordPrompt.readOnce() }
            return try PasswordPrompt.read(file: passwordFile)
        } catch {
            throw .misconfigured(error.sentence)
        }
    }
}

extension ProbeCommand {
    /// An origin on the command line.
    struct Origin: ExpressibleByArgument, Sendable {
        let url: PublicURL

        init?(argument: String) {
            guard let url = PublicURL(argument) else { return nil }
            self.url = url
        }
    }

    /// A time between rounds, up to a day.
    struct Interval: ExpressibleByArgument, Sendable {
        let seconds: Int64

        init(seconds: Int64) {
            self.seconds = seconds
        }

        init?(argument: String) {
            guard let seconds = SettingText.seconds(argument, in: 0...86_400) else { return nil }
            self.init(seconds: seconds)
        }

        var defaultValueDescription: String { "\(seconds)s" }
    }

    /// An address to listen on.
    struct Address: ExpressibleByArgument, Sendable {
        let address: ListenAddress

        init?(argument: String) {
            guard let address = ListenAddress(argument) else { return nil }
            self.address = address
        }
    }
}
