import Crypto
import CryptoExtras

/// A password hashed with PBKDF2 (RFC 8018) over HMAC-SHA-256, as Django writes it: `pbkdf2_sha256$870000$salt$hash`.
struct PBKDF2Hash: Sendable {
    /// How many rounds are verified: Django began with 10,000, and has passed a million.
    private static let roundsRange: ClosedRange<UInt64> = 1_000...4_000_000
    private static let hashBytes = 32

    /// How often HMAC is applied.
    let rounds: UInt64
    private let salt: [UInt8]
    private let hash: [UInt8]

    /// Reads a hash that is split at its dollar signs.
    ///
    /// - Throws: ``PasswordHash/Refusal``.
    init(_ fields: [String]) throws(PasswordHash.Refusal) {
        guard fields.count == 4, let rounds = HashText.number(fields[1]),
            HashScheme.saltBytes.contains(fields[2].utf8.count),
            fields[2].utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            let hash = HashText.base64(fields[3]), hash.count == Self.hashBytes
        else { throw .malformed }
        guard rounds >= Self.roundsRange.lowerBound else { throw .malformed }
        guard rounds <= Self.roundsRange.upperBound else { throw .tooCostly }
        self.rounds = rounds
        // The salt is its text.
        salt = Array(fields[2].utf8)
        self.hash = hash
    }

    /// Whether a password is the hashed one.
    ///
    /// HMAC fills its key up with NULs, so that one at the end would count for nothing (RFC 2104). A password with one costs the same
    /// and never matches; nor does an empty one, which the library cannot take.
    ///
    /// - Throws: When the library fails.
    func matches(_ password: Password) throws -> Bool {
        let isWhole = password.bytes.last.map { $0 != 0 } ?? false
        let key = try KDF.Insecure.PBKDF2.deriveKey(
            from: isWhole ? password.bytes : [0],
            salt: salt,
            using: .sha256,
            outputByteCount: hash.count,
            unsafeUncheckedRounds: Int(rounds)
        )
        return key.withUnsafeBytes { HashText.isEqual($0, hash) } && isWhole
    }
}
