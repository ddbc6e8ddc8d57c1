import Foundation
import Testing

@testable import SessionsHTTP

@Suite struct `Next page` {
    @Test(arguments: [
        "/", "/settings/profile", "/a?b=c&d=%20#e", "/settings/security?ended=1", "/%2f%2fevil.example", "/a//b", "/..",
        "/@evil.example",
    ])
    func `is a path on the own host, and stays there`(text: String) throws {
        #expect(NextPage(text, cookieDomain: nil) == .path(text))
        #expect(NextPage(text, cookieDomain: "example.org") == .path(text))
        let base = try #require(URL(string: "https://own.example/login"))
        #expect(URL(string: text, relativeTo: base)?.host() == "own.example")
    }

    @Test(
        arguments: [
            nil, "", "//evil.example", "///evil.example", "/\\evil.example", "\\/evil.example", "/\t/evil.example",
            "/ /evil.example", "/a\r\nSet-Cookie: x=1", "/a\nb", "\n/a", " /a", "/a b", "/\u{E9}", "/\0", "/\u{7F}",
            "javascript:alert(1)", "data:text/html,x", "evil.example", "a/b", "?a", "#a", "http://evil.example",
            "https://evil.example", "https:/evil.example", "//", "/" + String(repeating: "a", count: 1_024),
            "/\u{2028}",
        ] as [String?]
    )
    func `that could lead elsewhere is dropped`(text: String?) {
        #expect(NextPage(text, cookieDomain: nil) == nil)
        #expect(NextPage(text, cookieDomain: "example.org") == nil)
    }

    @Test func `has at most 1,024 bytes`() {
        let text = "/" + String(repeating: "a", count: 1_023)

        #expect(NextPage(text, cookieDomain: nil)?.text == text)
    }

    @Test(arguments: [
        "https://example.org", "https://example.org/", "https://app.example.org/a?b#c",
        "https://a.b.example.org:8443/x", "https://EXAMPLE.ORG/", "https://example.org?a", "https://example.org#a",
    ])
    func `may be an https page on the domain that shares the cookie`(text: String) {
        #expect(NextPage(text, cookieDomain: "example.org") == .url(text))
        #expect(NextPage(text, cookieDomain: nil) == nil)
        #expect(NextPage(text, cookieDomain: "example.com") == nil)
    }

    @Test(arguments: [
        "http://example.org/", "https://evilexample.org/", "https://example.org.evil.example/",
        "https://example.org@evil.example/", "https://evil.example/example.org", "https://evil.example?example.org",
        "https://evil.example#.example.org", "https://example.org:evil", "https:///example.org", "https://",
        "https://example.org\\@evil.example", "HTTPS://example.org/", "https://user:pw@example.org/",
        "https://ex%61mple.org/", "https://example.org%2eevil.example/", "https://example.org:0/", "ftp://example.org/",
    ])
    func `that only looks like that domain is dropped`(text: String) {
        #expect(NextPage(text, cookieDomain: "example.org") == nil)
    }
}
