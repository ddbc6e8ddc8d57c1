/// What a request tells about the software and the place it comes from.
///
/// All of it but the address is the client's own word.
public struct Client: Hashable, Sendable {
    /// The client's address, or `nil` when it is not known (a Unix socket).
    public let address: IPAddress?
    /// The `User-Agent` header, cut at ``userAgentBytesMax``; `nil` when there was none.
    public let userAgent: String?
    /// The low-entropy client hints.
    public let hints: ClientHints

    /// The longest user agent that is kept, in UTF-8 bytes.
    ///
    /// Real ones are below 400; the rest is for in-app browsers.
    public static let userAgentBytesMax = 1_024

    /// Creates a client; the user agent is cut at a character boundary.
    public init(address: IPAddress?, userAgent: String?, hints: ClientHints = .none) {
        self.address = address
        self.userAgent = userAgent.map { $0.prefix(utf8BytesMax: Self.userAgentBytesMax) }
        self.hints = hints
    }

    /// The device that the client presents itself as.
    public var device: Device { Device(userAgent: userAgent, hints: hints) }

    /// A number that changes when the address, user agent or hints do.
    ///
    /// Not stable between processes.
    package var fingerprint: UInt64 {
        var hasher = Hasher()
        hasher.combine(self)
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }

    /// A number that changes when it looks like another browser, another version of it, or another network.
    ///
    /// Not stable between processes.
    static func guise(of device: Device, on address: IPAddress?) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(device)
        hasher.combine(address?.network)
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }
}

extension String {
    /// The longest prefix of whole scalars within a number of UTF-8 bytes.
    package func prefix(utf8BytesMax limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var end = utf8.index(utf8.startIndex, offsetBy: limit)
        while end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
        return String(unicodeScalars[..<end])
    }
}
