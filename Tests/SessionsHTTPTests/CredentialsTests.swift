import HTTPTypes
import Testing

@testable import SessionsHTTP

@Suite struct `Credentials of a request` {
    static let found: [([Line], String?)] = [
        ([], nil), ([Line("Cookie", "")], nil), ([Line("Cookie", "token=abc")], "abc"),
        ([Line("Cookie", "a=1; token=abc; b=2")], "abc"), ([Line("Cookie", "a=1;token=abc;b=2")], "abc"),
        ([Line("Cookie", "a=1"), Line("Cookie", "token=abc")], "abc"),
        ([Line("Cookie", " \ttoken \t= \tabc \t")], "abc"), ([Line("Cookie", "token=")], ""),
        ([Line("Cookie", "token=a=b==")], "a=b=="), ([Line("Cookie", "token=\"abc\"")], "\"abc\""),
        ([Line("Cookie", "token")], nil), ([Line("Cookie", "=token=abc")], nil),
        ([Line("Cookie", ";;; token=abc;;")], "abc"), ([Line("Cookie", "Token=abc")], nil),
        ([Line("Cookie", "TOKEN=abc")], nil), ([Line("Cookie", "token2=abc")], nil),
        ([Line("Cookie", "xtoken=abc")], nil), ([Line("Cookie", "to ken=abc")], nil),
        ([Line("Cookie", "\u{E9}token=abc")], nil), ([Line("Cookie", "token\u{301}=abc")], nil),
        ([Line("Cookie", "x=token=abc")], nil), ([Line("Cookie", "x=\"; token=abc; \"")], "abc"),
        ([Line("Cookie", "a=1, token=abc")], nil), ([Line("Authorization", "Bearer abc")], "abc"),
        ([Line("Authorization", "bearer abc")], "abc"), ([Line("Authorization", "BEARER  \tabc")], "abc"),
        ([Line("Authorization", "Bearer")], nil), ([Line("Authorization", "Bearerabc")], nil),
        ([Line("Authorization", "Basic YWRhOnB3")], nil), ([Line("Authorization", "Token abc")], nil),
        ([Line("Authorization", "Basic YWRhOnB3"), Line("Cookie", "token=abc")], "abc"),
        ([Line("Authorization", "Bearer abc"), Line("Cookie", "token=abc")], "abc"),
        ([Line("Authorization", "Bearer abc"), Line("Cookie", "other=x")], "abc"),
    ]

    @Test(arguments: found)
    func `are the one cookie of the name, or a Bearer token`(lines: [Line], token: String?) throws {
        let credentials = Credentials(try HTTPFields(lines), cookieName: "token")

        switch (credentials, token) {
        case (.none, nil): break
        case (.token(let bytes), let token?): #expect(bytes == Array(token.utf8))
        default: Issue.record("\(credentials)")
        }
    }

    /// Choosing one would be choosing the attacker's (cookie tossing).
    @Test(arguments: [
        [Line("Cookie", "token=a; token=b")], [Line("Cookie", "token=a; token=a")],
        [Line("Cookie", "token=a"), Line("Cookie", "token=b")], [Line("Cookie", "token=a; x=1; token=")],
        [Line("Cookie", "token=; token=a")], [Line("Cookie", "token=a;\ttoken =b")],
        [Line("Cookie", "token=a"), Line("Authorization", "Bearer b")],
        [Line("Cookie", "token="), Line("Authorization", "Bearer b")],
        [Line("Authorization", "Bearer a"), Line("Authorization", "Bearer b")],
        [Line("Cookie", "token=a; token=a"), Line("Authorization", "Bearer a")],
        [Line("Cookie", "token=a"), Line("Authorization", "Bearer a"), Line("Authorization", "Bearer b")],
    ])
    func `that say two things are ambiguous`(lines: [Line]) throws {
        let credentials = Credentials(try HTTPFields(lines), cookieName: "token")

        guard case .ambiguous = credentials else {
            Issue.record("\(credentials)")
            return
        }
    }

    /// A browser sees no prefix there, so anybody may set it; who trims Unicode spaces takes it for the real one.
    ///
    /// Control characters are not among them: no request that holds one in a header gets past the HTTP parser.
    @Test(arguments: [
        "\u{2000}", "\u{85}", "\u{A0}", "\u{3000}", "\u{FEFF}", "\u{200B}", "\u{2028}", "_", ".", "\"",
    ])
    func `are no cookie whose name only begins after something that is no blank`(mark: String) throws {
        for prefix in [mark, " " + mark, mark + " "] {
            let headers = try HTTPFields([("Cookie", "\(prefix)__Host-token=evil")])
            let besides = try HTTPFields([("Cookie", "\(prefix)__Host-token=evil; __Host-token=good")])

            if case .none = Credentials(headers, cookieName: "__Host-token") {
            } else {
                Issue.record("\(prefix.debugDescription)")
            }
            if case .token(let token) = Credentials(besides, cookieName: "__Host-token") {
                #expect(token == Array("good".utf8))
            } else {
                Issue.record("\(prefix.debugDescription)")
            }
        }
    }

    @Test(arguments: [
        "__host-token", "__HOST-TOKEN", "__Host-Token", "Host-token", "token", "__Secure-token", "__Host-token2",
    ])
    func `are no cookie of another name`(name: String) throws {
        let headers = try HTTPFields([("Cookie", "\(name)=evil")])

        if case .none = Credentials(headers, cookieName: "__Host-token") {} else { Issue.record("\(name)") }
    }

    @Test(arguments: [
        ([Line("Authorization", "Bearer abc")], true),
        ([Line("Authorization", "Bearer abc"), Line("Cookie", "other=1")], true),
        ([Line("Authorization", "Bearer abc"), Line("Cookie", "token=abc")], false),
        ([Line("Authorization", "Bearer abc"), Line("Cookie", "token=")], false),
        ([Line("Authorization", "Bearer abc"), Line("Cookie", "token=a; token=b")], false),
        ([Line("Authorization", "Basic abc")], false), ([Line("Cookie", "token=abc")], false), ([], false),
    ])
    func `are Bearer alone only without a cookie`(lines: [Line], isAlone: Bool) throws {
        #expect(Credentials.isBearerAlone(try HTTPFields(lines), cookieName: "token") == isAlone)
    }
}
