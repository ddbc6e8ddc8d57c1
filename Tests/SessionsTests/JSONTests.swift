import Sessions
import Testing

@Suite struct `JSON text` {
    // MARK: What is read

    static let accepted: [(String, JSON)] = [
        ("null", .null), ("true", .bool(true)), (" false\r\n\t", .bool(false)), ("\"\"", .string("")),
        ("0", .integer(0)), ("-0", .integer(0)), ("42", .integer(42)), ("-7", .integer(-7)),
        ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
        ("9223372036854775808", .number("9223372036854775808")), ("1.0", .number("1.0")), ("1e3", .number("1e3")),
        ("1E+3", .number("1E+3")), ("-0.5e-10", .number("-0.5e-10")), ("1e300", .number("1e300")),
        ("0e0", .number("0e0")), ("[]", []), ("[ ]", []), ("[1, [2], {}]", [1, [2], [:]]), ("{}", [:]), ("{ }", [:]),
        ("{\"a\":1,\"b\":[null]}", ["a": 1, "b": [nil]]), ("{\"\":\"\"}", ["": ""]),
        (#""\"\\\/\b\f\n\r\t""#, .string("\"\\/\u{8}\u{C}\n\r\t")), (#""\u0041\u00e9\u00E9""#, "Aéé"),
        (#""\ud83d\ude00""#, "😀"), (#""\uD83D\uDE00""#, "😀"), (#""\u0000""#, "\0"),
        ("\"\u{7F}\u{2028}💥\"", "\u{7F}\u{2028}💥"), (#""\uFFFF""#, "\u{FFFF}"),
        ("{\"a\":1,\"A\":2}", ["a": 1, "A": 2]),
        // Different bytes are different keys, even where Unicode calls them the same.
        ("{\"\u{E9}\":1,\"e\u{301}\":2}", .object([.init(key: "\u{E9}", value: 1), .init(key: "e\u{301}", value: 2)])),
    ]

    @Test(arguments: accepted)
    func `what RFC 8259 allows is read`(text: String, value: JSON) throws {
        #expect(try JSON(parsing: text.utf8) == value)
    }

    @Test(arguments: [
        "", " ", "nul", "nulll", "Null", "TRUE", "tru", "undefined", "NaN", "Infinity", "-Infinity", "01", "-01", "00",
        "+1", ".5", "1.", "1.e3", "1e", "1e+", "-", "--1", "1-", "0x10", "1_000", "1 2", "1,", "１", "'a'", "\"", "\"a",
        "a\"", "\"\n\"", "\"\t\"", "\"\u{0}\"", "\"\u{1F}\"", #""\""#, #""\x""#, #""\u12""#, #""\u12G4""#, #""\U0041""#,
        #""\a""#, #""\u+041""#, "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1]]", "[1}", "{", "}", "{\"a\"}",
        "{\"a\":}", "{\"a\":1,}", "{,}", "{a:1}", "{1:1}", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "{\"a\":1]", "{}{}",
        "{} x", "[1]//", "/**/1", "\u{B}1", "\u{A0}1", "1\u{2028}", "\u{FEFF}1", "\u{FEFF}", "\u{C}1", "null\0",
    ])
    func `what RFC 8259 does not allow is refused`(text: String) {
        #expect(throws: JSON.Malformed.self) { try JSON(parsing: text.utf8) }
    }

    @Test(arguments: [
        #""\ud83d""#, #""\ude00""#, #""\ude00\ud83d""#, #""\ud83d\ud83d""#, #""\ud83dx""#, #""\ud83d\n""#,
        #""\ud83d\u0041""#, #"{"\udfff":1}"#,
    ])
    func `a lone surrogate is refused`(text: String) {
        #expect(throws: JSON.Malformed.self) { try JSON(parsing: text.utf8) }
    }

    /// An overlong slash, an encoded surrogate, beyond U+10FFFF, a lone continuation, a cut sequence, UTF-16, Latin-1.
    @Test(
        arguments: [
            [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80], [0xE2, 0x82], [0xFF, 0xFE], [0xE9],
            [0xF5],
        ] as [[UInt8]]
    )
    func `invalid UTF-8 is refused`(bytes: [UInt8]) {
        let quote = UInt8(ascii: "\"")
        #expect(throws: JSON.Malformed.self) { try JSON(parsing: [quote] + bytes + [quote]) }
        #expect(throws: JSON.Malformed.self) { try JSON(parsing: bytes) }
        #expect(throws: JSON.Malformed.self) { try JSON(parsing: "{\"".utf8 + bytes + "\":1}".utf8) }
    }

    @Test(arguments: [
        #"{"a":1,"a":1}"#, #"{"a":1,"b":2,"a":3}"#, #"{"a":1,"\u0061":2}"#, #"{"\u0061":1,"\u0061":2}"#,
        #"{"":1,"":2}"#, #"{"a/b":1,"a\/b":2}"#, #"[{"x":{"a":1,"a":2}}]"#, #"{"😀":1,"\ud83d\ude00":2}"#,
    ])
    func `a key that stands twice is refused, however it is spelled`(text: String) {
        #expect(throws: JSON.Malformed.self) { try JSON(parsing: text.utf8) }
    }

    @Test(arguments: [("[", "]"), ("{\"a\":", "}")])
    func `nesting is read to the sixteenth level and refused beyond`(open: String, close: String) {
        func nested(_ depth: Int) -> String {
            String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
        }

        #expect(throws: Never.self) { try JSON(parsing: nested(16).utf8) }
        #expect(throws: JSON.Malformed.self) { try JSON(parsing: nested(17).utf8) }
        #expect(throws: JSON.Malformed.self) { try JSON(parsing: nested(100_000).utf8) }
        #expect(throws: JSON.Malformed.self) { try JSON(parsing: String(repeating: open, count: 100_000).utf8) }
    }

    @Test func `a prefix of a text is never a text`() throws {
        let text = #"{"a":[1,-2.5e3,"\u00e9\n"],"b":{"c":null,"d":true}}"#
        for length in 0..<text.utf8.count {
            #expect(throws: JSON.Malformed.self) { try JSON(parsing: text.utf8.prefix(length)) }
        }
    }

    @Test func `bytes at random are read or refused, and nothing else happens`() {
        var random = SystemRandomNumberGenerator()
        let alphabet = Array("{}[]\",:\\u0129.eE+-tfn \u{7F}é".utf8)
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...24)).map { _ in alphabet.randomElement(using: &random) ?? 0 }
            if let value = try? JSON(parsing: bytes) {
                #expect((try? JSON(parsing: value.utf8)) == value)
            }
        }
    }

