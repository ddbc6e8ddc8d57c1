import Crypto

/// What stands in a mailed link: which one it is, and 256 bits that only the server can have made.
///
/// Whoever has it can use the link. Nothing of it is stored but the id, which is no secret: whoever has a copy of the database cannot
/// make one.
public struct LinkToken: Sendable, CustomStringConvertible, CustomReflectable {
    private static let idBytesCount = 16
    private static let codeBytesCount = 32
    /// The length of the text, in bytes.
    static let textBytesCount = 64
    /// The longest text that is taken for a token at all, in bytes; a longer one is bad input.
    public static let textBytesMax = 128

    let id: NoticeID
    let code: [UInt8]

    init(id: NoticeID, code: [UInt8]) {
        self.id = id
        self.code = code
    }

    /// Reads a token; `nil` for anything but the canonical base64url of 48 bytes.
    public init?(_ text: String) {
        guard text.utf8.count == Self.textBytesCount, let bytes = Base64URL.decode(Array(text.utf8)),
            bytes.count == Self.idBytesCount + Self.codeBytesCount,
            let id = NoticeID(bytes: bytes[..<Self.idBytesCount])
        else { return nil }
        self.init(id: id, code: Array(bytes[Self.idBytesCount...]))
    }

    /// The text for a mail.
    ///
    /// It belongs nowhere else.
    public var text: String { String(decoding: Base64URL.encode(id.bytes + code), as: UTF8.self) }

    /// Always `<redacted>`.
    public var description: String { redacted }
    /// Shows nothing of the token.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Makes the tokens of mailed links, and recognises them.
public struct LinkSigner: Sendable {
    private let keys: [SymmetricKey]

    /// Creates a signer.
    ///
    /// - Parameter keys: The first signs; links that are under way when a secret is replaced stay good.
    public init(keys: SigningKeys) {
        self.keys = keys.all.map { $0.derived(for: .links) }
    }

    /// The token of a link.
    public func token(of id: NoticeID, for purpose: MailedLink.Purpose) -> LinkToken {
        LinkToken(
            id: id,
            code: Array(HMAC<SHA256>.authenticationCode(for: Self.message(id, purpose), using: keys[0]))
        )
    }

    /// Which link a token is of; `nil` when it was not made here, or for something else.
    ///
    /// Compared in constant time (ASVS 11.2.4).
    public func id(of token: LinkToken, for purpose: MailedLink.Purpose) -> NoticeID? {
        let message = Self.message(token.id, purpose)
        let isOurs = keys.contains { key in
            HMAC<SHA256>.isValidAuthenticationCode(token.code, authenticating: message, using: key)
        }
        return isOurs ? token.id : nil
    }

    private static func message(_ id: NoticeID, _ purpose: MailedLink.Purpose) -> [UInt8] {
        Array(purpose.rawValue.utf8) + [0] + id.bytes
    }
}
