import Sessions

/// A `Host` header: a name or address, and perhaps a port (RFC 9110 section 7.2).
struct Host: Hashable, Sendable {
    /// Lower-case; an IPv6 address in brackets.
    let name: String
    let port: Int?

    /// Reads a header's value; `nil` when it is not syntactically valid.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard (1...255).contains(bytes.count) else { return nil }
        var name = bytes[...]
        var port: Int?
        let end = bytes.first == UInt8(ascii: "[") ? bytes.firstIndex(of: UInt8(ascii: "]")).map { $0 + 1 } : nil
        if let colon = bytes[(end ?? 0)...].firstIndex(of: UInt8(ascii: ":")) {
            guard let number = Self.port(bytes[(colon + 1)...]) else { return nil }
            port = number
            name = bytes[..<colon]
        }
        if let end {
            guard name.count == end, IPAddress(String(decoding: name.dropFirst().dropLast(), as: UTF8.self)) != nil
            else { return nil }
        } else {
            guard !name.isEmpty, name.allSatisfy(Self.isNameCharacter) else { return nil }
        }
        self.name = String(decoding: name.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }, as: UTF8.self)
        self.port = port
    }

    /// Whether it names a machine by number, or this one: a foreign name cannot be made to mean that (DNS rebinding).
    var isNumericOrLocal: Bool {
        if name == "localhost" || name.hasPrefix("[") { return true }
        return IPAddress(name) != nil
    }

    func authority(defaultPort: Int) -> String {
        port.map { $0 == defaultPort ? name : "\(name):\($0)" } ?? name
    }

    /// Reads a port's digits.
    static func port(_ digits: ArraySlice<UInt8>) -> Int? {
        guard (1...5).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        let number = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        return (1...65_535).contains(number) ? number : nil
    }

    private static func isNameCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
        default: false
        }
    }
}

extension HTTPSettings {
    /// Whether requests for a host are ours to answer.
    func accepts(_ host: Host) -> Bool {
        if let publicURL { return host.authority(defaultPort: publicURL.defaultPort) == publicURL.authority }
        return host.isNumericOrLocal || host.name == self.host
    }

    /// The own origin, as a browser writes it in `Origin`.
    func origin(for host: Host) -> String {
        publicURL?.description ?? "http://\(host.authority(defaultPort: 80))"
    }
}

extension PublicURL {
    fileprivate var defaultPort: Int { scheme == "https" ? 443 : 80 }
}
