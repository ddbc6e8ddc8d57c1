import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
public import ServiceLifecycle
public import Sessions

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The whole HTTP server, as one service.
public struct SessionServer: Service {
    private let responder: SessionResponder
    private let host: String
    private let port: Int
    private let logger: Logger
    private let onRunning: @Sendable (Int) async -> Void

    /// The most connections at once; further ones wait to be accepted.
    public static let connectionsMax = 16_384
    /// Descriptors that are kept for everything else: the database, the log, the operator's socket.
    private static let otherDescriptors = 128

    /// As many connections as descriptors allow: a server that runs out of them accepts nobody and cannot open its files.
    private static func affordableConnections() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return connectionsMax }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let descriptors = Int(clamping: limit.rlim_cur)
        return max(16, min(connectionsMax, descriptors - otherDescriptors))
    }

    /// Creates a server.
    ///
    /// - Parameters:
    ///   - authority: Issues, verifies and revokes.
    ///   - accounts: Makes accounts.
    ///   - verifier: Checks credentials.
    ///   - settings: What the operator decides.
    ///   - port: Where to listen; 0 picks a free port.
    ///   - logger: Where failures are noted.
    ///   - onRunning: Called with the port once connections are accepted.
    public init(
        authority: SessionAuthority,
        accounts: Accounts,
        verifier: CredentialVerifier,
        settings: HTTPSettings,
        port: Int,
        logger: Logger,
        onRunning: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        responder = SessionResponder(
            authority: authority,
            accounts: accounts,
            verifier: verifier,
            settings: settings,
            logger: logger
        )
        host = settings.host
        self.port = port
        self.logger = logger
        self.onRunning = onRunning
    }

    /// Serves until the service group shuts down; then answers what has begun.
    ///
    /// - Throws: When the address cannot be listened on.
    public func run() async throws {
        let application = Application(
            responder: responder,
            server: HTTPServerBuilder { GuardedHTTP1Channel(responder: $0) },
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port),
                availableConnectionsDelegate: MaximumAvailableConnections(Self.affordableConnections())
            ),
            onServerRunning: { [onRunning, port] channel in await onRunning(channel.localAddress?.port ?? port) },
            logger: logger
        )
        try await application.run()
    }
}

/// Serves the counters on an address of their own, for the operator alone.
public struct MetricsServer: Service {
    private let host: String
    private let port: Int
    private let metrics: @Sendable () -> String
    private let logger: Logger

    /// Creates a server for counters.
    ///
    /// - Parameters:
    ///   - host: The address to listen on.
    ///   - port: The port to listen on.
    ///   - metrics: Renders them in Prometheus text format.
    ///   - logger: Where failures are noted.
    public init(host: String, port: Int, metrics: @escaping @Sendable () -> String, logger: Logger) {
        self.host = host
        self.port = port
        self.metrics = metrics
        self.logger = logger
    }

    /// Serves until the service group shuts down.
    ///
    /// - Throws: When the address cannot be listened on.
    public func run() async throws {
        let router = Router()
        router.get("/metrics") { [metrics] _, _ in
            Response(
                status: .ok,
                headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: metrics()))
            )
        }
        try await Application(
            router: router,
            server: HTTPServerBuilder { GuardedHTTP1Channel(responder: $0) },
            configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
            logger: logger
        ).run()
    }
}
