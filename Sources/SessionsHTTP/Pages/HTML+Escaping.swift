extension HTML {
    /// Writes text so that it stays text inside elements and inside quoted attributes.
    ///
    /// It works on UTF-8 bytes, never on characters: to Swift `"` followed by U+0301 is one `Character` that is not equal
    /// to `"`, while to a browser it is a quote that ends the attribute. Control characters (but tab and newline) and
    /// noncharacters become U+FFFD: they are parse errors in HTML and have no business in a name or an address.
    static func escape(_ text: some StringProtocol, to bytes: inout [UInt8]) {
        var text = String(text)
        text.withUTF8 { utf8 in
            var index = 0
            while index < utf8.count {
                let length = min(sequenceLength(utf8[index]), utf8.count - index)
                appendEscaped(utf8[index..<index + length], to: &bytes)
                index += length
            }
        }
    }

    /// Writes a path or query component by RFC 3986, section 2.
    static func percentEncode(_ text: String, to bytes: inout [UInt8]) {
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default:
                bytes.append(UInt8(ascii: "%"))
                bytes.append(digits[Int(byte >> 4)])
                bytes.append(digits[Int(byte & 0x0F)])
            }
        }
    }

    /// Whether a link may lead there: a path on this host, or an absolute http(s) URL.
    static func isAddress(_ url: String) -> Bool {
        let utf8 = Array(url.utf8)
        guard utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { return false }
        if utf8.first == UInt8(ascii: "/") {
            // `//host` and `/\host` are other hosts to a browser.
            return utf8.count == 1 || (utf8[1] != UInt8(ascii: "/") && utf8[1] != UInt8(ascii: "\\"))
        }
        return utf8.starts(with: "https://".utf8) || utf8.starts(with: "http://".utf8)
    }

    private static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

    private static func sequenceLength(_ lead: UInt8) -> Int {
        switch lead {
        case ..<0xC0: 1
        case ..<0xE0: 2
        case ..<0xF0: 3
        default: 4
        }
    }

    private static func appendEscaped(_ scalar: Slice<UnsafeBufferPointer<UInt8>>, to bytes: inout [UInt8]) {
        guard scalar.count == 1, let byte = scalar.first else {
            bytes.append(contentsOf: isNoncharacterOrControl(Array(scalar)) ? replacement : Array(scalar))
            return
        }
        switch byte {
        case UInt8(ascii: "&"): bytes.append(contentsOf: "&amp;".utf8)
        case UInt8(ascii: "<"): bytes.append(contentsOf: "&lt;".utf8)
        case UInt8(ascii: ">"): bytes.append(contentsOf: "&gt;".utf8)
        case UInt8(ascii: "\""): bytes.append(contentsOf: "&quot;".utf8)
        case UInt8(ascii: "'"): bytes.append(contentsOf: "&#39;".utf8)
        case UInt8(ascii: "\t"), UInt8(ascii: "\n"), 0x20...0x7E: bytes.append(byte)
        default: bytes.append(contentsOf: replacement)
        }
    }

    /// U+0080 to U+009F, U+FDD0 to U+FDEF, and the last two code points of each plane.
    private static func isNoncharacterOrControl(_ scalar: [UInt8]) -> Bool {
        switch scalar.count {
        case 2: scalar[0] == 0xC2 && scalar[1] < 0xA0
        case 3 where scalar[0] == 0xEF && scalar[1] == 0xB7: (0x90...0xAF).contains(scalar[2])
        case 3: scalar[0] == 0xEF && scalar[1] == 0xBF && scalar[2] >= 0xBE
        default: scalar[1] & 0x0F == 0x0F && scalar[2] == 0xBF && scalar[3] >= 0xBE
        }
    }
}
