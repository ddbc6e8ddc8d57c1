import HTTPTypes

/// The token that a request carries.
enum Credentials {
    case none
    case token([UInt8])
    /// Two cookies of the name, or a cookie and a different Bearer token: choosing one would be choosing the attacker's (cookie
    /// tossing).
    case ambiguous

    /// Reads the session cookie, and the Bearer token where there is one.
    init(_ headers: HTTPFields, cookieName: String) {
        self = Self.cookie(headers, name: cookieName)
        guard case let bearers = headers[values: .authorization].compactMap(Self.bearer), !bearers.isEmpty else {
            return
        }
        switch self {
        case .none: self = bearers.count == 1 ? .token(bearers[0]) : .ambiguous
        case .token(let cookie): if bearers != [cookie] { self = .ambiguous }
        case .ambiguous: break
        }
    }

    /// The session cookie alone.
    ///
    /// Read from the raw bytes: only SP and HTAB are trimmed and the name is compared byte for byte. A parser that trims Unicode
    /// spaces takes a cookie that browsers let anybody set for one with the `__Host-` prefix.
    static func cookie(_ headers: HTTPFields, name: String) -> Credentials {
        var found: [UInt8]?
        for line in headers[values: .cookie] {
            var rest = line.utf8[...]
            while !rest.isEmpty {
                let pair = rest.prefix { $0 != UInt8(ascii: ";") }
                rest = rest.dropFirst(pair.count + 1)
                let start = pair.drop(while: isBlank)
                guard start.starts(with: name.utf8) else { continue }
                let afterName = start.dropFirst(name.utf8.count).drop(while: isBlank)
                guard afterName.first == UInt8(ascii: "=") else { continue }
                guard found == nil else { return .ambiguous }
                var value = Array(afterName.dropFirst().drop(while: isBlank))
                while let last = value.last, isBlank(last) { value.removeLast() }
                found = value
            }
        }
        return found.map(Credentials.token) ?? .none
    }

    /// Whether the request is authenticated by Bearer alone: no browser adds that header by itself.
    static func isBearerAlone(_ headers: HTTPFields, cookieName: String) -> Bool {
        guard case .none = cookie(headers, name: cookieName) else { return false }
        return headers[values: .authorization].contains { bearer($0) != nil }
    }

    /// RFC 6750 section 2.1; the scheme's case does not matter.
    private static func bearer(_ value: String) -> [UInt8]? {
        let bytes = Array(value.utf8)
        let scheme = Array("bearer ".utf8)
        guard bytes.count > scheme.count,
            zip(bytes, scheme).allSatisfy({ $0 == $1 || ((0x41...0x5A).contains($0) && $0 + 0x20 == $1) })
        else { return nil }
        return Array(bytes[scheme.count...].drop(while: isBlank))
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
