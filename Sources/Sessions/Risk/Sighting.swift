/// Where and by what an account was used at an instant: a log-in, a session that went on elsewhere, or the use of an ended one.
///
/// The history that signals are judged by. Each is written after it was judged, with its ``AuditEvent``.
public struct Sighting: Hashable, Sendable, Identifiable {
    /// What the owner has said of it.
    public enum Verdict: String, Hashable, Sendable {
        /// "This was me": it counts as usual from now on.
        case confirmed
        /// "This wasn't me": it never does.
        case reported
    }

    /// How many an account keeps; the oldest go first.
    public static let perUserMax = 100

    /// The event's id; of a session that only went on in another network there is no event.
    public let id: AuditEventID
    /// Whose account.
    public let userID: UserID
    /// Which session.
    public let sessionID: SessionID
    /// When.
    public let at: Timestamp
    /// The network of the client's address (``IPAddress/network``); `nil` when there was none that says where it is.
    public let network: IPAddress?
    /// Roughly where it was.
    public let location: Location?
    /// What the client said it is.
    public let device: Device
    /// Whether the browser has shown that it has logged in to the account before; whoever has a session has.
    public let isBrowserKnown: Bool
    /// What was not as usual.
    public var signals: [RiskSignal]
    /// What the owner has said of it; `nil` for nothing yet.
    public var verdict: Verdict?

    /// Creates a sighting as it was, or will be, stored.
    public init(
        id: AuditEventID,
        userID: UserID,
        sessionID: SessionID,
        at: Timestamp,
        network: IPAddress?,
        location: Location?,
        device: Device,
        isBrowserKnown: Bool,
        signals: [RiskSignal] = [],
        verdict: Verdict? = nil
    ) {
        self.id = id
        self.userID = userID
        self.sessionID = sessionID
        self.at = at
        self.network = network
        self.location = location
        self.device = device
        self.isBrowserKnown = isBrowserKnown
        self.signals = signals
        self.verdict = verdict
    }

    /// The country alone: what is kept when addresses are shortened.
    public var shortened: Sighting {
        Sighting(
            id: id,
            userID: userID,
            sessionID: sessionID,
            at: at,
            network: network,
            location: location?.shortened,
            device: device,
            isBrowserKnown: isBrowserKnown,
            signals: signals,
            verdict: verdict
        )
    }

    /// How long something that needs attention has to go unreported to count as usual, in seconds: 7 days.
    ///
    /// Whoever moves to another country and says nothing is not warned for ever.
    static let settledAfterSeconds: Int64 = 604_800

    /// Whether it may be compared with as something that the owner did.
    func isUsual(at now: Timestamp) -> Bool {
        switch verdict {
        case .confirmed?: true
        case .reported?: false
        case nil: !signals.needAttention || now >= at.adding(seconds: Self.settledAfterSeconds)
        }
    }

    /// Whether the owner should look at it.
    public var needsAttention: Bool { verdict == nil && signals.needAttention }

    /// Whether it looks like the same browser on the same kind of machine; versions may differ.
    func isSameSoftware(as other: Sighting) -> Bool { device.isSameSoftware(as: other.device) }

    /// Whether it was on the same network.
    ///
    /// - Returns: `nil` when that cannot be said.
    func isSameNetwork(as other: Sighting) -> Bool? {
        guard let network, let others = other.network else { return nil }
        return network == others
    }

    /// Whether it was by the same provider: by the network's owner where that is known, else by its first bits.
    ///
    /// - Returns: `nil` when that cannot be said.
    func isSameProvider(as other: Sighting) -> Bool? {
        if let own = location?.network, let owner = other.location?.network, own == owner,
            location?.countryCode == other.location?.countryCode
        {
            return true
        }
        guard let network, let others = other.network else { return nil }
        return network.isNeighbour(of: others)
    }

    /// Whether it was in the same area.
    ///
    /// - Returns: `nil` when that cannot be said.
    func isSamePlace(as other: Sighting) -> Bool? {
        guard let location, let others = other.location else { return nil }
        return location.isNear(others)
    }
}

extension Device {
    /// The operating system without its version.
    var platform: Substring { os.prefix { $0 != " " } }

    /// Whether it looks like the same browser on the same kind of machine; versions may differ.
    func isSameSoftware(as other: Device) -> Bool {
        kind == other.kind && browser == other.browser && browserName == other.browserName && platform == other.platform
    }

    /// "Firefox on Windows", as far as known.
    var phrase: String {
        let name = browserName.isEmpty ? browser.rawValue : browserName
        let known = name == "Unknown" ? "An unknown browser" : name
        return os.isEmpty ? known : "\(known) on \(os)"
    }

    /// The number before the first dot of the browser's version.
    var majorVersion: Int? { Int(browserVersion.prefix { $0 != "." }) }
}

extension IPAddress {
    /// Whether the two are likely to be of one provider's pool: the same 16 bits of IPv4, the same 32 of IPv6.
    ///
    /// What a home or a carrier hands out moves within such a block (RFC 6177, and the allocations of the registries).
    func isNeighbour(of other: IPAddress) -> Bool {
        guard isIPv4 == other.isIPv4 else { return false }
        return isIPv4 ? low >> 16 == other.low >> 16 : high >> 32 == other.high >> 32
    }
}
