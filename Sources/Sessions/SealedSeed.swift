import Crypto

/// A second factor's seed as it is stored: encrypted with AES-256-GCM, for one account.
///
/// A copy of the database opens none of them, and a row that was copied to another account does not open there.
public struct SealedSeed: Hashable, Sendable, CustomStringConvertible {
    /// A version (1 byte), the key's id (8), then nonce (12), ciphertext (20) and tag (16).
    public let bytes: [UInt8]

    /// Why a stored seed cannot be used.
    ///
    /// Both are faults of the machinery: neither says that a code was wrong.
    package enum Failure: Error, Equatable {
        /// The secret that it was sealed with is neither the current nor a previous one.
        case unknownKey
        /// It was changed, or belongs to another account.
        case tampered
    }

    private static let version: UInt8 = 1
    private static let keyIDBytes = 8
    private static let headBytes = 1 + keyIDBytes
    static let bytesCount = headBytes + 12 + TOTPSecret.bytesCount + 16

    /// Creates a sealed seed as it was stored; `nil` for another length or version.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.bytesCount, bytes[0] == Self.version else { return nil }
        self.bytes = bytes
    }

    /// Seals a seed with the current key.
    ///
    /// - Throws: When the library fails.
    package init(_ secret: TOTPSecret, of user: UserID, with keys: SigningKeys) throws {
        let key = keys.current
        let head = [Self.version] + Array(key.id.utf8)
        let box = try AES.GCM.seal(
            secret.bytes,
            using: key.derived(for: .seeds),
            authenticating: Self.context(head, user)
        )
        bytes = head + Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)
    }

    /// Opens the seed with the key that sealed it.
    package func secret(of user: UserID, with keys: SigningKeys) throws(Failure) -> TOTPSecret {
        guard let key = keys.all.first(where: { isSealed(with: $0) }) else { throw .unknownKey }
        let opened: [UInt8]
        do {
            let box = try AES.GCM.SealedBox(combined: bytes.dropFirst(Self.headBytes))
            let context = Self.context(Array(bytes.prefix(Self.headBytes)), user)
            opened = Array(try AES.GCM.open(box, using: key.derived(for: .seeds), authenticating: context))
        } catch {
            throw .tampered
        }
        guard let secret = TOTPSecret(bytes: opened) else { throw .tampered }
        return secret
    }

    /// Whether one of the given keys sealed it.
    func isKnown(to keys: SigningKeys) -> Bool { keys.all.contains { isSealed(with: $0) } }

    /// Whether the current key sealed it; one that a previous key sealed is to be sealed anew while that one is still known.
    package func isCurrent(for keys: SigningKeys) -> Bool { isSealed(with: keys.current) }

    /// Always `<redacted>`.
    public var description: String { redacted }

    private func isSealed(with key: SigningKeys.Key) -> Bool {
        bytes[1..<Self.headBytes].elementsEqual(key.id.utf8)
    }

    /// What the tag covers besides: the head, and whose seed it is.
    private static func context(_ head: [UInt8], _ user: UserID) -> [UInt8] { head + user.bytes }
}
