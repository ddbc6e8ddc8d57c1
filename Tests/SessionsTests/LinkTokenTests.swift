import SessionsTesting
import Testing

@testable import Sessions

@Suite struct `A link's token` {
    private let id = NoticeID.make(at: ManualClock.start)
    private let secret = "correct horse battery staple 0123456789"

    private func signer(_ secret: String? = nil, previous: [String] = []) throws -> LinkSigner {
        LinkSigner(keys: try SigningKeys(secret: secret ?? self.secret, previous: previous))
    }

    @Test(arguments: MailedLink.Purpose.allCases)
    func `is recognised for its purpose alone`(purpose: MailedLink.Purpose) throws {
        let token = try signer().token(of: id, for: purpose)
        let read = try #require(LinkToken(token.text))

        for other in MailedLink.Purpose.allCases {
            try #expect(signer().id(of: read, for: other) == (other == purpose ? id : nil))
        }
    }

    @Test func `has one spelling`() throws {
        let text = try signer().token(of: id, for: .password).text

        #expect(text.utf8.count == LinkToken.textBytesCount)
        for wrong in [
            "", "x", text + "A", String(text.dropLast()), text + "=", " " + text, text.replacing("_", with: "/") + "%",
        ] {
            #expect(LinkToken(wrong) == nil)
        }
    }

    @Test func `is void when any of its bits is another`() throws {
        let signer = try signer()
        let token = signer.token(of: id, for: .report)
        for index in 0..<16 {
            var bytes = id.bytes
            bytes[index] ^= 1
            let other = try #require(NoticeID(bytes: bytes))
            #expect(signer.id(of: LinkToken(id: other, code: token.code), for: .report) == nil)
        }
        for index in token.code.indices {
            var code = token.code
            code[index] ^= 0x80
            #expect(signer.id(of: LinkToken(id: id, code: code), for: .report) == nil)
        }
    }

    @Test func `outlives the secret for as long as that is named as the one before`() throws {
        let token = try signer().token(of: id, for: .email)
        let other = "another horse battery staple 0123456789"

        try #expect(signer(other, previous: [secret]).id(of: token, for: .email) == id)
        try #expect(signer(other).id(of: token, for: .email) == nil)
    }

    @Test func `is never shown`() throws {
        let token = try signer().token(of: id, for: .password)

        #expect("\(token)" == "<redacted>")
        var dump = ""
        Swift.dump(token, to: &dump)
        #expect(!dump.contains(token.text))
    }
}
