import Sessions

/// A URL that is told of events: https, to a host and path, without user or fragment.
public struct Webhook: Hashable, Sendable {
    /// As it was given.
    public let url: String
    /// Its host in lower case, without brackets.
    public let host: String

    /// Reads a URL; `nil` for one that is not such a URL, or longer than ``/Sessions/Notice/webhookBytesMax``.
    public init?(_ text: String) {
        guard text.utf8.count <= Notice.webhookBytesMax, text.hasPrefix("https://"),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), !text.contains(where: { "#\"<>\\^`{|}".contains($0) })
        else { return nil }
        let authority = text.dropFirst("https://".count).prefix { $0 != "/" && $0 != "?" }
        var name = authority
        if let colon = authority.lastIndex(of: ":"), authority.last != "]" {
            guard let port = Int(authority[authority.index(after: colon)...]), (1...65_535).contains(port) else {
                return nil
            }
            name = authority[..<colon]
        }
        if name.first == "[", name.last == "]" {
            name = name.dropFirst().dropLast()
            guard IPAddress(String(name))?.isIPv4 == false else { return nil }
        }
        guard let host = Self.host(String(name)) else { return nil }
        self.host = host
        url = text
    }

    /// A host's name in lower case, or an address; `nil` for anything else.
    public static func host(_ text: String) -> String? {
        // What may stand after the @ of an e-mail address is a name.
        IPAddress(text) != nil || EmailAddress("x@\(text)") != nil ? text.lowercased() : nil
    }
}
