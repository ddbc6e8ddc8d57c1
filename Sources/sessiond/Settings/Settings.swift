import Logging
import Sessions
import SessionsHTTP
import SessionsPostgres

/// What the operator has decided, read and checked.
struct Settings: Sendable {
    let isDevelopment: Bool
    /// Absolute.
    let dataDirectory: String
    let location: Storage.Location
    /// In which ways PostgreSQL may lose revocations that were answered.
    let acceptedRisks: Set<DurabilityRisk>
    /// `nil` when no secret is set.
    let keys: SigningKeys?
    let host: String
    let port: Int
    let adminAddress: ListenAddress?
    let appName: String
    let publicURL: PublicURL?
    let trustedProxies: [AddressBlock]
    let clientAddressHeader: ClientAddressHeader
    /// Absolute; none when no location is looked up.
    let locationDatabasePaths: [String]
    let isRegistrationOpen: Bool
    /// Absolute; `nil` when there is no list.
    let passwordBlocklistPath: String?
    let reauthenticateAfterSeconds: Int64
    let cookieName: String
    let cookieDomain: String?
    /// How long an ended session's record is kept.
    let retentionSeconds: Int64
    /// How long an audit event is kept.
    let auditRetentionSeconds: Int64
    /// How long whole addresses are kept in ended sessions and events; `nil` for as long as these.
    let addressShortenSeconds: Int64?
    /// How long shortened addresses are kept there; `nil` for as long as these.
    let addressRemoveSeconds: Int64?
    let notices: NoticeSettings
    let logLevel: Logger.Level
    let logFormat: LogFormat
    /// What is in force, and where it came from.
    let lines: [SettingReader.Line]

    /// The longest data directory: an address of a Unix socket holds 107 bytes and ours ends in `/sessiond.sock`.
    static let dataDirectoryBytesMax = 107 - "/sessiond.sock".utf8.count

    /// Where a running server listens to the operator.
    var socketPath: String { "\(dataDirectory)/sessiond.sock" }

    /// Reads and checks all settings.
    ///
    /// - Throws: ``CommandFailure`` for the first that is malformed or does not go with another.
    init(_ sources: SettingSources) throws(CommandFailure) {
        var reader = try SettingReader(sources)
        isDevelopment = reader.isDevelopment
        let secret = try reader.optional(.jwtSecret) { SettingText.secrets([$0]) == nil ? nil : $0 }
        let previous = try reader.value(.jwtSecretPrevious) { SettingText.secrets(SettingText.list($0)) }
        let directory = try reader.value(.dataDirectory, shownAs: \.self, SettingText.directory)
        dataDirectory = directory
        location =
            try reader.optional(.databaseURL, shownAs: \.told, SettingText.location)
            ?? .sqlite(path: "\(directory)/sessions.sqlite")
        acceptedRisks = try reader.value(.acceptRevocationLoss, SettingText.risks)
        host = try reader.value(.host, SettingText.host)
        port = try reader.value(.port) { SettingText.number($0, in: 0...65_535) }
        adminAddress = try reader.optional(.adminListen, ListenAddress.init)
        _ = try reader.value(.appEnvironment) { $0 }
        appName = try reader.value(.appName, SettingText.name)
        publicURL = try reader.optional(.publicURL, PublicURL.init)
        trustedProxies = try reader.value(.trustedProxies, SettingText.blocks)
        clientAddressHeader = try reader.value(.clientAddressHeader, ClientAddressHeader.init(rawValue:))
        locationDatabasePaths = try reader.value(
            .locationDatabase,
            shownAs: { $0.joined(separator: ",") },
            SettingText.locationFiles
        )
        isRegistrationOpen = try reader.value(.registration) { ["open": true, "closed": false][$0] }
        passwordBlocklistPath = try reader.optional(.passwordBlocklist, shownAs: \.self, SettingText.file)
        reauthenticateAfterSeconds = try reader.value(.reauthenticateAfter) {
            SettingText.seconds($0, in: 1...2_592_000)
        }
        cookieName = try reader.value(.cookieName, SettingText.cookieName)
        cookieDomain = try reader.optional(.cookieDomain, SettingText.domain)
        let keeping: ClosedRange<Int64> = 86_400...315_360_000
        retentionSeconds = try reader.value(.sessionRetention) { SettingText.seconds($0, in: keeping) }
        auditRetentionSeconds = try reader.value(.auditRetention) { SettingText.seconds($0, in: keeping) }
        addressShortenSeconds = try reader.value(.addressShortenAfter) { SettingText.secondsOrOff($0, in: keeping) }
        addressRemoveSeconds = try reader.value(.addressRemoveAfter) { SettingText.secondsOrOff($0, in: keeping) }
        notices = try NoticeSettings(&reader)
        logLevel = try reader.value(.logLevel, Logger.Level.init(rawValue:))
        logFormat = try reader.value(.logFormat, LogFormat.init(rawValue:))
        lines = reader.lines
        do {
            keys = try secret.map { secret throws(SigningKeys.WeakSecret) in
                try SigningKeys(secret: secret, previous: previous)
            }
        } catch {
            throw .misconfigured("JWT_SECRET \(error)")
        }
        try checkCookies()
    }

    /// Refuses what browsers would refuse: a cookie that is set and never kept is a log-in that never works.
    private func checkCookies() throws(CommandFailure) {
        guard let cookieDomain else { return }
        guard !cookieName.hasPrefix("__Host-") else {
            throw .misconfigured("COOKIE_DOMAIN cannot be set together with a COOKIE_NAME that begins with __Host-")
        }
        if let publicURL {
            let name = publicURL.authority.prefix { $0 != ":" }
            guard name == cookieDomain || name.hasSuffix(".\(cookieDomain)") else {
                throw .misconfigured("PUBLIC_URL must be on COOKIE_DOMAIN or below it")
            }
        }
    }

    /// Refuses what only a server needs and lacks.
    ///
    /// - Throws: ``CommandFailure`` that names the setting.
    func checkServing() throws(CommandFailure) {
        guard !isDevelopment else { return }
        guard keys != nil else {
            throw .misconfigured("JWT_SECRET must be set in production: \(Setting.jwtSecret.expectation)")
        }
        guard cookieDomain == nil || publicURL != nil else {
            throw .misconfigured("PUBLIC_URL must be set in production when COOKIE_DOMAIN is")
        }
        // Links in mail are made of nothing else, and webhooks know the server by it.
        guard notices.policy.isSilent || publicURL != nil else {
            throw .misconfigured("PUBLIC_URL must be set in production when SMTP_URL or WEBHOOKS is")
        }
    }
}

/// A host and a port to listen on.
struct ListenAddress: Sendable, CustomStringConvertible {
    let host: String
    let port: Int

    /// Reads `127.0.0.1:9090` or `[::1]:9090`.
    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"),
            let port = SettingText.number(text[text.index(after: colon)...], in: 1...65_535)
        else { return nil }
        var name = text[..<colon]
        if name.first == "[", name.last == "]" {
            name = name.dropFirst().dropLast()
        } else if name.contains(":") {
            return nil
        }
        guard let host = SettingText.host(String(name)) else { return nil }
        self.init(host: host, port: port)
    }

    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
