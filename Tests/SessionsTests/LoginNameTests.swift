import Sessions
import Testing

@Suite struct `Log-in name` {
    @Test(arguments: [
        ("ada", "ada"), ("ADA", "ada"), ("a.b_c-d", "a.b_c-d"), ("007", "007"), ("a--", "a--"), ("a..", "a.."),
        (String(repeating: "Z", count: 32), String(repeating: "z", count: 32)),
    ])
    func `a user name is lower-cased as ASCII`(text: String, expected: String) {
        #expect(Username(text)?.description == expected)
        #expect(LoginName(text) == Username(text).map(LoginName.username))
    }

    @Test(arguments: [
        "", "ab", String(repeating: "a", count: 33), ".ada", "_ada", "-ada", "ada lovelace", " ada", "ada ", "ada\n",
        "ada@home", "adä", "ad\u{430}", "\u{212A}elvin", "ada\u{301}", "ﬁona", "İstanbul", "ada\0", "ada/../bob",
        "ada'--", "a\u{200B}da", "ａｄａ",
    ])
    func `what is no user name is refused, also what only looks like one`(text: String) {
        #expect(Username(text) == nil)
    }

    static let longest =
        String(repeating: "a", count: 64) + "@" + String(repeating: "b", count: 63) + "."
        + String(repeating: "c", count: 63)
        + "." + String(repeating: "d", count: 61)

    @Test(arguments: [
        ("ada@example.org", "ada@example.org"), ("ADA@EXAMPLE.ORG", "ada@example.org"), ("a@b", "a@b"),
        ("a.b+c@x-y.example", "a.b+c@x-y.example"),
        ("!#$%&'*+-/=?^_`{|}~@example.org", "!#$%&'*+-/=?^_`{|}~@example.org"), ("1@1.example", "1@1.example"),
        (longest, longest),
    ])
    func `an address is lower-cased as ASCII`(text: String, expected: String) {
        #expect(EmailAddress(text)?.description == expected)
        #expect(LoginName(text) == EmailAddress(text).map(LoginName.email))
    }

    @Test(arguments: [
        "", "@", "ada", "ada@", "@example.org", "a@b@c", "ada@@example.org", ".ada@example.org", "ada.@example.org",
        "a..b@example.org", "ada@.example.org", "ada@example.org.", "ada@example..org", "ada@-example.org",
        "ada@example-.org", "ada@exa_mple.org", "ada @example.org", " ada@example.org", "ada@example.org ",
        "ada@example.org\n", "ada@example.org\r\nBcc: eve@example.org", "\"ada\"@example.org", "ada@[127.0.0.1]",
        "Ada <ada@example.org>", "ada@example.org,eve@example.org", "adä@example.org", "ada@exämple.org",
        "ad\u{430}@example.org", "ada@example\u{3002}org", "\u{FF41}da@example.org", "ada@example.org\0",
        "a\0@example.org",
        String(repeating: "a", count: 65) + "@example.org", "a@" + String(repeating: "b", count: 64) + ".org",
        longest + "d", "mike@\u{212A}.org",
    ])
    func `what is no plain address is refused`(text: String) {
        #expect(EmailAddress(text) == nil)
        if text.contains("@") { #expect(LoginName(text) == nil) }
    }

    @Test func `the longest address has 254 bytes`() {
        #expect(Self.longest.utf8.count == 254)
    }

    @Test func `an address is never taken for a name, nor a name for an address`() {
        #expect(LoginName("ada@home").map { if case .email = $0 { true } else { false } } == true)
        #expect(LoginName("ada.home").map { if case .username = $0 { true } else { false } } == true)
    }
}
