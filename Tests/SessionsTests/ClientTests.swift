import Sessions
import SessionsTesting
import Testing

@testable import Sessions

@Suite struct `Client of a request` {
    @Test(arguments: [
        ("", ""), ("curl/8.5.0", "curl/8.5.0"),
        (String(repeating: "a", count: 1_024), String(repeating: "a", count: 1_024)),
        (String(repeating: "a", count: 1_025), String(repeating: "a", count: 1_024)),
        (String(repeating: "a", count: 1_023) + "é", String(repeating: "a", count: 1_023)),
        (String(repeating: "a", count: 1_022) + "éx", String(repeating: "a", count: 1_022) + "é"),
        (String(repeating: "🦊", count: 300), String(repeating: "🦊", count: 256)),
        ("a" + String(repeating: "🦊", count: 300), "a" + String(repeating: "🦊", count: 255)),
        ("a" + String(repeating: "\u{301}", count: 2_000), "a" + String(repeating: "\u{301}", count: 511)),
    ])
    func `has a user agent of 1,024 bytes at most, cut between characters`(text: String, kept: String) {
        let client = Client(address: nil, userAgent: text)

        #expect(client.userAgent.map { Array($0.utf8) } == Array(kept.utf8))
    }

    @Test func `has another fingerprint when anything about it differs, and else the same`() {
        let hints = ClientHints(brands: nil, mobile: "?1", platform: nil)
        let clients = [
            Client.desktop, .mobile, Client(address: Client.desktop.address, userAgent: Client.mobile.userAgent),
            Client(address: Client.mobile.address, userAgent: Client.desktop.userAgent),
            Client(address: Client.desktop.address, userAgent: Client.desktop.userAgent, hints: hints),
            Client(address: nil, userAgent: Client.desktop.userAgent),
            Client(address: Client.desktop.address, userAgent: nil), Client(address: nil, userAgent: nil),
            Client(address: nil, userAgent: ""),
        ]

        #expect(Set(clients.map(\.fingerprint)).count == clients.count)
        #expect(
            Client.desktop.fingerprint
                == Client(address: Client.desktop.address, userAgent: Client.desktop.userAgent).fingerprint
        )
    }

    @Test func `without a user agent is told apart from one with an empty one`() {
        #expect(Client(address: nil, userAgent: nil).userAgent == nil)
        #expect(Client(address: nil, userAgent: "").userAgent == "")
    }
}
