/// Text in the headers of a mail: nothing that is written there begins a line of its own.
enum HeaderText {
    /// Below it a text stands as it is, with its header's name, on one line of 78 (RFC 5322 section 2.1.1).
    private static let plainBytesMax = 60
    /// What an encoded word holds, so that with its ends and its header's name it fits a line of 76 (RFC 2047 section 2).
    private static let wordBytesMax = 50

    /// An unstructured text: as it is, or in encoded words.
    ///
    /// - Parameter text: Control characters become spaces.
    /// - Returns: ASCII; its line breaks are followed by a space.
    static func unstructured(_ text: String) -> String {
        let text = withoutControls(text)
        let isPlain = text.utf8.count <= plainBytesMax && text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
        return isPlain && !text.contains("=?") ? text : words(text)
    }

    /// A phrase before an address: in quotes, or in encoded words.
    static func phrase(_ text: String) -> String {
        let plain = unstructured(text)
        guard !plain.hasPrefix("=?") else { return plain }
        return "\"" + plain.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    /// Whether there is no control character in a text.
    static func isPrintable(_ text: String) -> Bool { !text.unicodeScalars.contains(where: isControl) }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F, 0x2028, 0x2029: true
        default: false
        }
    }

    private static func withoutControls(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { scalars.append(isControl(scalar) ? " " : scalar) }
        return String(scalars)
    }

    /// Encoded words (RFC 2047, "Q"), each of whole scalars.
    private static func words(_ text: String) -> String {
        var words: [String] = []
        var word = ""
        for scalar in text.unicodeScalars {
            let encoded = (UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter).map(encode).joined()
            if word.utf8.count + encoded.utf8.count > wordBytesMax {
                words.append(word)
                word = ""
            }
            word += encoded
        }
        words.append(word)
        return words.map { "=?utf-8?Q?\($0)?=" }.joined(separator: "\r\n ")
    }

    private static func encode(_ byte: UInt8) -> String {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: String(UnicodeScalar(byte))
        case 0x20: "_"
        default: "=\(QuotedPrintable.hexadecimal(byte))"
        }
    }
}
