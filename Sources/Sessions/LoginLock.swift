/// The operator's word that nobody logs in to an account, from a network or with a browser until an instant.
///
/// It is looked at when somebody logs in, and never when a session is checked: setting one ends the sessions that match
/// (``SessionAuthority/set(_:)``).
public struct LoginLock: Hashable, Sendable, Identifiable {
    /// Names the lock.
    public let id: LoginLockID
    /// What it denies.
    public let target: Target
    /// When it was set.
    public let setAt: Timestamp
    /// The first instant at which it denies nothing any more.
    public let expiresAt: Timestamp
    /// Why, in the operator's words; at most ``reasonBytesMax``.
    public let reason: String?

    /// How long a lock may last, in seconds: a minute to 30 days.
    ///
    /// What is to last longer is an account to disable, or a firewall's rule.
    public static let lifetimeSeconds: ClosedRange<Int64> = 60...2_592_000
    /// The longest reason, in UTF-8 bytes: it fits into an event's detail.
    public static let reasonBytesMax = AuditEvent.detailBytesMax
    /// How many locks there may be at once: each log-in reads those of networks and browsers.
    public static let countMax = 1_000

    /// Creates a lock as it was, or will be, stored.
    public init(id: LoginLockID, target: Target, setAt: Timestamp, expiresAt: Timestamp, reason: String?) {
        self.id = id
        self.target = target
        self.setAt = setAt
        self.expiresAt = expiresAt
        self.reason = reason.map { $0.prefix(utf8BytesMax: Self.reasonBytesMax) }
    }

    /// What a lock denies.
    public enum Target: Hashable, Sendable {
        /// Log-ins to an account.
        case account(UserID)
        /// Log-ins from a block of addresses.
        case network(AddressBlock)
        /// Log-ins with a browser of a name, such as `Firefox` or `Headless Chrome`.
        case browser(String)
        /// Log-ins with a user agent that has a text in it.
        case userAgent(String)
    }
}

/// Names a ``LoginLock``.
public typealias LoginLockID = Identifier<LoginLock>

extension LoginLock {
    /// Whether it denies what a session is: a log-in that is to open it, or one that did.
    ///
    /// A network counts where the log-in came from, and where the session was used last.
    public func matches(_ session: Session) -> Bool { target.matches(session) }

    /// Whether it denies a log-in.
    ///
    /// - Parameters:
    ///   - user: The account; `nil` when there is none.
    ///   - client: Where the log-in comes from.
    /// - Returns: `false` too when that is not known.
    public func matches(_ user: UserID?, _ client: Client) -> Bool {
        target.matches(user, [client.address], client.userAgent, client.device)
    }
}

extension LoginLock.Target {
    /// The shortest text of a browser, in bytes: a shorter one is a slip that would deny everybody.
    public static let browserBytesMin = 4
    /// The longest text of a browser, in bytes: an event tells it in full.
    public static let browserBytesMax = 48
    /// The widest block of IPv4 addresses, as the length of its prefix: a wider one is a slip.
    public static let ipv4LengthMin = 8
    /// The widest block of IPv6 addresses, as the length of its prefix: a wider one is a slip.
    public static let ipv6LengthMin = 16

    /// Why it is taken for a slip of the hand, as a sentence; `nil` when it is not.
    public var slip: String? {
        switch self {
        case .account: nil
        case .network(let block):
            block.prefixLength < (block.isIPv4 ? Self.ipv4LengthMin : Self.ipv6LengthMin)
                ? "A network that is wider than /\(Self.ipv4LengthMin) (IPv4) or /\(Self.ipv6LengthMin) (IPv6) is not locked."
                : nil
        case .browser(let text), .userAgent(let text):
            (Self.browserBytesMin...Self.browserBytesMax).contains(text.utf8.count)
                ? nil : "The text of a browser has \(Self.browserBytesMin) to \(Self.browserBytesMax) bytes."
        }
    }

    /// The account, when it is one.
    public var user: UserID? { if case .account(let user) = self { user } else { nil } }

    /// What kind it is, in a word.
    package var kind: String {
        switch self {
        case .account: "account"
        case .network: "network"
        case .browser: "browser"
        case .userAgent: "user_agent"
        }
    }

    /// What it is of its kind: an id, a block, a text.
    package var text: String {
        switch self {
        case .account(let user): "\(user)"
        case .network(let block): "\(block)"
        case .browser(let text), .userAgent(let text): text
        }
    }

    /// Reads ``kind`` and ``text``.
    package init?(kind: String, text: String) {
        switch kind {
        case "account":
            guard let user = UserID(text) else { return nil }
            self = .account(user)
        case "network":
            guard let block = AddressBlock(text) else { return nil }
            self = .network(block)
        case "browser": self = .browser(text)
        case "user_agent": self = .userAgent(text)
        default: return nil
        }
    }

    func matches(_ session: Session) -> Bool {
        matches(session.userID, [session.address, session.signInAddress], session.userAgent, session.device)
    }

    fileprivate func matches(_ user: UserID?, _ addresses: [IPAddress?], _ userAgent: String?, _ device: Device) -> Bool
    {
        switch self {
        case .account(let own): own == user
        case .network(let block): addresses.contains { $0.map(block.contains) ?? false }
        case .browser(let name): device.isBrowser(named: name)
        case .userAgent(let text): userAgent?.containsIgnoringASCIICase(text) ?? false
        }
    }
}

extension Device {
    /// Whether the browser goes by a name: its own, or that of the five that it counts as; capital letters do not matter.
    func isBrowser(named name: String) -> Bool {
        let names = [browserName, browser == .unknown ? "" : browser.rawValue]
        return names.contains { !$0.isEmpty && $0.utf8.count == name.utf8.count && $0.containsIgnoringASCIICase(name) }
    }
}
