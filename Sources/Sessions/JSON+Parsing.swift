extension JSON {
    /// Why a text is not JSON that we read.
    ///
    /// It says where, never what: the text may hold a password.
    package struct Malformed: Error {
        package let offset: Int
    }

    /// How deep values may nest; requests need two levels.
    package static let depthMax = 16

    /// Reads one JSON text.
    ///
    /// - Throws: ``Malformed`` for anything that RFC 8259 does not allow, and for what readers disagree on: duplicate keys, lone
    ///   surrogates, invalid UTF-8, a byte order mark, nesting beyond ``depthMax``.
    package init(parsing bytes: some Sequence<UInt8>) throws(Malformed) {
        var parser = Parser(bytes: Array(bytes))
        self = try parser.document()
    }

    private struct Parser {
        let bytes: [UInt8]
        var position = 0

        init(bytes: [UInt8]) {
            self.bytes = bytes
        }

        mutating func document() throws(Malformed) -> JSON {
            skipSpace()
            let value = try value(depth: 0)
            skipSpace()
            guard position == bytes.count else { throw malformed }
            return value
        }

        private var malformed: Malformed { Malformed(offset: position) }
        private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

        private mutating func skipSpace() {
            while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
        }

        private mutating func take(_ byte: UInt8) -> Bool {
            guard next == byte else { return false }
            position += 1
            return true
        }

        private mutating func take(word: StaticString) throws(Malformed) {
            for index in 0..<word.utf8CodeUnitCount {
                guard take(word.utf8Start[index]) else { throw malformed }
            }
        }

        private mutating func value(depth: Int) throws(Malformed) -> JSON {
            guard depth <= JSON.depthMax, let byte = next else { throw malformed }
            switch byte {
            case UInt8(ascii: "{"): return .object(try members(depth: depth))
            case UInt8(ascii: "["): return .array(try elements(depth: depth))
            case UInt8(ascii: "\""): return .string(try string())
            case UInt8(ascii: "t"):
                try take(word: "true")
                return .bool(true)
            case UInt8(ascii: "f"):
                try take(word: "false")
                return .bool(false)
            case UInt8(ascii: "n"):
                try take(word: "null")
                return .null
            default: return try number()
            }
        }

        private mutating func members(depth: Int) throws(Malformed) -> [Member] {
            position += 1
            skipSpace()
            if take(UInt8(ascii: "}")) { return [] }
            var members: [Member] = []
            var keys: Set<[UInt8]> = []
            repeat {
                skipSpace()
                let key = try string()
                guard keys.insert(Array(key.utf8)).inserted else { throw malformed }
                skipSpace()
                guard take(UInt8(ascii: ":")) else { throw malformed }
                skipSpace()
                members.append(Member(key: key, value: try value(depth: depth + 1)))
                skipSpace()
            } while take(UInt8(ascii: ","))
            guard take(UInt8(ascii: "}")) else { throw malformed }
            return members
        }

        private mutating func elements(depth: Int) throws(Malformed) -> [JSON] {
            position += 1
            skipSpace()
            if take(UInt8(ascii: "]")) { return [] }
            var elements: [JSON] = []
            repeat {
                skipSpace()
                elements.append(try value(depth: depth + 1))
                skipSpace()
            } while take(UInt8(ascii: ","))
            guard take(UInt8(ascii: "]")) else { throw malformed }
            return elements
        }

        private mutating func string() throws(Malformed) -> String {
            guard take(UInt8(ascii: "\"")) else { throw malformed }
            var content: [UInt8] = []
            while let byte = next {
                position += 1
                switch byte {
                case UInt8(ascii: "\""):
                    guard let text = String(validating: content, as: UTF8.self) else { throw malformed }
                    return text
                case UInt8(ascii: "\\"): content.append(contentsOf: try escape())
                case 0..<0x20: throw malformed
                default: content.append(byte)
                }
            }
            throw malformed
        }

        private mutating func escape() throws(Malformed) -> [UInt8] {
            guard let byte = next else { throw malformed }
            position += 1
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
            case UInt8(ascii: "b"): return [0x08]
            case UInt8(ascii: "f"): return [0x0C]
            case UInt8(ascii: "n"): return [0x0A]
            case UInt8(ascii: "r"): return [0x0D]
            case UInt8(ascii: "t"): return [0x09]
            case UInt8(ascii: "u"):
                var code = try fourDigits()
                if (0xD800..<0xDC00).contains(code) {
                    guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw malformed }
                    let low = try fourDigits()
                    guard (0xDC00..<0xE000).contains(low) else { throw malformed }
                    code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
                }
                guard let scalar = Unicode.Scalar(code), let encoded = UTF8.encode(scalar) else { throw malformed }
                return Array(encoded)
            default: throw malformed
            }
        }

        private mutating func fourDigits() throws(Malformed) -> UInt32 {
            var code: UInt32 = 0
            for _ in 0..<4 {
                guard let byte = next else { throw malformed }
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"): code = code << 4 | UInt32(byte - UInt8(ascii: "0"))
                case UInt8(ascii: "a")...UInt8(ascii: "f"): code = code << 4 | UInt32(byte - UInt8(ascii: "a") + 10)
                case UInt8(ascii: "A")...UInt8(ascii: "F"): code = code << 4 | UInt32(byte - UInt8(ascii: "A") + 10)
                default: throw malformed
                }
                position += 1
            }
            return code
        }

        private mutating func digits() throws(Malformed) {
            let start = position
            while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
            guard position > start else { throw malformed }
        }

        private mutating func number() throws(Malformed) -> JSON {
            let start = position
            _ = take(UInt8(ascii: "-"))
            if !take(UInt8(ascii: "0")) { try digits() }
            var isWhole = true
            if take(UInt8(ascii: ".")) {
                isWhole = false
                try digits()
            }
            if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
                isWhole = false
                if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
                try digits()
            }
            let text = String(decoding: bytes[start..<position], as: UTF8.self)
            if isWhole, let integer = Int64(text) { return .integer(integer) }
            return .number(text)
        }
    }
}
