import Sessions

/// Texts of a file that somebody else has made.
enum LocationText {
    /// The longest text that is kept, in bytes of UTF-8: the longest place names are below 100.
    static let bytesMax = 128
    /// How many bytes are looked at: the rest of a text of megabytes cannot matter.
    private static let bytesReadMax = 4 * bytesMax

    /// The text without what is not to be seen, cut at ``bytesMax``; `nil` when nothing is left.
    static func bounded(_ bytes: UnsafeRawBufferPointer) -> String? {
        let text = String(decoding: bytes.prefix(bytesReadMax), as: UTF8.self)
        let seen = String(String.UnicodeScalarView(text.unicodeScalars.filter(isSeen)))
        var bounded = seen.prefix(utf8BytesMax: bytesMax)[...]
        bounded = bounded.drop(while: \.isWhitespace)
        while bounded.last?.isWhitespace == true { bounded.removeLast() }
        return bounded.isEmpty ? nil : String(bounded)
    }

    /// The same of a text that ends with a zero byte; empty when nothing is left.
    static func bounded(cString: UnsafePointer<CChar>) -> String {
        bounded(UnsafeRawBufferPointer(start: cString, count: String(cString: cString).utf8.count)) ?? ""
    }

    /// Format characters include those that turn the direction of the text around them.
    private static func isSeen(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse: false
        default: true
        }
    }
}
