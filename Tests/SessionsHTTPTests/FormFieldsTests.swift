import Testing

@testable import SessionsHTTP

@Suite struct `Form fields` {
    @Test(arguments: [
        ("a=1", "1"), ("a=1&b=2", "1"), ("b=2&a=1", "1"), ("a=", ""), ("a", ""), ("a=b=c", "b=c"),
        ("a=%41%2b%2B", "A++"), ("a=x+y%20z", "x y z"), ("%61=1", "1"), ("&&a=1&", "1"), ("a=%C3%A9", "é"),
        ("a=é", "é"), ("a=%00", "\0"), ("a=%F0%9F%A6%8A", "🦊"), ("a=1;b=2", "1;b=2"), ("a=%26%3D", "&="),
        ("A=2&a=1", "1"), ("x=1&x=2&a=1", "1"),
    ])
    func `are decoded once`(text: String, value: String) throws {
        let fields = try #require(FormFields(text.utf8, expecting: ["a", "b"]))

        #expect(fields["a"].map { Array($0.utf8) } == Array(value.utf8))
    }

    @Test(arguments: ["", "b=1", "A=1", "&", "=a", "a%3D=1", "\u{E1}=1"])
    func `that are not there are nil`(text: String) throws {
        #expect(try #require(FormFields(text.utf8, expecting: ["a", "b"]))["a"] == nil)
        #expect(FormFields()["a"] == nil)
    }

    @Test func `that nobody expects are not kept`() throws {
        #expect(try #require(FormFields("a=1&b=2".utf8, expecting: ["a"]))["b"] == nil)
    }

    @Test(arguments: [
        "a=1&a=2", "a=1&a=1", "a=1&%61=2", "a&a", "a=1&b=2&a=", "a=%", "a=%4", "a=%4g", "a=%g4", "a=% 41", "a=%+1",
        "%=1", "x=%", "a=%C3", "a=%ED%A0%80", "a=%C0%AF", "a=%FF", "x=%FF", "%FF=1",
    ])
    func `that stand twice, or cannot be decoded, are refused`(text: String) {
        #expect(FormFields(text.utf8, expecting: ["a", "b"]) == nil)
    }

    @Test func `are sixty-four at most`() {
        let names = (0..<65).map { "f\($0)" }
        let fields = names.map { "\($0)=1" }

        #expect(FormFields(fields.dropLast().joined(separator: "&").utf8, expecting: names) != nil)
        #expect(FormFields(fields.joined(separator: "&").utf8, expecting: names) == nil)
        #expect(FormFields(fields.joined(separator: "&").utf8, expecting: []) == nil)
    }

    @Test func `of bytes that are no UTF-8 are refused`() {
        #expect(FormFields([0x61, 0x3D, 0xFF], expecting: ["a"]) == nil)
        #expect(FormFields([0xFF, 0x3D, 0x61], expecting: ["a"]) == nil)
    }
}
