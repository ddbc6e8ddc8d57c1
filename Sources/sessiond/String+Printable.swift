extension String {
    /// The text with U+FFFD for every character that a terminal acts on instead of showing it.
    ///
    /// User agents and names are written by strangers: an escape sequence could rewrite what the operator reads, and the
    /// characters that turn the direction of writing could reorder it (CVE-2021-42574).
    var printable: String {
        var result = String.UnicodeScalarView()
        for scalar in unicodeScalars { result.append(scalar.isShown ? scalar : "\u{FFFD}") }
        return String(result)
    }
}

extension Unicode.Scalar {
    fileprivate var isShown: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
        default: true
        }
    }
}
