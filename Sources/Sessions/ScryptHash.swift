import Crypto
import CryptoExtras

/// A password hashed with scrypt (RFC 7914), as passlib writes it: `$scrypt$ln=16,r=8,p=1$salt$hash`.
struct ScryptHash: Sendable {
    /// The largest block size; swift-crypto leaves no room for what larger ones need besides.
    private static let blockSizeMax: UInt64 = 16

    private let rounds: UInt64
    private let blockSize: UInt64
    private let lanes: UInt64
    private let salt: [UInt8]
    private let hash: [UInt8]

    /// The memory that is gone through, in KiB.
    var workKiB: UInt64 { rounds * blockSize * lanes / 8 }

    /// Reads a hash that is split at its dollar signs.
    ///
    /// - Throws: ``PasswordHash/Refusal``.
    init(_ fields: [String]) throws(PasswordHash.Refusal) {
        guard fields.count == 5, let numbers = HashText.numbers(fields[2], named: ["ln", "r", "p"]),
            let salt = HashText.base64(fields[3]), HashScheme.saltBytes.contains(salt.count),
            let hash = HashText.base64(fields[4]), HashScheme.hashBytes.contains(hash.count)
        else { throw .malformed }
        let (logarithm, blockSize, lanes) = (numbers[0], numbers[1], numbers[2])
        guard logarithm >= 1, blockSize >= 1, lanes >= 1 else { throw .malformed }
        guard logarithm <= 20, blockSize <= Self.blockSizeMax, lanes <= HashScheme.lanesMax,
            (blockSize << logarithm) / 8 <= HashScheme.memoryKiBMax,
            (blockSize << logarithm) / 8 * lanes <= HashScheme.workKiBMax
        else { throw .tooCostly }
        rounds = 1 << logarithm
        self.blockSize = blockSize
        self.lanes = lanes
        self.salt = salt
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
        let key = try KDF.Scrypt.deriveKey(
            from: isWhole ? password.bytes : [0],
            salt: salt,
            outputByteCount: hash.count,
            rounds: Int(rounds),
            blockSize: Int(blockSize),
            parallelism: Int(lanes)
        )
        return key.withUnsafeBytes { HashText.isEqual($0, hash) } && isWhole
    }
}
