import Crypto

/// What a browser brings along when the password was right and the second factor is still to come: 256 random bits.
///
/// It is never a session: it opens nothing but the second step of this one log-in.
public struct ChallengeToken: Sendable, CustomStringConvertible, CustomReflectable {
    private let bytes: [UInt8]

    static let bytesCount = 32
    /// The longest text that is read, in bytes.
    public static let textBytesMax = 43

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Makes a new token from the system's random numbers.
    static func make() -> ChallengeToken {
        var random = SystemRandomNumberGenerator()
        return ChallengeToken(bytes: (0..<bytesCount).map { _ in UInt8.random(in: .min ... .max, using: &random) })
    }

    /// Reads a token; `nil` for anything but the canonical base64url of 32 bytes.
    public init?(_ text: String) {
        guard text.utf8.count == Self.textBytesMax, let bytes = Base64URL.decode(Array(text.utf8)),
            bytes.count == Self.bytesCount
        else { return nil }
        self.bytes = bytes
    }

    /// The text for the answer to the first step.
    ///
    /// It belongs there and in the form of the second step alone, never in an address.
    public var text: String { String(decoding: Base64URL.encode(bytes), as: UTF8.self) }

    /// What is stored of it.
    public var digest: ChallengeDigest { ChallengeDigest(hash: SHA256.hash(data: bytes)) }

    /// Always `<redacted>`.
    public var description: String { redacted }
    /// Shows nothing of the token.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// SHA-256 of a challenge's token: it recognises the token and cannot be turned into it.
public struct ChallengeDigest: Hashable, Sendable, CustomStringConvertible {
    /// The 32 bytes.
    public let bytes: [UInt8]

    /// Creates a digest as it was stored; `nil` when there are not 32 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    fileprivate init(hash: SHA256.Digest) {
        bytes = Array(hash)
    }

    /// Always `<redacted>`.
    public var description: String { redacted }
}

/// A log-in whose password was right, and which waits for the second factor.
public struct LoginChallenge: Hashable, Sendable {
    /// Names it.
    public let digest: ChallengeDigest
    /// Whose log-in.
    public let userID: UserID
    /// The credentials that were verified: when they change, the challenge is dead.
    public let credentialVersion: Int64
    /// The account's epoch at that moment: when all sessions are ended, the challenge is dead too.
    public let epoch: Int64
    /// Whether the session shall live 30 days.
    public let isRemembered: Bool
    /// The browser that the password was typed in, when the account knows it.
    public let browser: KnownBrowser?
    /// Whether log-ins have failed before this one.
    public let followsFailures: Bool
    /// When it is too late.
    public let expiresAt: Timestamp

    /// How long a challenge lives, in seconds.
    public static let lifetimeSeconds: Int64 = 300

    /// Creates a challenge as it was, or will be, stored.
    public init(
        digest: ChallengeDigest,
        userID: UserID,
        credentialVersion: Int64,
        epoch: Int64,
        isRemembered: Bool,
        browser: KnownBrowser?,
        followsFailures: Bool,
        expiresAt: Timestamp
    ) {
        self.digest = digest
        self.userID = userID
        self.credentialVersion = credentialVersion
        self.epoch = epoch
        self.isRemembered = isRemembered
        self.browser = browser
        self.followsFailures = followsFailures
        self.expiresAt = expiresAt
    }
}
