import HTTPTypes
import NIOCore
import Sessions
import Testing

@testable import SessionsHTTP

@Suite struct `Client address` {
    private static let trusted = ["127.0.0.1", "::1", "10.0.0.0/8", "2001:db8:ffff::/48"]
    private static let xff = "X-Forwarded-For"

    /// What a trusted proxy at 127.0.0.1 sends, and who it is then.
    static let forwarded: [([Line], String)] = [
        ([], "127.0.0.1"), ([Line(xff, "203.0.113.7")], "203.0.113.7"),
        ([Line(xff, " \t203.0.113.7\t ")], "203.0.113.7"),
        // The right-most that no trusted proxy vouches for; what stands left of it is the client's own word.
        ([Line(xff, "1.1.1.1, 203.0.113.7")], "203.0.113.7"), ([Line(xff, "203.0.113.7, 10.0.0.2")], "203.0.113.7"),
        ([Line(xff, "1.1.1.1,203.0.113.7,10.0.0.2,10.9.9.9")], "203.0.113.7"),
        ([Line(xff, "127.0.0.1, 203.0.113.7")], "203.0.113.7"), ([Line(xff, "10.0.0.1, 203.0.113.7")], "203.0.113.7"),
        ([Line(xff, "local, 203.0.113.7")], "203.0.113.7"), ([Line(xff, ",,, , 203.0.113.7")], "203.0.113.7"),
        ([Line(xff, "10.0.0.1, 10.0.0.2")], "10.0.0.1"),
        // Over all lines, in their order.
        ([Line(xff, "1.1.1.1"), Line(xff, "203.0.113.7")], "203.0.113.7"),
        ([Line(xff, "203.0.113.7"), Line(xff, "10.0.0.2")], "203.0.113.7"),
        ([Line(xff, "1.1.1.1"), Line(xff, "203.0.113.7, 10.0.0.3"), Line(xff, "10.0.0.2")], "203.0.113.7"),
        // Every form that proxies write.
        ([Line(xff, "203.0.113.7:4711")], "203.0.113.7"), ([Line(xff, "2001:db8::1")], "2001:db8::1"),
        ([Line(xff, "[2001:db8::1]")], "2001:db8::1"), ([Line(xff, "[2001:db8::1]:4711")], "2001:db8::1"),
        ([Line(xff, "2001:DB8:0::1")], "2001:db8::1"), ([Line(xff, "::ffff:203.0.113.7")], "203.0.113.7"),
        ([Line(xff, "[::ffff:203.0.113.7]:80")], "203.0.113.7"),
        ([Line(xff, "2001:db8::1, 2001:db8:ffff::5")], "2001:db8::1"),
        ([Line(xff, "203.0.113.7, ::ffff:10.0.0.2")], "203.0.113.7"),
        // What cannot be read ends the walk at the hop that wrote it.
        ([Line(xff, "unknown")], "127.0.0.1"), ([Line(xff, "_obf")], "127.0.0.1"), ([Line(xff, "")], "127.0.0.1"),
        ([Line(xff, "203.0.113.7,")], "127.0.0.1"), ([Line(xff, "203.0.113.7, unknown")], "127.0.0.1"),
        ([Line(xff, "203.0.113.7, unknown, 10.0.0.2")], "10.0.0.2"), ([Line(xff, "unknown, 10.0.0.2")], "10.0.0.2"),
        ([Line(xff, "203.0.113.7"), Line(xff, "")], "127.0.0.1"), ([Line(xff, "fe80::1%eth0")], "127.0.0.1"),
        ([Line(xff, "203.0.113.7:")], "127.0.0.1"), ([Line(xff, "203.0.113.7:port")], "127.0.0.1"),
        ([Line(xff, "203.0.113.7:123456")], "127.0.0.1"), ([Line(xff, "203.0.113.7:80:80")], "127.0.0.1"),
        ([Line(xff, "[2001:db8::1")], "127.0.0.1"), ([Line(xff, "[2001:db8::1]x")], "127.0.0.1"),
        ([Line(xff, "[]")], "127.0.0.1"), ([Line(xff, "\"203.0.113.7\"")], "127.0.0.1"),
        ([Line(xff, "203.0.113.07")], "127.0.0.1"), ([Line(xff, "203.0.113.7;1.1.1.1")], "127.0.0.1"),
        ([Line(xff, "203.0.113.7 1.1.1.1")], "127.0.0.1"), ([Line(xff, "for=203.0.113.7")], "127.0.0.1"),
        ([Line(xff, "\u{A0}203.0.113.7")], "127.0.0.1"),
        // However many there are.
        ([Line(xff, String(repeating: "1.1.1.1, ", count: 10_000) + "203.0.113.7")], "203.0.113.7"),
        ([Line(xff, "203.0.113.7" + String(repeating: ", 10.0.0.2", count: 10_000))], "203.0.113.7"),
        ([Line(xff, String(repeating: ",", count: 10_000))], "127.0.0.1"),
        // X-Real-IP only where there is no X-Forwarded-For.
        ([Line("X-Real-IP", "203.0.113.7")], "203.0.113.7"),
        ([Line("X-Real-IP", "203.0.113.7"), Line(xff, "198.51.100.4")], "198.51.100.4"),
        ([Line("X-Real-IP", "203.0.113.7"), Line(xff, "unknown")], "127.0.0.1"),
        ([Line("X-Real-IP", "unknown")], "127.0.0.1"),
        ([Line("X-Real-IP", "1.1.1.1"), Line("X-Real-IP", "203.0.113.7")], "203.0.113.7"),
        ([Line("X-Real-IP", "[2001:db8::1]:80")], "2001:db8::1"),
        ([Line("X-Real-IP", "1.1.1.1, 203.0.113.7")], "127.0.0.1"),
        // No other header is known.
        (
            [
                Line("Forwarded", "for=203.0.113.7"), Line("True-Client-IP", "203.0.113.7"),
                Line("CF-Connecting-IP", "203.0.113.7"),
            ], "127.0.0.1"
        ),
        (
            [
                Line("X-Client-IP", "203.0.113.7"), Line("X-Forwarded-Host", "203.0.113.7"),
                Line("Client-IP", "203.0.113.7"),
            ], "127.0.0.1"
        ),
    ]

