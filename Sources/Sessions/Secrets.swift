/// A password as it was typed, byte for byte: never trimmed, folded or cut (ASVS 6.2.8).
public struct Password: Sendable, CustomStringConvertible, CustomReflectable {
    package let bytes: [UInt8]

    /// The longest password that is read, in UTF-8 bytes; more is refused before it is hashed (CVE-2013-1443).
    public static let bytesMax = 1_024

    /// Wraps a password.
    public init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// Always `<redacted>`.
    public var description: String { redacted }
    /// Shows nothing of the password.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// A signed token, as it travels in the cookie.
///
/// Whoever has it has the session.
public struct SessionToken: Sendable, CustomStringConvertible, CustomReflectable {
    package let bytes: [UInt8]

    /// The longest token that is looked at, in bytes.
    ///
    /// Ours are below 700 (ASVS 3.3.5).
    public static let bytesMax = 1_024

    package init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The text for a `Set-Cookie` or `Authorization` header.
    ///
    /// It belongs nowhere else.
    public var headerValue: String { String(decoding: bytes, as: UTF8.self) }

    /// Always `<redacted>`.
    public var description: String { redacted }
    /// Shows nothing of the token.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// SHA-256 of a token: it recognises the token and cannot be turned into it.
public struct TokenDigest: Hashable, Sendable, CustomStringConvertible {
    /// The 32 bytes.
    public let bytes: [UInt8]

    /// Creates a digest as it was stored; `nil` when there are not 32 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// Always `<redacted>`.
    public var description: String { redacted }
}

let redacted = "<redacted>"
