/// A text as a guesser sees it: one byte a character, without accents and without what is only another form of a letter.
///
/// This is compatibility decomposition (NFKD, Unicode Standard Annex 15) without combining marks, case kept, as far as it leads to
/// ASCII: dictionaries and keyboards know nothing else. Every other character becomes one byte beyond ASCII, made of its lowest seven
/// bits. As UTF-8 it would be two to four, and zxcvbn, which counts bytes, would take a word of six Cyrillic letters for twelve
/// symbols. No byte is 0, which would end a C string: a NUL counts as another control character.
///
/// The table is our own, because the standard library does not decompose and Foundation does it with 30 MB of ICU.
struct FoldedText: Hashable, Sendable {
    let bytes: [UInt8]

    init(_ text: String) {
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars {
            if scalar.isASCII {
                bytes.append(max(1, UInt8(truncatingIfNeeded: scalar.value)))
            } else if let folded = Self.table[scalar.value] {
                bytes += folded
            } else if scalar.properties.canonicalCombiningClass == .notReordered {
                bytes.append(0x80 | UInt8(truncatingIfNeeded: scalar.value))
            }
        }
        self.bytes = bytes
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private static let table: [UInt32: [UInt8]] = {
        var table: [UInt32: [UInt8]] = [:]
        for line in "\(foldedCharacters)".split(separator: "\n") {
            let fields = line.split(separator: " ")
            for field in fields.dropFirst() {
                let ends = field.split(separator: "-").compactMap { UInt32($0, radix: 16) }
                guard let first = ends.first, let last = ends.last else { continue }
                for code in first...last { table[code] = Array(fields[0].utf8) }
            }
        }
        return table
    }()

    /// The whole, the whole without separators, and its parts of at least three characters: a shorter one stands anywhere by chance.
    var words: [FoldedText] {
        let parts = bytes.split { !Self.isAlphanumeric($0) }.map { FoldedText(bytes: Array($0)) }
        return ([self, joined] + parts).filter { $0.bytes.count >= 3 }
    }

    /// Whether a name stands in it, in any case.
    ///
    /// A name with separators is found with others and without them.
    func contains(_ name: FoldedText) -> Bool {
        let letters = name.joined.bytes
        if letters.count == name.bytes.count || letters.count < 4 {
            return lowercased.bytes.contains(name.lowercased.bytes)
        }
        return joined.bytes.contains(letters)
    }

    private var lowercased: FoldedText {
        FoldedText(bytes: bytes.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 })
    }

    /// Its letters and digits, in lower case.
    private var joined: FoldedText {
        FoldedText(bytes: lowercased.bytes.filter(Self.isAlphanumeric))
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte >= 0x80
    }
}
