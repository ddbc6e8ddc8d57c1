import Crypto

/// A code that stands in for the authenticator app, once: 128 random bits.
///
/// An account gets ten of them when its second factor is turned on. They are shown once, and stored as digests.
public struct RecoveryCode: Sendable, CustomStringConvertible, CustomReflectable {
    private let bytes: [UInt8]

    /// How many codes an account gets.
    public static let count = 10

    static let bytesCount = 16
    /// The longest text that is read, in bytes: the 26 characters and a separator after each.
    static let textBytesMax = 52
    private static let groups = [5, 5, 5, 5, 6]

    private init() {
        var random = SystemRandomNumberGenerator()
        bytes = (0..<Self.bytesCount).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }

    /// Makes the ten codes of an account from the system's random numbers.
    public static func makeSet() -> [RecoveryCode] { (0..<count).map { _ in RecoveryCode() } }

    /// Reads a code as people type it.
    ///
    /// Case, hyphens and spaces do not matter, and the letters o, i and l pass for the digits that they look like. `nil` for
    /// anything else.
    public init?(_ text: String) {
        guard text.utf8.count <= Self.textBytesMax else { return nil }
        let typed = text.utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: " ") }.map(Self.canonical)
        guard let bytes = Base32.crockford.decode(typed), bytes.count == Self.bytesCount else { return nil }
        self.bytes = bytes
    }

    /// The code as it is shown: 26 characters in five groups.
    ///
    /// It belongs on the page that shows new codes, alone.
    public var text: String {
        var rest = Base32.crockford.encode(bytes)[...]
        let groups = Self.groups.map { size in
            defer { rest = rest.dropFirst(size) }
            return String(decoding: rest.prefix(size), as: UTF8.self)
        }
        return groups.joined(separator: "-")
    }

    /// What is stored of it.
    public var digest: RecoveryCodeDigest { RecoveryCodeDigest(hash: SHA256.hash(data: bytes)) }

    /// Always `<redacted>`.
    public var description: String { redacted }
    /// Shows nothing of the code.
    public var customMirror: Mirror { Mirror(self, children: []) }

    private static func canonical(_ character: UInt8) -> UInt8 {
        switch character {
        case UInt8(ascii: "o"), UInt8(ascii: "O"): UInt8(ascii: "0")
        case UInt8(ascii: "i"), UInt8(ascii: "I"), UInt8(ascii: "l"), UInt8(ascii: "L"): UInt8(ascii: "1")
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character | 0x20
        default: character
        }
    }
}

/// SHA-256 of a recovery code: enough for 128 random bits, which nobody can try (ASVS 6.5.2).
public struct RecoveryCodeDigest: Hashable, Sendable, CustomStringConvertible {
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
