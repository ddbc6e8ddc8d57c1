import SessionsGeo
import SessionsPostgres

/// Everything that can be set, by the name it has in the environment and in the file.
///
/// On the command line `DATA_DIR` is `--data-dir`. No setting changes how long a session lives.
enum Setting: String, CaseIterable, Sendable {
    case jwtSecret = "JWT_SECRET"
    case jwtSecretPrevious = "JWT_SECRET_PREVIOUS"
    case databaseURL = "DATABASE_URL"
    case acceptRevocationLoss = "ACCEPT_REVOCATION_LOSS"
    case dataDirectory = "DATA_DIR"
    case host = "HOST"
    case port = "PORT"
    case adminListen = "ADMIN_LISTEN"
    case appEnvironment = "APP_ENV"
    case appName = "APP_NAME"
    case publicURL = "PUBLIC_URL"
    case trustedProxies = "TRUSTED_PROXIES"
    case clientAddressHeader = "CLIENT_ADDRESS_HEADER"
    case locationDatabase = "GEOIP_DATABASE"
    case registration = "REGISTRATION"
    case passwordBlocklist = "PASSWORD_BLOCKLIST"
    case reauthenticateAfter = "REAUTH_AFTER"
    case cookieName = "COOKIE_NAME"
    case cookieDomain = "COOKIE_DOMAIN"
    case sessionRetention = "SESSION_RETENTION"
    case auditRetention = "AUDIT_RETENTION"
    case addressShortenAfter = "ADDRESS_SHORTEN_AFTER"
    case addressRemoveAfter = "ADDRESS_REMOVE_AFTER"
    case smtpURL = "SMTP_URL"
    case mailFrom = "MAIL_FROM"
    case supportURL = "SUPPORT_URL"
    case webhooks = "WEBHOOKS"
    case webhookSecret = "WEBHOOK_SECRET"
    case webhookPrivateHosts = "WEBHOOK_PRIVATE_HOSTS"
    case notifyCAFile = "NOTIFY_CA_FILE"
    case logLevel = "LOG_LEVEL"
    case logFormat = "LOG_FORMAT"

    /// Whether its value is shown nowhere, and not taken from the command line, which every user of the machine can list.
    var isSecret: Bool { [.jwtSecret, .jwtSecretPrevious, .smtpURL, .webhookSecret].contains(self) }

    /// What holds when it is not set; `nil` when there is no such value.
    func fallback(isDevelopment: Bool) -> String? {
        switch self {
        case .jwtSecret, .databaseURL, .adminListen, .publicURL, .passwordBlocklist, .cookieDomain, .smtpURL,
            .mailFrom, .supportURL, .webhookSecret, .notifyCAFile:
            nil
        case .jwtSecretPrevious, .acceptRevocationLoss, .locationDatabase, .webhooks, .webhookPrivateHosts: ""
        case .dataDirectory: "./data"
        case .host: "127.0.0.1"
        case .port: "8080"
        case .appEnvironment: "production"
        case .appName: "RTC Collector"
        case .trustedProxies: isDevelopment ? "127.0.0.0/8,::1" : ""
        case .clientAddressHeader: "x-forwarded-for"
        case .registration: isDevelopment ? "open" : "closed"
        case .reauthenticateAfter: "24h"
        case .cookieName: "token"
        case .sessionRetention: "30d"
        case .auditRetention: "400d"
        case .addressShortenAfter: "30d"
        case .addressRemoveAfter: "180d"
        case .logLevel: "info"
        case .logFormat: "text"
        }
    }

    /// What it must be: the end of the sentence "PORT must be ...".
    var expectation: String {
        switch self {
        case .jwtSecret: "at least 32 random characters; make it with: openssl rand -base64 48"
        case .jwtSecretPrevious: "secrets of at least 32 random characters, separated by commas"
        case .databaseURL: "sqlite:///absolute/path or postgres://user@host/database"
        case .acceptRevocationLoss:
            "none or some of \(DurabilityRisk.allCases.map(\.rawValue).joined(separator: ", ")), separated by commas"
        case .dataDirectory:
            "a path of 1 to \(Settings.dataDirectoryBytesMax) bytes, so that the socket in it can have an address"
        case .host: "an IP address or a host name"
        case .port: "a number from 0 to 65535"
        case .adminListen: "host:port, such as 127.0.0.1:9090"
        case .appEnvironment: "production or development"
        case .appName: "1 to 64 characters on one line"
        case .publicURL: "an origin without a path, such as https://sessions.example.org"
        case .trustedProxies: "addresses or blocks such as 10.0.0.0/8, separated by commas, and none of them everybody"
        case .clientAddressHeader: "x-forwarded-for or x-real-ip"
        case .locationDatabase:
            "the paths of at most \(LocationDatabase.filesMax) files in MaxMind's format (.mmdb), separated by commas"
        case .registration: "open or closed"
        case .passwordBlocklist: "the path of a file with one password a line"
        case .reauthenticateAfter: "a time from 1s to 30d, such as 24h or 30m"
        case .cookieName: "a cookie name (RFC 6265 token), with __Host- and __Secure- spelled exactly so"
        case .cookieDomain: "a domain of at least two labels, such as example.org, without a leading dot"
        case .sessionRetention: "a time from 1d to 3650d, such as 30d"
        case .auditRetention: "a time from 1d to 3650d, such as 400d"
        case .addressShortenAfter, .addressRemoveAfter: "a time from 1d to 3650d, such as 30d, or off"
        case .smtpURL: "smtp://user:password@host:port or smtps://..., with special characters percent-encoded"
        case .mailFrom: "an address such as sessions@example.org, or Name <address>"
        case .supportURL: "an https, http or mailto address"
        case .webhooks: "at most \(NoticeSettings.webhooksMax) different https URLs, separated by commas"
        case .webhookSecret: "at least 32 random characters; make it with: openssl rand -base64 48"
        case .webhookPrivateHosts: "names or addresses of hosts, separated by commas"
        case .notifyCAFile: "the path of a file of certificates in PEM"
        case .logLevel: "trace, debug, info, notice, warning, error or critical"
        case .logFormat: "text or json"
        }
    }
}
