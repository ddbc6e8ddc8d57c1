/// What the text forms of password hashes are made of.
enum HashText {
    /// Bytes in base64 (RFC 4648 section 4), with or without padding; `nil` when they are not in its one canonical spelling.
    static func base64(_ text: String) -> [UInt8]? {
        var digits = Array(text.utf8)
        let padded = digits.count
        while digits.last == UInt8(ascii: "="), padded - digits.count < 2 { digits.removeLast() }
        guard digits.count == padded || padded % 4 == 0 else { return nil }
        let foreign = [UInt8(ascii: "-"), UInt8(ascii: "_")]
        guard !digits.contains(where: foreign.contains) else { return nil }
        return Base64URL.decode(
            digits.map { digit in
                switch digit {
                case UInt8(ascii: "+"): foreign[0]
                case UInt8(ascii: "/"): foreign[1]
                default: digit
                }
            }
        )
    }

    /// A number as it is written: digits alone, without zeros before it, at most nine of them.
    static func number(_ text: some StringProtocol) -> UInt64? {
        let digits = Array(text.utf8)
        guard (1...9).contains(digits.count), digits.count == 1 || digits[0] != UInt8(ascii: "0"),
            digits.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains)
        else { return nil }
        return digits.reduce(0) { $0 * 10 + UInt64($1 - UInt8(ascii: "0")) }
    }

    /// The numbers of `m=19456,t=2,p=1`: exactly these names, in this order.
    static func numbers(_ text: String, named names: [String]) -> [UInt64]? {
        let parts = text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard parts.count == names.count else { return nil }
        var numbers: [UInt64] = []
        for (part, name) in zip(parts, names) {
            let prefix = Array("\(name)=".utf8)
            guard part.starts(with: prefix),
                let number = number(String(decoding: part.dropFirst(prefix.count), as: UTF8.self))
            else { return nil }
            numbers.append(number)
        }
        return numbers
    }

    /// Whether two byte strings are the same, in a time that does not tell where they differ.
    static func isEqual(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
        left.count == right.count && zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
