import ArgumentParser
import FoundationEssentials

/// The settings on the command line.
///
/// Secrets are not among them: every user of the machine can list the arguments of a process.
struct SettingOptions: ParsableArguments {
    @Option(
        name: .customLong("config"),
        help: ArgumentHelp("A file of settings, NAME=value lines or JSON.", valueName: "file")
    )
    var file: String?

    @Option(
        help: ArgumentHelp("Where the database, the socket and a development secret are kept.", valueName: "directory")
    )
    var dataDir: String?
    @Option(
        name: .customLong("database-url"),
        help: ArgumentHelp("sqlite:///absolute/path or postgres://user@host/database", valueName: "url")
    )
    var databaseURL: String?
    @Option(help: ArgumentHelp("The address to listen on.", valueName: "address"))
    var host: String?
    @Option(help: ArgumentHelp("The port to listen on; 0 picks a free one.", valueName: "number"))
    var port: String?
    @Option(help: ArgumentHelp("Where metrics are served.", valueName: "host:port"))
    var adminListen: String?
    @Option(help: ArgumentHelp("production or development.", valueName: "environment"))
    var appEnv: String?
    @Option(help: ArgumentHelp("The name on the pages.", valueName: "name"))
    var appName: String?
    @Option(name: .customLong("public-url"), help: ArgumentHelp("The origin that people type.", valueName: "url"))
    var publicURL: String?
    @Option(help: ArgumentHelp("Proxies whose word on the client's address counts.", valueName: "blocks"))
    var trustedProxies: String?
    @Option(help: ArgumentHelp("x-forwarded-for or x-real-ip.", valueName: "header"))
    var clientAddressHeader: String?
    @Option(
        name: .customLong("geoip-database"),
        help: ArgumentHelp("Files in MaxMind's format that tell where addresses are.", valueName: "files")
    )
    var locationDatabase: String?
    @Option(help: ArgumentHelp("Whether anybody may sign up: open or closed.", valueName: "open|closed"))
    var registration: String?
    @Option(help: ArgumentHelp("How old a sign-in may be for ending other sessions.", valueName: "time"))
    var reauthAfter: String?
    @Option(help: ArgumentHelp("The session cookie's name.", valueName: "name"))
    var cookieName: String?
    @Option(help: ArgumentHelp("The domain that shares the session cookie.", valueName: "domain"))
    var cookieDomain: String?
    @Option(help: ArgumentHelp("How long records of ended sessions are kept.", valueName: "time"))
    var sessionRetention: String?
    @Option(help: ArgumentHelp("How long audit events are kept.", valueName: "time"))
    var auditRetention: String?
    @Option(help: ArgumentHelp("After what time old addresses are shortened, or off.", valueName: "time|off"))
    var addressShortenAfter: String?
    @Option(help: ArgumentHelp("After what time old addresses are removed, or off.", valueName: "time|off"))
    var addressRemoveAfter: String?
    @Option(help: ArgumentHelp("Who mail is from: an address, or Name <address>.", valueName: "address"))
    var mailFrom: String?
    @Option(name: .customLong("support-url"), help: ArgumentHelp("Where people get help.", valueName: "url"))
    var supportURL: String?
    @Option(help: ArgumentHelp("https URLs that are told of events.", valueName: "urls"))
    var webhooks: String?
    @Option(help: ArgumentHelp("Hosts of webhooks that may have private addresses.", valueName: "hosts"))
    var webhookPrivateHosts: String?
    @Option(
        name: .customLong("notify-ca-file"),
        help: ArgumentHelp("Certificates that mail server and webhooks are verified by.", valueName: "file")
    )
    var notifyCAFile: String?
    @Option(help: ArgumentHelp("The least level that is logged.", valueName: "level"))
    var logLevel: String?
    @Option(help: ArgumentHelp("text or json.", valueName: "format"))
    var logFormat: String?

    /// Reads and checks the settings from everywhere.
    ///
    /// - Throws: ``CommandFailure`` for the first that is malformed.
    func settings() throws(CommandFailure) -> Settings {
        let environment = ProcessInfo.processInfo.environment
        let path = file ?? environment[SettingSources.fileVariable]
        let values = try path.map { path throws(CommandFailure) in try SettingsFile(path: path).values } ?? [:]
        return try Settings(SettingSources(commandLine: given, environment: environment, file: values))
    }

    private var given: [Setting: String] {
        let options: [Setting: String?] = [
            .dataDirectory: dataDir, .databaseURL: databaseURL, .host: host, .port: port, .adminListen: adminListen,
            .appEnvironment: appEnv, .appName: appName, .publicURL: publicURL, .trustedProxies: trustedProxies,
            .clientAddressHeader: clientAddressHeader, .locationDatabase: locationDatabase,
            .registration: registration, .reauthenticateAfter: reauthAfter,
            .cookieName: cookieName, .cookieDomain: cookieDomain, .sessionRetention: sessionRetention,
            .auditRetention: auditRetention, .addressShortenAfter: addressShortenAfter,
            .addressRemoveAfter: addressRemoveAfter, .mailFrom: mailFrom, .supportURL: supportURL, .webhooks: webhooks,
            .webhookPrivateHosts: webhookPrivateHosts, .notifyCAFile: notifyCAFile, .logLevel: logLevel,
            .logFormat: logFormat,
        ]
        return options.compactMapValues(\.self)
    }
}
