import Crypto

extension TokenDigest {
    package init(of token: some Collection<UInt8>) {
        var hash = SHA256()
        hash.update(data: Array(token))
        bytes = Array(hash.finalize())
    }

    /// Compares in constant time.
    package func matches(_ other: TokenDigest) -> Bool { equalInConstantTime(bytes, other.bytes) }
}

/// Compares without telling by its duration where the first difference is (ASVS 11.2.4).
package func equalInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for index in left.indices { difference |= left[index] ^ right[index] }
    return difference == 0
}
