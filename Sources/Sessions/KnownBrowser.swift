import Crypto

/// What a browser keeps in the cookie `known_browser`: 128 random bits.
///
/// It opens nothing. It gives the browser a number of guesses of its own, so that strangers who guess do not lock the owner out.
public struct BrowserSecret: Sendable, CustomStringConvertible, CustomReflectable {
    let bytes: [UInt8]

    /// How long a browser is known, in seconds: 400 days, the longest that browsers keep a cookie.
    public static let lifetimeSeconds: Int64 = 34_560_000

    /// Makes a new secret.
    static func make() -> BrowserSecret {
        var random = SystemRandomNumberGenerator()
        return BrowserSecret(bytes: (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) })
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Reads a cookie's value; `nil` for anything but the canonical base64url of 16 bytes.
    public init?(headerValue: [UInt8]) {
        guard headerValue.count == 22, let bytes = Base64URL.decode(headerValue), bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// The text for a `Set-Cookie` header.
    ///
    /// It belongs nowhere else.
    public var headerValue: String { String(decoding: Base64URL.encode(bytes), as: UTF8.self) }

    /// Always `<redacted>`.
    public var description: String { redacted }
    /// Shows nothing of the secret.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// A browser that has logged in to an account, as the store knows it: a keyed digest of its secret and the account.
public struct KnownBrowser: Hashable, Sendable {
    /// The 32 bytes.
    public let bytes: [UInt8]

    /// How many browsers an account knows; the oldest is forgotten beyond.
    public static let perUserMax = 50

    /// Creates a digest as it was stored; `nil` when there are not 32 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    init(_ secret: BrowserSecret, of user: UserID, key: SymmetricKey) {
        bytes = Array(HMAC<SHA256>.authenticationCode(for: secret.bytes + user.bytes, using: key))
    }
}

/// Recognises browsers, with each of the keys that are in force.
struct BrowserDigests: Sendable {
    private let keys: [SymmetricKey]

    init(keys: SigningKeys) {
        self.keys = keys.all.map { $0.derived(for: .knownBrowsers) }
    }

    /// How a browser is stored from now on.
    func current(_ secret: BrowserSecret, of user: UserID) -> KnownBrowser {
        KnownBrowser(secret, of: user, key: keys[0])
    }

    /// How a browser may be stored.
    func all(_ secret: BrowserSecret, of user: UserID) -> [KnownBrowser] {
        keys.map { KnownBrowser(secret, of: user, key: $0) }
    }
}
