/// Quoted-printable (RFC 2045 section 6.7): text that any mail server passes on as it is.
enum QuotedPrintable {
    /// The longest line, without its end.
    private static let lineBytesMax = 76

    /// Encodes lines of text.
    ///
    /// - Parameter text: Its lines end in a line feed.
    /// - Returns: ASCII; its lines end in CR LF, none of them longer than 76, and none begins with a dot.
    static func encode(_ text: String) -> String {
        text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { line in encode(line: Array(line)) }
            .joined(separator: "\r\n")
    }

    private static func encode(line bytes: [UInt8]) -> String {
        var lines: [String] = []
        var line = ""
        for (index, byte) in bytes.enumerated() {
            let isLast = index == bytes.count - 1
            let encoded = encode(byte, isFirst: line.isEmpty, isLast: isLast)
            // One place is left for the `=` of a line that goes on.
            if line.utf8.count + encoded.utf8.count > lineBytesMax - (isLast ? 0 : 1) {
                lines.append(line + "=")
                line = encode(byte, isFirst: true, isLast: isLast)
            } else {
                line += encoded
            }
        }
        lines.append(line)
        return lines.joined(separator: "\r\n")
    }

    private static func encode(_ byte: UInt8, isFirst: Bool, isLast: Bool) -> String {
        switch byte {
        // A line of one dot ends a mail, and some servers change one that begins with "From ".
        case UInt8(ascii: ".") where isFirst, UInt8(ascii: "F") where isFirst: "=\(hexadecimal(byte))"
        case 0x20 where isLast: "=20"
        case UInt8(ascii: "="): "=3D"
        case 0x20...0x7E: String(UnicodeScalar(byte))
        default: "=\(hexadecimal(byte))"
        }
    }

    static func hexadecimal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.utf8.count == 2 ? digits : "0\(digits)"
    }
}
