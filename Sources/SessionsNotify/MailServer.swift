import Sessions

/// Where mail is handed in: `smtp://user:password@host:port` or `smtps://...`.
public struct MailServer: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    /// How the connection is protected; certificates are verified in every case.
    package enum Protection: Hashable, Sendable {
        /// TLS from the first byte.
        case always
        /// STARTTLS, or nothing is sent.
        case required
        /// STARTTLS where it is offered: the way leads through this machine alone.
        case offered
    }

    package let protection: Protection
    /// Scheme, host and port.
    package let origin: String
    package let user: String?
    package let password: String?

    /// Reads a URL; `nil` for one with a path, query or fragment, a malformed host, or a password without a user.
    public init?(_ text: String) {
        guard text.utf8.count <= 1_024, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        let isSecure = text.hasPrefix("smtps://")
        guard isSecure || text.hasPrefix("smtp://") else { return nil }
        var rest = text.dropFirst(isSecure ? 8 : 7)
        if rest.last == "/" { rest.removeLast() }
        guard !rest.contains(where: { "/?#".contains($0) }) else { return nil }
        var credentials: (user: String, password: String)?
        if let at = rest.lastIndex(of: "@") {
            let parts = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let user = Self.decoded(parts[0]), !user.isEmpty,
                let password = Self.decoded(parts[1])
            else { return nil }
            credentials = (user, password)
            rest = rest[rest.index(after: at)...]
        }
        guard let host = Self.host(of: rest) else { return nil }
        origin = "\(isSecure ? "smtps" : "smtp")://\(rest)"
        user = credentials?.user
        password = credentials?.password
        protection = isSecure ? .always : Self.isLoopback(host) ? .offered : .required
    }

    /// The URL without its password.
    public var description: String {
        guard user != nil else { return origin }
        return origin.replacing("://", with: "://<redacted>@", maxReplacements: 1)
    }

    /// Shows nothing of the password.
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// The name or address before the port, if both are well-formed.
    private static func host(of authority: Substring) -> String? {
        var name = authority
        var port: Substring?
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            name = authority[authority.index(after: authority.startIndex)..<end]
            let after = authority[authority.index(after: end)...]
            guard after.isEmpty || after.first == ":" else { return nil }
            port = after.isEmpty ? nil : after.dropFirst()
            guard IPAddress(String(name))?.isIPv4 == false else { return nil }
        } else if let colon = authority.firstIndex(of: ":") {
            name = authority[..<colon]
            port = authority[authority.index(after: colon)...]
        }
        if let port {
            guard (1...5).contains(port.utf8.count), let number = Int(port), (1...65_535).contains(number) else {
                return nil
            }
        }
        // A host is what may stand in an e-mail address, or an address.
        let host = String(name)
        return IPAddress(host) != nil || EmailAddress("x@\(host)") != nil ? host.lowercased() : nil
    }

    private static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" { return true }
        return IPAddress(host).map { address in AddressReach.loopback.contains { $0.contains(address) } } ?? false
    }

    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard digits.utf8.count == 2, let value = UInt8(digits, radix: 16), value >= 0x20 else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
