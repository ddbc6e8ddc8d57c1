package import Crypto

/// The keys that sign and verify tokens: one that signs, and older ones that only verify while a secret is rotated.
public struct SigningKeys: Sendable {
    /// Why a secret is refused.
    ///
    /// The text never holds the secret.
    public struct WeakSecret: Error, CustomStringConvertible {
        /// A sentence for the operator.
        public let description: String
    }

    /// The shortest secret, in characters and in bytes (RFC 7518 section 3.2; decision C8).
    public static let secretLengthMin = 32
    /// The fewest different characters of a secret that was made at random.
    static let distinctCharactersMin = 8

    package let current: Key
    package let all: [Key]

    /// Creates keys from secrets.
    ///
    /// - Parameters:
    ///   - secret: Signs and verifies. At least 32 characters.
    ///   - previous: Only verify.
    /// - Throws: ``WeakSecret`` for one that is too short or obviously not random.
    public init(secret: String, previous: [String] = []) throws(WeakSecret) {
        var keys: [Key] = []
        for secret in [secret] + previous {
            guard secret.unicodeScalars.count >= Self.secretLengthMin else {
                throw WeakSecret(description: "must have at least \(Self.secretLengthMin) characters")
            }
            guard Set(secret.unicodeScalars).count >= Self.distinctCharactersMin else {
                throw WeakSecret(
                    description: "repeats too few characters to be random; make one with: openssl rand -base64 48"
                )
            }
            keys.append(Key(secret: Array(secret.utf8)))
        }
        current = keys[0]
        all = keys
    }
}

extension SigningKeys: CustomStringConvertible, CustomReflectable {
    /// Always `<redacted>`.
    public var description: String { redacted }
    /// Shows nothing of the keys.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension SigningKeys {
    /// What else needs a key.
    ///
    /// The raw values are HKDF's `info` (RFC 5869): each gives a key of its own, and none may change while something is stored
    /// that was made with it.
    package enum Purpose: String, Sendable, CaseIterable {
        /// Encrypts the seeds of second factors.
        case seeds = "sessiond seeds 1"
        /// Stands for what was typed, where guesses are counted.
        case attempts = "sessiond attempts 1"
        /// Recognises a browser that an account was used in.
        case knownBrowsers = "sessiond known browsers 1"
        /// Signs the links in mails.
        case links = "sessiond links 1"
    }

    /// One key with all that can be computed before a token comes.
    package struct Key: Sendable {
        /// HMAC with the key already absorbed: copying it halves the cost of a check.
        package let primed: HMAC<SHA256>
        /// The encoded header of every token that this key signs.
        ///
        /// A token with any other header is not ours (RFC 8725 section 3.1).
        package let header: [UInt8]
        /// Names the key in the header without telling anything of it.
        package let id: String
        private let derivation: HMAC<SHA256>.MAC

        init(secret: [UInt8]) {
            let key = SymmetricKey(data: secret)
            primed = HMAC<SHA256>(key: key)
            derivation = HKDF<SHA256>.extract(inputKeyMaterial: key, salt: [UInt8]())
            let mark = HMAC<SHA256>.authenticationCode(for: Array("sessiond key id".utf8), using: key)
            id = String(decoding: Base64URL.encode(Array(mark).prefix(6)), as: UTF8.self)
            header = Base64URL.encode("{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"\(id)\"}".utf8)
        }
    }
}

extension SigningKeys.Key {
    /// A 256-bit key for one purpose; it tells nothing of the secret or of the keys for other purposes.
    package func derived(for purpose: SigningKeys.Purpose) -> SymmetricKey {
        HKDF<SHA256>.expand(pseudoRandomKey: derivation, info: Array(purpose.rawValue.utf8), outputByteCount: 32)
    }

    /// HMAC-SHA-256 with the key for a purpose: what is stored of something that must be recognised, but not guessed from a copy
    /// of the database.
    package func digest(of message: [UInt8], for purpose: SigningKeys.Purpose) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: message, using: derived(for: purpose)))
    }
}
