public import Sessions

/// What the operator decides about the public surface.
public struct HTTPSettings: Sendable {
    /// The name on the pages.
    public var appName = "RTC Collector"
    /// The address that people type; `nil` when it is not set, and then only numeric addresses, `localhost` and ``host`` are served.
    public var publicURL: PublicURL?
    /// Whether cookies are sent without `Secure`, and proxies on loopback are trusted by default.
    public var isDevelopment = false
    /// The proxies whose forwarding headers count.
    public var trustedProxies: [AddressBlock] = []
    /// Which forwarding header names the client.
    public var clientAddressHeader = ClientAddressHeader.xForwardedFor
    /// Whom the pages of signed-in people name as sources of locations; some licences ask for that.
    public var locationCredits: [Credit] = []
    /// Where people get help: http(s) or mailto; `nil` when there is no such place.
    public var supportURL: String?
    /// Whether anybody may make an account.
    public var isRegistrationOpen = false
    /// Whether there is mail, and with it forgotten passwords and links.
    public var sendsMail = false
    /// How old the last authentication may be for ending other sessions, in seconds.
    ///
    /// Default 86,400 (decision C5).
    public var reauthenticateAfterSeconds: Int64 = 86_400
    /// The session cookie's name.
    public var cookieName = "token"
    /// The session cookie's `Domain`; `nil` keeps it to the host.
    public var cookieDomain: String?
    /// The address that the server listens on.
    public var host = "127.0.0.1"
    /// Is told how requests arrive that the operator has announced; `nil` where nobody announces any.
    public var arrivals: ArrivalWatch?
    /// Renders the counters; when set they are served on the main port, but not through a proxy.
    public var metrics: (@Sendable () -> String)?

    /// The defaults.
    public init() {}

    /// A link to whose work is shown.
    public struct Credit: Hashable, Sendable {
        /// What the link says.
        public var text: String
        /// Where it leads: http(s).
        public var url: String

        /// Creates a credit.
        public init(text: String, url: String) {
            self.text = text
            self.url = url
        }
    }

    /// Whether cookies carry `Secure`.
    var isCookieSecure: Bool { !isDevelopment || cookieName.hasPrefix("__") }
}

/// The origin that people type: scheme, host and port, without a path.
public struct PublicURL: Hashable, Sendable, CustomStringConvertible {
    /// `http` or `https`.
    public let scheme: String
    /// Host and port, lower-case, without the scheme's default port.
    public let authority: String

    /// Reads `https://example.org` or `http://host:port`; `nil` for anything with a path, query, user or other scheme.
    public init?(_ text: String) {
        guard let separator = text.firstRange(of: "://") else { return nil }
        let scheme = text[..<separator.lowerBound].lowercased()
        var rest = text[separator.upperBound...]
        if rest.hasSuffix("/") { rest.removeLast() }
        guard ["http", "https"].contains(scheme), let host = Host(String(rest)) else { return nil }
        self.scheme = scheme
        authority = host.authority(defaultPort: scheme == "https" ? 443 : 80)
    }

    /// The origin's text.
    public var description: String { "\(scheme)://\(authority)" }
}

/// Which forwarding header names the client, when the peer is a trusted proxy.
public enum ClientAddressHeader: String, Hashable, Sendable, CaseIterable {
    /// `X-Forwarded-For`, and `X-Real-IP` only where it is absent.
    case xForwardedFor = "x-forwarded-for"
    /// `X-Real-IP` alone.
    case xRealIP = "x-real-ip"
}
