/// How a stored password hash was made: the schemes that are verified, each with the most that it may cost.
///
/// The limits keep a hash that somebody has made up from taking a machine's memory or a thread for long: about 128 MiB, and a
/// second or two.
enum HashScheme: Sendable {
    case argon2id(PasswordHash.Cost)
    case bcrypt(BcryptHash)
    case scrypt(ScryptHash)
    case pbkdf2(PBKDF2Hash)

    /// The longest hash that is read, in bytes; those of the schemes have 60 to 200.
    static let bytesMax = 512
    /// The most memory that one hash may take, in KiB: 128 MiB, as much as OWASP's strongest scrypt.
    static let memoryKiBMax: UInt64 = 131_072
    /// The most memory that is gone through, in KiB: eight times over the largest.
    static let workKiBMax: UInt64 = 1 << 20
    /// The most threads or lanes.
    static let lanesMax: UInt64 = 16
    /// Lengths of salts and of hashes, in bytes.
    static let saltBytes = 1...128
    static let hashBytes = 16...64

    /// Reads a hash.
    ///
    /// - Throws: ``PasswordHash/Refusal``.
    init(_ encoded: String) throws(PasswordHash.Refusal) {
        guard encoded.utf8.count <= Self.bytesMax else { throw .malformed }
        let fields = encoded.utf8.split(separator: UInt8(ascii: "$"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        switch fields.first {
        case "pbkdf2_sha256": self = .pbkdf2(try PBKDF2Hash(fields))
        case "" where fields.count > 1:
            switch fields[1] {
            case "argon2id": self = .argon2id(try Self.cost(fields))
            case "2a", "2b", "2y": self = .bcrypt(try BcryptHash(fields, encoded))
            case "scrypt": self = .scrypt(try ScryptHash(fields))
            default: throw .unknownScheme
            }
        default: throw .unknownScheme
        }
    }

    /// `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`.
    private static func cost(_ fields: [String]) throws(PasswordHash.Refusal) -> PasswordHash.Cost {
        guard fields.count == 6, fields[2] == "v=19",
            let numbers = HashText.numbers(fields[3], named: ["m", "t", "p"]),
            let salt = HashText.base64(fields[4]), (8...64).contains(salt.count),
            let hash = HashText.base64(fields[5]), hashBytes.contains(hash.count)
        else { throw .malformed }
        let (memory, passes, lanes) = (numbers[0], numbers[1], numbers[2])
        guard passes >= 1, lanes >= 1, memory >= 8 * lanes else { throw .malformed }
        guard memory <= memoryKiBMax, lanes <= lanesMax, memory * passes <= workKiBMax else { throw .tooCostly }
        return PasswordHash.Cost(memoryKiB: UInt32(memory), passes: UInt32(passes), lanes: UInt32(lanes))
    }

    /// Whether a password is the hashed one.
    ///
    /// - Throws: When a library fails; a wrong password is `false`.
    func matches(_ password: Password) throws -> Bool {
        switch self {
        case .argon2id: preconditionFailure("PasswordHash verifies its own scheme itself")
        case .bcrypt(let hash): try hash.matches(password)
        case .scrypt(let hash): try hash.matches(password)
        case .pbkdf2(let hash): try hash.matches(password)
        }
    }

    /// Whether it takes less time than Argon2id of a cost; roughly, by what each takes on one machine.
    func isQuicker(than cost: PasswordHash.Cost) -> Bool {
        let own = UInt64(cost.memoryKiB) * UInt64(cost.passes)
        switch self {
        case .argon2id(let other): return UInt64(other.memoryKiB) * UInt64(other.passes) < own
        // 19 MiB twice take about as long as 2^8 rounds of bcrypt, 12 MiB of scrypt or 50,000 rounds of PBKDF2.
        case .bcrypt(let hash): return 1 << UInt64(hash.cost) * 152 < own
        case .scrypt(let hash): return hash.workKiB * 3 < own
        case .pbkdf2(let hash): return UInt64(hash.rounds) * 3 / 4 < own
        }
    }
}

extension PasswordHash {
    /// Why a hash of another system is not taken.
    public enum Refusal: Error, Hashable, Sendable {
        /// It is none of the schemes that are verified.
        case unknownScheme
        /// It begins like one, and is not.
        case malformed
        /// Verifying it would take too much memory or time.
        case tooCostly

        /// A sentence part for people: what is wrong with the hash.
        public var message: String {
            switch self {
            case .unknownScheme: "is no hash of Argon2id, bcrypt ($2a$, $2b$, $2y$), scrypt or pbkdf2_sha256"
            case .malformed: "is not a whole hash of its scheme"
            case .tooCostly:
                "costs too much to verify (at most 128 MiB of memory, bcrypt cost 14, 4000000 rounds of PBKDF2)"
            }
        }
    }

    /// Takes a hash that another system has made: Argon2id, bcrypt, scrypt as passlib writes it, PBKDF2 as Django does.
    ///
    /// It is verified in its own way, and at the owner's next log-in renewed in ours.
    ///
    /// - Throws: ``Refusal``.
    public init(imported encoded: String) throws(Refusal) {
        _ = try HashScheme(encoded)
        self.init(encoded: encoded)
    }

    /// Whether it takes less time than one of a cost.
    func isQuicker(than cost: Cost) -> Bool {
        // What was made today is not read on each log-in.
        guard isOutdated(for: cost), let scheme = try? HashScheme(encoded) else { return false }
        return scheme.isQuicker(than: cost)
    }
}
