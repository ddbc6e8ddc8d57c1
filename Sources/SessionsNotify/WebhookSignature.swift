import Crypto
package import Sessions

/// Shows a webhook who has sent something, and when.
public struct WebhookSignature: Sendable, CustomStringConvertible, CustomReflectable {
    /// The shortest secret, in characters.
    public static let secretCharactersMin = 32

    private let key: SymmetricKey

    /// Creates a signature; `nil` for a secret that is too short.
    public init?(secret: String) {
        guard secret.unicodeScalars.count >= Self.secretCharactersMin else { return nil }
        key = SymmetricKey(data: Array(secret.utf8))
    }

    /// Always `<redacted>`.
    public var description: String { "<redacted>" }
    /// Shows nothing of the secret.
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// The headers of a request.
    ///
    /// - Parameters:
    ///   - body: What is sent.
    ///   - now: When: whoever repeats a request later can be told by it.
    /// - Returns: `X-Timestamp`, and `X-Signature` over timestamp, dot and body.
    package func headers(of body: [UInt8], at now: Timestamp) -> [String] {
        var code = HMAC<SHA256>(key: key)
        code.update(data: Array("\(now.seconds).".utf8))
        code.update(data: body)
        let hexadecimal = code.finalize().map { QuotedPrintable.hexadecimal($0).lowercased() }.joined()
        return ["X-Timestamp: \(now.seconds)", "X-Signature: sha256=\(hexadecimal)"]
    }
}