    // MARK: What is written

    @Test func `a value is written in its shortest form, members in order, and read back`() throws {
        let value: JSON = ["b": [1, -2, true, nil, .number("1e300")], "a": ["": "x"], "c": []]

        #expect(String(decoding: value.utf8, as: UTF8.self) == #"{"b":[1,-2,true,null,1e300],"a":{"":"x"},"c":[]}"#)
        #expect(try JSON(parsing: value.utf8) == value)
    }

    @Test func `every character is read back, and none that ends a line or a script is written as it is`() throws {
        let scalars = (0...0x3000).compactMap(Unicode.Scalar.init) + ["\u{D7FF}", "\u{E000}", "\u{FFFF}", "\u{10FFFF}"]
        for scalar in scalars {
            let value = JSON.string("a\(scalar)b")
            #expect(try JSON(parsing: value.utf8) == value)
        }
        let written = String(decoding: JSON.string("\u{0}\n\u{1B}\u{7F}\u{85}\u{2028}\u{2029}\"\\").utf8, as: UTF8.self)
        #expect(written == #""\u0000\n\u001b\u007f\u0085\u2028\u2029\"\\""#)
    }

    // MARK: What is asked of it

    @Test func `a value is had only as what it is`() throws {
        let value = try JSON(parsing: #"{"s":"x","i":1,"b":true,"a":[1],"n":1.0}"#.utf8)

        #expect(value["s"]?.string == "x")
        #expect(value["i"]?.integer == 1)
        #expect(value["b"]?.bool == true)
        #expect(value["a"]?.array == [1])
        #expect(value["n"]?.integer == nil)
        #expect(value["s"]?.integer == nil)
        #expect(value["i"]?.bool == nil)
        #expect(value["i"]?.string == nil)
        #expect(value["missing"] == nil)
        #expect(JSON.array([1])["s"] == nil)
    }
}
