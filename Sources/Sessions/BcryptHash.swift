import CCrypt

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A password hashed with bcrypt: `$2b$12$` and 53 characters of salt and hash.
///
/// `$2x$` is not read: it marks hashes of a faulty implementation.
struct BcryptHash: Sendable {
    /// The most bytes of a password that bcrypt looks at.
    static let passwordBytesMax = 72
    /// Which costs are verified; 14 takes about a second.
    static let costs: ClosedRange<UInt64> = 4...14
    private static let saltCharacters = 22
    private static let hashCharacters = 31
    /// What libcrypt works in (crypt(3)).
    private static let workspaceBytes = MemoryLayout<crypt_data>.size

    /// The logarithm of the number of rounds.
    let cost: UInt64
    private let encoded: String

    /// Reads a hash that is split at its dollar signs.
    ///
    /// - Throws: ``PasswordHash/Refusal``.
    init(_ fields: [String], _ encoded: String) throws(PasswordHash.Refusal) {
        let length = Self.saltCharacters + Self.hashCharacters
        guard fields.count == 4, fields[2].utf8.count == 2, fields[3].utf8.count == length,
            fields[3].utf8.allSatisfy(Self.isCharacter),
            let cost = HashText.number(
                fields[2].utf8.first == UInt8(ascii: "0") ? fields[2].dropFirst() : fields[2][...]
            )
        else { throw .malformed }
        guard cost >= Self.costs.lowerBound else { throw .malformed }
        guard cost <= Self.costs.upperBound else { throw .tooCostly }
        self.cost = cost
        self.encoded = encoded
    }

    /// Whether a password is the hashed one.
    ///
    /// bcrypt itself ignores what comes after 72 bytes, and the C library what comes after a NUL: such a password would be taken
    /// for a shorter one (CVE-2025-22228, CWE-626). Such a password costs the same and never matches; nor does an empty one.
    ///
    /// - Throws: When the library fails.
    func matches(_ password: Password) throws -> Bool {
        let isWhole = (1...Self.passwordBytesMax).contains(password.bytes.count) && !password.bytes.contains(0)
        let phrase = (isWhole ? password.bytes : []).map(CChar.init(bitPattern:)) + [0]
        let workspace = UnsafeMutableRawPointer.allocate(byteCount: Self.workspaceBytes, alignment: 16)
        workspace.initializeMemory(as: UInt8.self, repeating: 0, count: Self.workspaceBytes)
        defer {
            explicit_bzero(workspace, Self.workspaceBytes)
            workspace.deallocate()
        }
        guard let result = crypt_rn(phrase, encoded, workspace, Int32(Self.workspaceBytes)) else {
            throw PasswordHash.Failure(message: "libcrypt cannot compute this hash")
        }
        // The hash alone: of the salt's last character only two bits count, and the library writes the others as it likes.
        let computed = String(cString: result).utf8.suffix(Self.hashCharacters)
        return HashText.isEqual(computed, encoded.utf8.suffix(Self.hashCharacters)) && isWhole
    }

    private static func isCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "/"), 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: false
        }
    }
}
