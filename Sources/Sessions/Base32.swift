/// Base32 (RFC 4648 section 6) without padding, in one of two alphabets.
struct Base32: Sendable {
    private let alphabet: [UInt8]

    /// What authenticator apps read: upper-case letters and the digits 2 to 7.
    static let standard = Base32(alphabet: Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8))
    /// Douglas Crockford's, lower-case: without the letters that look like digits, and without `u`.
    static let crockford = Base32(alphabet: Array("0123456789abcdefghjkmnpqrstvwxyz".utf8))

    func encode(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        var window: UInt32 = 0
        var bits: UInt32 = 0
        for byte in bytes {
            window = window << 8 | UInt32(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                output.append(alphabet[Int(window >> bits & 31)])
            }
        }
        if bits > 0 { output.append(alphabet[Int(window << (5 - bits) & 31)]) }
        return output
    }

    /// Decodes the canonical spelling only: unused bits at the end must be zero, so that one value has one spelling.
    func decode(_ text: [UInt8]) -> [UInt8]? {
        guard ![1, 3, 6].contains(text.count % 8) else { return nil }
        var output: [UInt8] = []
        var window: UInt32 = 0
        var bits: UInt32 = 0
        for character in text {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            window = window << 5 | UInt32(value)
            bits += 5
            if bits >= 8 {
                bits -= 8
                output.append(UInt8(truncatingIfNeeded: window >> bits))
            }
        }
        guard window & ((1 << bits) - 1) == 0 else { return nil }
        return output
    }
}
