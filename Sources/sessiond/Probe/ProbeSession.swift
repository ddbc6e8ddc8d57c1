import Sessions

/// The account that a probe logs in with.
struct ProbeAccount: Sendable {
    /// An e-mail address or user name.
    let identifier: String
    let password: Password
}

/// A session that a probe has opened.
struct ProbeSession: Sendable {
    let id: SessionID
    let token: SessionToken
    /// As the server has named it.
    let cookieName: String

    /// The value of a `Cookie` header, which belongs nowhere else.
    var cookie: String { "\(cookieName)=\(token.headerValue)" }
}

/// What came of a log-in.
enum ProbeLogIn: Sendable {
    case opened(ProbeSession)
    /// Nothing is to be learned from trying again: the sentence says why.
    case impossible(String)
    /// A status that this server never gives for a reason of its own, such as a proxy's.
    case strange(status: Int)
    case throttled(seconds: Int64)
    /// Whether a session was opened may be unknown.
    case unavailable(why: String, mayBeOpen: Bool)
}

/// A cookie that an answer sets.
struct ProbeCookie: CustomStringConvertible, CustomReflectable {
    let name: String
    let value: String

    /// What the server calls the cookie that a browser is recognised by.
    static let knownBrowserName = "known_browser"

    /// Reads a `Set-Cookie` header; `nil` when it takes a cookie away, or is none.
    init?(_ header: String) {
        let pair = header.prefix { $0 != ";" }
        guard let equals = pair.firstIndex(of: "=") else { return nil }
        name = String(pair[..<equals])
        value = String(pair[pair.index(after: equals)...])
        if name.isEmpty || value.isEmpty { return nil }
    }

    /// Whether it has the form of a token: three parts between two points.
    var isToken: Bool {
        value.utf8.count <= SessionToken.bytesMax && value.utf8.count(where: { $0 == UInt8(ascii: ".") }) == 2
    }

    var description: String { "<redacted>" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
