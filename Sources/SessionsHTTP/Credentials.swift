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
        var found = Credentials.none
        for var line in headers[values: .cookie] {
            line.withUTF8 { bytes in
                var rest = UnsafeRawBufferPointer(bytes)[...]
                while !rest.isEmpty {
                    let pair = rest.prefix { $0 != UInt8(ascii: ";") }
                    rest = rest.dropFirst(pair.count + 1)
                    guard let value = value(of: name, in: pair) else { continue }
                    if case .none = found { found = .token(value) } else { found = .ambiguous }
                }
            }
        }
        return found
    }

    /// The value of a pair of a name, or `nil` when the pair has another name.
    private static func value(of name: String, in pair: Slice<UnsafeRawBufferPointer>) -> [UInt8]? {
        let start = pair.drop(while: isBlank)
        guard start.starts(with: name.utf8) else { return nil }
        let afterName = start.dropFirst(name.utf8.count).drop(while: isBlank)
        guard afterName.first == UInt8(ascii: "=") else { return nil }
        var value = afterName.dropFirst().drop(while: isBlank)
        while let last = value.last, isBlank(last) { value = value.dropLast() }
        return Array(value)
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
