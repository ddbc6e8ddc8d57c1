import CArgon2

/// A password, hashed with Argon2id (RFC 9106), as a PHC string; or as another system hashed it, until its owner logs in.
public struct PasswordHash: Hashable, Sendable, CustomStringConvertible {
    /// The PHC string, `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`; or a form that ``init(imported:)`` takes.
    ///
    /// It belongs in the store alone.
    public let encoded: String

    /// Wraps a PHC string as it was stored.
    public init(encoded: String) {
        self.encoded = encoded
    }

    /// Always `<redacted>`.
    public var description: String { redacted }

    /// What a hash costs.
    public struct Cost: Hashable, Sendable {
        /// Memory in KiB.
        public let memoryKiB: UInt32
        /// Passes over the memory.
        public let passes: UInt32
        /// Lanes.
        public let lanes: UInt32

        /// Creates a cost.
        public init(memoryKiB: UInt32, passes: UInt32, lanes: UInt32) {
            self.memoryKiB = memoryKiB
            self.passes = passes
            self.lanes = lanes
        }

        /// 19 MiB, two passes, one lane (OWASP Password Storage Cheat Sheet).
        public static let standard = Cost(memoryKiB: 19_456, passes: 2, lanes: 1)

        var prefix: String { "$argon2id$v=19$m=\(memoryKiB),t=\(passes),p=\(lanes)$" }
    }

    /// Why a hash could not be computed: the library's words, such as a lack of memory.
    struct Failure: Error {
        let message: String

        /// A stored hash that is none, or costs more than is ever stored: never a wrong password.
        static let unreadable = Failure(message: "the stored hash cannot be read")
    }

    private static let saltBytes = 16
    private static let hashBytes = 32

    /// Hashes a password with a new salt.
    ///
    /// Takes about 20 ms and the cost's memory: call it from ``PasswordHasher`` only.
    ///
    /// - Throws: When the library fails, for example for lack of memory.
    init(of password: Password, cost: Cost) throws {
        var random = SystemRandomNumberGenerator()
        let salt = (0..<Self.saltBytes).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        var encoded = [CChar](repeating: 0, count: 256)
        let status = argon2id_hash_encoded(
            cost.passes,
            cost.memoryKiB,
            cost.lanes,
            password.bytes,
            password.bytes.count,
            salt,
            salt.count,
            Self.hashBytes,
            &encoded,
            encoded.count
        )
        guard status == ARGON2_OK.rawValue else {
            throw Failure(message: String(cString: argon2_error_message(status)))
        }
        self.encoded = String(decoding: encoded.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Whether a password is the hashed one.
    ///
    /// Costs as much as hashing it.
    ///
    /// - Throws: When the library fails; a wrong password is `false`.
    func matches(_ password: Password) throws -> Bool {
        guard encoded.utf8.starts(with: "$argon2id$".utf8) else {
            guard let scheme = try? HashScheme(encoded) else { throw Failure.unreadable }
            return try scheme.matches(password)
        }
        let status = argon2id_verify(encoded, password.bytes, password.bytes.count)
        switch status {
        case ARGON2_OK.rawValue: return true
        case ARGON2_VERIFY_MISMATCH.rawValue: return false
        default: throw Failure(message: String(cString: argon2_error_message(status)))
        }
    }

    /// Whether it was made with another cost than is asked for now, or in another way.
    func isOutdated(for cost: Cost) -> Bool { !encoded.utf8.starts(with: cost.prefix.utf8) }
}
