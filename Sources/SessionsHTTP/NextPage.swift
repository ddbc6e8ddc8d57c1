import Sessions

/// Where a log-in leads to: a path on the own host or, with a cookie that others share, an https page on their domain.
enum NextPage: Hashable {
    case path(String)
    /// A page of another host of `COOKIE_DOMAIN`.
    case url(String)

    /// The longest address that is kept.
    static let bytesMax = 1_024

    /// Reads what was asked for; anything else is dropped (ASVS 3.7.2).
    init?(_ text: String?, cookieDomain: String?) {
        guard let text, (1...Self.bytesMax).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            !text.utf8.contains(UInt8(ascii: "\\"))
        else { return nil }
        if text.hasPrefix("/") {
            // `//host` and, to browsers, `/\host` are other hosts.
            guard !text.hasPrefix("//") else { return nil }
            self = .path(text)
        } else if let cookieDomain, text.hasPrefix("https://") {
            let authority = text.dropFirst("https://".count).prefix { !"/?#".contains($0) }
            guard let host = Host(String(authority)),
                host.name == cookieDomain || host.name.hasSuffix("." + cookieDomain)
            else {
                return nil
            }
            self = .url(text)
        } else {
            return nil
        }
    }

    var text: String {
        switch self {
        case .path(let text), .url(let text): text
        }
    }
}