    @Test(arguments: forwarded)
    func `behind a trusted proxy is the right-most that no trusted proxy vouches for`(lines: [Line], expected: String)
        throws
    {
        let settings = try Self.settings()

        #expect(
            try settings.clientAddress(peer: IPAddress("127.0.0.1"), headers: HTTPFields(lines))?.description
                == expected
        )
        // A peer in the mapped form is the same peer.
        let mapped = try settings.clientAddress(peer: IPAddress("::ffff:127.0.0.1"), headers: HTTPFields(lines))
        #expect(mapped?.description == expected)
    }

    @Test(arguments: forwarded)
    func `is that of the socket when its peer is not trusted, whatever the headers say`(lines: [Line], expected: String)
        throws
    {
        for peer in ["198.51.100.9", "127.0.0.2", "2001:db8::9", "11.0.0.1"] {
            let address = try Self.settings().clientAddress(peer: IPAddress(peer), headers: HTTPFields(lines))
            #expect(address?.description == peer)
        }
        let nobody = HTTPSettings()
        #expect(
            try nobody.clientAddress(peer: IPAddress("127.0.0.1"), headers: HTTPFields(lines))?.description
                == "127.0.0.1"
        )
        #expect(try Self.settings().clientAddress(peer: nil, headers: HTTPFields(lines)) == nil)
    }

    @Test(arguments: [
        ([Line("X-Real-IP", "203.0.113.7"), Line(xff, "198.51.100.4")], "203.0.113.7"),
        ([Line(xff, "198.51.100.4")], "127.0.0.1"),
        ([Line("X-Real-IP", "unknown"), Line(xff, "198.51.100.4")], "127.0.0.1"), ([], "127.0.0.1"),
    ])
    func `is told by X-Real-IP alone where that is set`(lines: [Line], expected: String) throws {
        var settings = try Self.settings()
        settings.clientAddressHeader = .xRealIP

        let address = try settings.clientAddress(peer: IPAddress("127.0.0.1"), headers: HTTPFields(lines))

        #expect(address?.description == expected)
    }

    @Test(arguments: [
        "203.0.113.7", "0.0.0.0", "255.254.1.2", "::1", "2001:db8:1:2:3:4:5:6", "fe80::1", "::ffff:203.0.113.7",
    ])
    func `of a socket is read from its bytes`(text: String) throws {
        let socket = try SocketAddress(ipAddress: text, port: 4_711)

        #expect(IPAddress(socket) == IPAddress(text))
        #expect(IPAddress(try SocketAddress(unixDomainSocketPath: "/tmp/socket")) == nil)
    }

    private static func settings() throws -> HTTPSettings {
        var settings = HTTPSettings()
        settings.trustedProxies = try trusted.map { try #require(AddressBlock($0)) }
        return settings
    }
}
