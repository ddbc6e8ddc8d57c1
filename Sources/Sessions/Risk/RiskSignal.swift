/// Something about a log-in, a request or an event that is not as usual, and why.
///
/// Each is raised by one pure function, in a file of its own. What cannot be judged raises nothing: an address without a place, the
/// first log-in ever.
public struct RiskSignal: Hashable, Sendable {
    /// What was noticed.
    ///
    /// The raw values are stored and part of the API; `docs/detection.md` explains each.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// A browser that has not been used with the account before.
        case newBrowser = "new_browser"
        /// A country that the account was not used in before.
        case newCountry = "new_country"
        /// A network and place that the account was not used from before.
        case newNetwork = "new_network"
        /// Nobody gets from the last place to this one in that time.
        case impossibleTravel = "impossible_travel"
        /// Sessions are in use in several countries at once.
        case severalCountries = "several_countries"
        /// The account has many sessions, or many new ones.
        case manySessions = "many_sessions"
        /// The log-in succeeded after several that failed.
        case successAfterFailures = "success_after_failures"
        /// The first log-in after a long time.
        case longAbsence = "long_absence"
        /// A session goes on in another browser, on another system or from another place.
        case clientChanged = "client_changed"
        /// The token of a session that had ended was used.
        case endedTokenUsed = "ended_token_used"
        /// Many log-ins to the account have failed.
        case failureBurst = "failure_burst"
    }

    /// How much it matters.
    public enum Severity: Int, Hashable, Sendable, Comparable, CaseIterable {
        /// Worth knowing.
        case info = 1
        /// Worth a look: it needs the owner's attention.
        case warning
        /// Hardly explained by anything harmless.
        case critical

        /// Less matters less.
        public static func < (left: Severity, right: Severity) -> Bool { left.rawValue < right.rawValue }

        /// The word in the API.
        public var word: String {
            switch self {
            case .info: "info"
            case .warning: "warning"
            case .critical: "critical"
            }
        }
    }

    /// The longest ``message``, in UTF-8 bytes.
    public static let messageBytesMax = 256

    /// What was noticed.
    public let code: Code
    /// How much it matters.
    public let severity: Severity
    /// A sentence for the owner, with countries and never with finer places: it is kept for longer than addresses are.
    public let message: String

    /// Creates a signal; the message is cut at ``messageBytesMax``.
    public init(_ code: Code, _ severity: Severity, _ message: String) {
        self.code = code
        self.severity = severity
        self.message = message.prefix(utf8BytesMax: Self.messageBytesMax)
    }
}

extension Collection<RiskSignal> {
    /// The greatest severity; `nil` when there is none.
    public var severity: RiskSignal.Severity? { self.map(\.severity).max() }

    /// Whether one of them needs the owner's attention.
    public var needAttention: Bool { severity.map { $0 >= .warning } ?? false }
}
