import Crypto
import Sessions
import Testing

@testable import Sessions

@Suite struct `Signing keys` {
    @Test(arguments: [
        "", "x", String(repeating: "a", count: 32), "correct horse battery staple 01",
        String(repeating: "abcdefg", count: 9),
        String(repeating: "🦊", count: 8), String(repeating: " ", count: 64),
    ])
    func `a secret that is short or obviously not random is refused`(secret: String) {
        let failure = #expect(throws: SigningKeys.WeakSecret.self) { try SigningKeys(secret: secret) }
        #expect(throws: SigningKeys.WeakSecret.self) {
            try SigningKeys(secret: Scene.secret, previous: [Scene.secret, secret])
        }

        #expect(failure.map { $0.description.contains("characters") } == true)
        if secret.count > 1 { #expect(failure?.description.contains(secret) == false) }
    }

    @Test(arguments: [
        "correct horse battery staple 012", String(repeating: "abcdefgh", count: 4),
        "ключ из тридцати двух знаков, да!",
    ])
    func `thirty-two characters, eight of them different, are enough`(secret: String) {
        #expect(throws: Never.self) { try SigningKeys(secret: secret, previous: [secret]) }
    }

    @Test func `keys show nothing of themselves`() throws {
        let keys = try SigningKeys(secret: Scene.secret)
        var dumped = ""
        dump(keys, to: &dumped)

        #expect("\(keys)" == "<redacted>")
        #expect(!dumped.contains("horse") && !dumped.contains("bytes"))
    }

    @Test func `two secrets have two names, and one has the same each time`() throws {
        let keys = try SigningKeys(secret: Scene.secret, previous: [Scene.secret + "!"])
        let again = try SigningKeys(secret: Scene.secret)

        #expect(keys.all.count == 2)
        #expect(keys.all[0].id != keys.all[1].id)
        #expect(keys.current.id == again.current.id)
        #expect(!Scene.secret.contains(keys.current.id))
    }

    /// RFC 7515 appendix A.1.
    @Test func `the signature is that of RFC 7515`() throws {
        let secret = try #require(
            Base64URL.decode(
                Array("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow".utf8)
            )
        )
        let signed = """
            eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb2\
            90Ijp0cnVlfQ
            """

        var hmac = SigningKeys.Key(secret: secret).primed
        hmac.update(data: Array(signed.utf8))

        let code = String(decoding: Base64URL.encode(Array(hmac.finalize())), as: UTF8.self)
        #expect(code == "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    }
}
