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

    /// RFC 5869 without salt, computed with Python's hmac.
    ///
    /// What is stored depends on these keys: they may never change.
    @Test(arguments: [
        (SigningKeys.Purpose.seeds, "cd8d04f9f8478d5eacdf5501a8f50ccb0c1e91cd617c72927313633fd9fa67ab"),
        (.attempts, "da97b4b490b7dec72c394fa50041c874fd0d008bc7346362283790628a0cf557"),
        (.knownBrowsers, "3a1f9961acfbc9d1de49e684f0372036298ae6625cc63707f910a84ed25136f3"),
    ])
    func `a secret gives each purpose a key of its own by HKDF`(purpose: SigningKeys.Purpose, hex: String) throws {
        let key = try SigningKeys(secret: Scene.secret).current.derived(for: purpose)
        let bytes = key.withUnsafeBytes { Array($0) }

        #expect(bytes.flatMap { [$0 >> 4, $0 & 15] }.map { String($0, radix: 16) }.joined() == hex)
    }

    @Test func `a digest is that of its message, purpose and secret`() throws {
        let keys = try SigningKeys(secret: Scene.secret, previous: [Scene.secret + "!"])
        let message = Array("ada".utf8)
        let digests = SigningKeys.Purpose.allCases.flatMap { purpose in
            keys.all.flatMap { [$0.digest(of: message, for: purpose), $0.digest(of: message + [0], for: purpose)] }
        }

        #expect(Set(digests).count == SigningKeys.Purpose.allCases.count * 4)
        #expect(digests.allSatisfy { $0.count == 32 })
        #expect(digests.first == keys.current.digest(of: message, for: .seeds))
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
