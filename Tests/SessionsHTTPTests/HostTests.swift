import Testing

@testable import SessionsHTTP

@Suite struct `Host of a request` {
    static let hosts: [(String, String, Int?)] = [
        ("example.org", "example.org", nil), ("EXAMPLE.org:8080", "example.org", 8_080),
        ("localhost", "localhost", nil), ("127.0.0.1:80", "127.0.0.1", 80), ("[::1]", "[::1]", nil),
        ("[::1]:8080", "[::1]", 8_080), ("[2001:DB8::1]", "[2001:db8::1]", nil), ("a", "a", nil),
        ("a_b-c.d", "a_b-c.d", nil), ("example.org.", "example.org.", nil), ("h:1", "h", 1), ("h:65535", "h", 65_535),
        ("h:00080", "h", 80),
    ]

    @Test(arguments: hosts)
    func `is a name or address, and perhaps a port`(text: String, name: String, port: Int?) throws {
        let host = try #require(Host(text))

        #expect(host.name == name)
        #expect(host.port == port)
    }

    @Test(arguments: [
        "", " ", ":", ":80", "h:", "h:0", "h:65536", "h:000080", "h:+80", "h:8 0", "h:80:80", "h:a", "h h", " h", "h ",
        "h/", "h/path", "h?q", "h#f", "user@h", "h,h", "h\\evil", "h%00", "h\0", "ex\u{E4}mple.org", "\u{FF48}",
        "h\u{301}", "::1", "[::1", "::1]", "[]", "[::1]x", "[::1]x:80", "[::1]:", "[127.0.0.1", "[h]", "[::1%25eth0]",
        "[[::1]]", "http://h", String(repeating: "a", count: 256),
    ])
    func `that is malformed is refused`(text: String) {
        #expect(Host(text) == nil)
    }

    @Test(arguments: [
        ("localhost", true), ("LOCALHOST:8080", true), ("127.0.0.1", true), ("192.168.1.7:8080", true),
        ("[::1]:8080", true), ("box.lan", true), ("box.lan:9999", true), ("evil.example", false),
        ("localhost.evil.example", false), ("127.0.0.1.evil.example", false), ("127.1", false), ("2130706433", false),
        ("0x7f000001", false), ("localhost.", false), ("xbox.lan", false),
    ])
    func `without a public address is a number, localhost or the one that is listened on`(
        text: String,
        isAccepted: Bool
    ) throws {
        var settings = HTTPSettings()
        settings.host = "box.lan"

        #expect(settings.accepts(try #require(Host(text))) == isAccepted)
    }

    @Test(arguments: [
        ("https://example.org", "example.org", true), ("https://example.org", "example.org:443", true),
        ("https://example.org", "EXAMPLE.ORG", true), ("https://example.org", "example.org:80", false),
        ("https://example.org", "example.org:8443", false), ("https://example.org", "www.example.org", false),
        ("https://example.org", "localhost", false), ("https://example.org", "127.0.0.1", false),
        ("https://example.org", "example.org.", false), ("http://example.org:8080", "example.org:8080", true),
        ("http://example.org:8080", "example.org", false), ("http://example.org", "example.org:80", true),
        ("http://[::1]:8080", "[::1]:8080", true),
    ])
    func `with a public address is that one alone`(url: String, text: String, isAccepted: Bool) throws {
        var settings = HTTPSettings()
        settings.publicURL = PublicURL(url)

        #expect(settings.accepts(try #require(Host(text))) == isAccepted)
    }

    @Test(
        arguments: [
            (nil, "127.0.0.1:8080", "http://127.0.0.1:8080"), (nil, "localhost", "http://localhost"),
            (nil, "localhost:80", "http://localhost"), ("https://example.org", "example.org", "https://example.org"),
            ("https://example.org:443/", "example.org", "https://example.org"),
            ("https://example.org:8443", "example.org:8443", "https://example.org:8443"),
        ] as [(String?, String, String)]
    )
    func `gives the origin as browsers write it`(url: String?, host: String, origin: String) throws {
        var settings = HTTPSettings()
        settings.publicURL = url.flatMap(PublicURL.init)

        #expect(settings.origin(for: try #require(Host(host))) == origin)
    }

    @Test(arguments: [
        "", "example.org", "//example.org", "ftp://example.org", "javascript://example.org", "https://",
        "https://example.org/path", "https://example.org?x", "https://example.org#x", "https://user@example.org",
        "https://example.org:0", "https://example.org//", "https:/example.org",
    ])
    func `a public address with more or less than an origin is refused`(text: String) {
        #expect(PublicURL(text) == nil)
    }
}
