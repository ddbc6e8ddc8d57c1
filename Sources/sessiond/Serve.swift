import Logging
import Metrics
import NIOCore
import ServiceLifecycle
import Sessions
import SessionsGeo
import SessionsHTTP
import UnixSignals

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension Settings {
    /// Puts all parts together and runs them until the process is told to stop.
    ///
    /// - Throws: ``CommandFailure`` when a part cannot start, or fails while it runs.
    func serve() async throws(CommandFailure) {
        try checkServing()
        signal(SIGPIPE, SIG_IGN)
        LoggingSystem.bootstrap { LineLogHandler(label: $0, level: logLevel, format: logFormat, clock: .system) }
        let logger = Logger(label: "sessiond")
        // Before anything is made that counts.
        let registry = PrometheusRegistry()
        if isDevelopment || adminAddress != nil { MetricsSystem.bootstrap(registry) }
        let rules = try passwordRules()
        let places = try locationDatabase()
        try makeDataDirectory()
        let storage = try await openStorage(accepting: acceptedRisks)
        let keys = try signingKeys()
        do {
            try await run(storage, keys, rules, places, registry, logger: logger)
            try await storage.close()
        } catch is CancellationError {
            // What was not finished when the time to stop was over.
        } catch let failure as SeedRenewal.UnknownSecret {
            throw .misconfigured("JWT_SECRET: \(failure)")
        } catch let failure as CommandFailure {
            throw failure
        } catch let failure as IOError {
            let addresses = [ListenAddress(host: host, port: port), adminAddress].compactMap { $0?.description }
            throw .unavailable(
                "cannot listen on \(addresses.joined(separator: " or ")): \(SystemFailure(code: failure.errnoCode))"
            )
        } catch {
            throw .unavailable("the server has failed: \(error)")
        }
    }

    private func run(
        _ storage: Storage,
        _ keys: SigningKeys,
        _ rules: PasswordRules,
        _ places: LocationDatabase?,
        _ registry: PrometheusRegistry,
        logger: Logger
    ) async throws {
        try await SeedRenewal(of: storage.store, keys: keys).run()
        let authority = try await storage.authority(keys: keys) { places?.location(of: $0) }
        let hasher = try PasswordHasher(width: sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        let accounts = Accounts(authority: authority, hasher: hasher, rules: rules)
        let verifier = CredentialVerifier(store: storage.store, hasher: hasher, keys: keys, clock: storage.clock)
        var schedule = SessionUpkeep.Schedule()
        schedule.retentionSeconds = retentionSeconds
        schedule.auditRetentionSeconds = auditRetentionSeconds
        schedule.addressShortenSeconds = addressShortenSeconds
        schedule.addressRemoveSeconds = addressRemoveSeconds
        let arrivals = ArrivalWatch()
        let `operator` = Operator(
            storage: storage,
            authority: authority,
            accounts: accounts,
            clock: storage.clock,
            arrivals: arrivals
        )
        let server = SessionServer(
            authority: authority,
            accounts: accounts,
            verifier: verifier,
            settings: httpSettings(places, arrivals, metrics: isDevelopment ? registry.text : nil),
            port: port,
            logger: logger
        ) { port in
            announce(port: port, logger: logger)
        }
        // Stopped in the opposite order: requests first, the last activity last.
        var services: [any Service] = [
            SessionUpkeep(of: authority, schedule: schedule, logger: logger),
            try await OperatorSocket.listen(at: socketPath, for: `operator`, logger: logger),
        ]
        if let places { services.append(LocationUpkeep(of: places, logger: logger)) }
        if let delivery = try noticeDelivery(from: storage, keys: keys, logger: logger) { services.append(delivery) }
        if let adminAddress {
            services.append(
                MetricsServer(host: adminAddress.host, port: adminAddress.port, metrics: registry.text, logger: logger)
            )
        }
        if let membership = storage.membership(of: authority, logger: logger) { services.append(membership) }
        services += [server, StopNotice(storage: storage, logger: logger)] as [any Service]
        var configuration = ServiceGroupConfiguration(
            services: services,
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        configuration.maximumGracefulShutdownDuration = .seconds(10)
        try await ServiceGroup(configuration: configuration).run()
    }

    private func httpSettings(
        _ places: LocationDatabase?,
        _ arrivals: ArrivalWatch,
        metrics: (@Sendable () -> String)?
    ) -> HTTPSettings {
        var settings = HTTPSettings()
        settings.appName = appName
        settings.publicURL = publicURL
        settings.isDevelopment = isDevelopment
        settings.trustedProxies = trustedProxies
        settings.clientAddressHeader = clientAddressHeader
        settings.locationCredits = (places?.sources ?? []).map { HTTPSettings.Credit(text: $0.text, url: $0.url) }
        settings.isRegistrationOpen = isRegistrationOpen
        settings.supportURL = notices.supportURL
        settings.sendsMail = notices.mailServer != nil
        settings.reauthenticateAfterSeconds = reauthenticateAfterSeconds
        settings.cookieName = cookieName
        settings.cookieDomain = cookieDomain
        settings.host = host
        settings.metrics = metrics
        settings.arrivals = arrivals
        return settings
    }

    private func announce(port: Int, logger: Logger) {
        logger.notice(
            "server_started",
            metadata: [
                "address": "\(ListenAddress(host: host, port: port))",
                "mode": isDevelopment ? "development" : "production",
                "storage": "\(location.kind)", "version": "\(Sessiond.version)",
            ]
        )
        guard isDevelopment, logFormat == .text else { return }
        let shown = ["0.0.0.0": "127.0.0.1", "::": "::1"][host] ?? host
        let url = publicURL?.description ?? "http://\(ListenAddress(host: shown, port: port))"
        StandardStream.output.write(line: "Open \(url)/ (development; data in \(dataDirectory); stop with Ctrl-C)")
    }
}

/// Tells that the process was told to stop.
private struct StopNotice: Service {
    let storage: Storage
    let logger: Logger

    func run() async throws {
        try await gracefulShutdown()
        logger.notice("server_stopping")
        storage.hurry()
    }
}
