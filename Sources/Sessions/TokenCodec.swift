import Crypto

/// Signs tokens and takes them apart: JWT (RFC 7519) with HS256 and nothing else (RFC 8725 section 3.1).
package struct TokenCodec: Sendable {
    private let keys: SigningKeys
    package let audience: InstanceID

    package init(keys: SigningKeys, audience: InstanceID) {
        self.keys = keys
        self.audience = audience
    }

    /// Signs claims with the current key.
    package func sign(_ claims: TokenClaims) -> SessionToken {
        var bytes = keys.current.header
        bytes.append(UInt8(ascii: "."))
        bytes.append(contentsOf: Base64URL.encode(claims.json.utf8))
        var hmac = keys.current.primed
        bytes.withUnsafeBytes { hmac.update(data: $0) }
        let code = hmac.finalize().withUnsafeBytes { Base64URL.encode($0) }
        bytes.append(UInt8(ascii: "."))
        bytes.append(contentsOf: code)
        return SessionToken(bytes: bytes)
    }

    /// The code at the end of a token whose signature is right, or `nil`.
    ///
    /// This is all that a token costs which was seen before, or which is not ours: no JSON is read and nothing is looked up. The
    /// header is compared as bytes with the few that we write, so `alg`, `kid`, `crit`, `jku` of a stranger's choice never count.
    package func authenticate(_ token: UnsafeRawBufferPointer) -> TokenCode? {
        let codeLength = 43
        let signedLength = token.count - codeLength - 1
        guard token.count <= SessionToken.bytesMax, signedLength > 0, token[signedLength] == UInt8(ascii: "."),
            let key = keys.all.first(where: {
                starts(token, with: $0.header) && token[$0.header.count] == UInt8(ascii: ".")
            }),
            key.header.count + 1 < signedLength,
            let presented = Base64URL.decode(UnsafeRawBufferPointer(rebasing: token[(signedLength + 1)...]))
        else { return nil }
        var hmac = key.primed
        hmac.update(data: UnsafeRawBufferPointer(rebasing: token[..<signedLength]))
        let expected = hmac.finalize().withUnsafeBytes { TokenCode(bytes: $0) }
        let code = presented.withUnsafeBytes { TokenCode(bytes: $0) }
        return code.isEqualInConstantTime(to: expected) ? code : nil
    }

    /// The claims of a token that ``authenticate(_:)`` has let through; `nil` when they are not such as we write for this audience.
    package func claims(of token: [UInt8]) -> TokenClaims? {
        let parts = token.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let payload = Base64URL.decode(parts[1]), let json = try? JSON(parsing: payload),
            let claims = TokenClaims(json), claims.audience == audience
        else { return nil }
        return claims
    }

    private func starts(_ token: UnsafeRawBufferPointer, with header: [UInt8]) -> Bool {
        token.count > header.count && header.indices.allSatisfy { token[$0] == header[$0] }
    }
}

/// The 256-bit authentication code of a token: what a token that was seen before is recognised by.
package struct TokenCode: Sendable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// - Precondition: 32 bytes; a canonical 43-character code and a SHA-256 digest both have them.
    init(bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count == 32, "an HS256 code has 32 bytes")
        words = (
            bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
        )
    }

    /// All four words are always compared (ASVS 11.2.4).
    func isEqualInConstantTime(to other: TokenCode) -> Bool {
        (words.0 ^ other.words.0) | (words.1 ^ other.words.1) | (words.2 ^ other.words.2) | (words.3 ^ other.words.3)
            == 0
    }

    /// Spreads codes over shards; the code is uniform already.
    var shard: Int { Int(truncatingIfNeeded: words.1) }
}

extension TokenCode: Hashable {
    package static func == (left: TokenCode, right: TokenCode) -> Bool { left.isEqualInConstantTime(to: right) }

    /// One word suffices: nobody without the key can choose it.
    package func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}
