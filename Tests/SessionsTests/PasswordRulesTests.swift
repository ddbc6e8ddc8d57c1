import Sessions
import SessionsTesting
import Testing

@testable import Sessions

@Suite struct `Password rules` {
    private static let rules = PasswordRules(appName: "RTC Collector", host: "sessions.example.net")

    private func weakness(
        _ text: String,
        email: String = "somebody@nowhere.invalid",
        username: String = "xyzzy"
    ) -> PasswordRules.Weakness? {
        Self.rules.strength(of: Password(text), email: EmailAddress(email), username: Username(username)).weakness
    }

    private func bits(_ text: String, username: String? = nil) -> Double {
        PasswordRules().strength(of: Password(text), email: nil, username: username.flatMap(Username.init)).bits
    }

    @Test(arguments: ["", "1234567", "🦊🦊🦊🦊🦊🦊🦊", "kX9#vQ2"])
    func `seven characters are too short`(text: String) {
        #expect(weakness(text) == .tooShort)
    }

    /// No composition rules (ASVS 6.2.5).
    @Test(arguments: [
        "fd8sk2ja", "žluťoučk", "vqmzhtrwlkp", "VQMZHTRWLKP", "583041967725046", "correct horse battery staple",
        "паролик!",
        "   spaces   only   here   x", "正しい馬電池ホチキス", "🦊🐻🐼🐨🐯🦁🐮🐷", "tab\tand\nnewline", "}{)(*&^%$;:<>?",
        "green kettle window seven ladder paper ocean candle mirror thunder basket orange pencil silver garden",
    ])
    func `eight characters of any kind that are hard to guess are enough`(text: String) {
        #expect(weakness(text) == nil)
    }

    @Test(arguments: [
        "password", "PASSWORD", "PassWord", "12345678", "123456789", "qwertyuiop", "iloveyou", "sunshine", "princess1",
        "football", "00000000", "11111111",
    ])
    func `one of the most common is refused in any case`(text: String) {
        #expect(weakness(text) == .common)
    }

    @Test func `every one on the list is refused as common, and there are thousands that are long enough`() {
        let list = "\(commonPasswords)".split(separator: "\n")

        #expect(list.count == 8_354)
        for common in list { #expect(weakness(String(common)) == .common, "\(common)") }
    }

    @Test func `1,024 bytes are kept and one more is too long`() {
        var random = SeededGenerator(seed: 4)
        let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789")
        let long = String((0..<1_025).map { _ in letters.randomElement(using: &random) ?? "a" })

        for count in [64, 128, 1_024] { #expect(weakness(String(long.prefix(count))) == nil) }
        #expect(weakness(long) == .tooLong)
        #expect(weakness(String(repeating: "é", count: 513)) == .tooLong)
    }

    /// ASVS 6.2.11, decision C6.
    @Test(arguments: [
        "ada.lovelace@example.org", "x ADA.Lovelace@Example.org x", "ada.lovelace kettle ocean",
        "AdaLovelace!kettle77ocean",
        "ada-lovelace kettle ocean", "countess1234567", "kettle Countess ocean ladder", "kettle cöuntess ocean ladder",
        "RTC Collector kettle ocean", "rtccollector kettle ocean", "my_RTC-collector_kettle ocean",
        "ｃｏｕｎｔｅｓｓ kettle ocean",
    ])
    func `the account's address and name and the service's name may not stand in it`(text: String) {
        #expect(weakness(text, email: "ada.lovelace@example.org", username: "countess") == .personal)
        #expect(weakness("kettle ocean ladder", email: "ada.lovelace@example.org", username: "countess") == nil)
    }

    @Test func `a local part or a service's name of three letters may, since they stand in other words by chance`() {
        let text = Password("kettle ocean candle mirror")
        let email = EmailAddress("can@example.org")

        #expect(PasswordRules(appName: "Ket").strength(of: text, email: email, username: nil).weakness == nil)
        #expect(PasswordRules(appName: "Kett").strength(of: text, email: email, username: nil).weakness == .personal)
    }

    @Test func `a service without a name forbids nothing`() {
        for rules in [PasswordRules(), PasswordRules(appName: "!", host: "127.0.0.1")] {
            #expect(rules.strength(of: Password("kettle 127 ocean!"), email: nil, username: nil).weakness == nil)
        }
    }

    @Test(arguments: [
        "P@ssw0rd1!", "zzzzyyyyzz", "        x", "aaaaaaaaaaaaaaa", "19901231!", "abcdefghijkl", "ZZZyyyXXXwww",
        "正正正正正正正正正正", "🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊", "Pässwörd1!", "ｐａｓｓｗｏｒｄ１！", "𝓹𝓪𝓼𝓼𝔀𝓸𝓻𝓭𝓼𝟏", "sessions2024!",
    ])
    func `what is guessed in fewer than 2^30 tries is refused`(text: String) {
        #expect(weakness(text) == .guessable)
    }

    /// The figures of libzxcvbn 2.5.
    @Test(
        arguments: [
            ("password", nil, 0), ("P@ssw0rd1!", nil, 8.8), ("alice1990", "alice", 8.2), ("Tr0ub4dour&3", nil, 30.9),
            ("seven green kettles", nil, 46.8), ("c2vL9x#QhT7m", nil, 74.4),
        ] as [(String, String?, Double)]
    )
    func `the bits are those of zxcvbn`(text: String, username: String?, expected: Double) {
        #expect(abs(bits(text, username: username) - expected) < 0.1, "\(bits(text, username: username))")
    }

    @Test func `the words of account, service and host make it easier to guess`() {
        #expect(bits("marigold") > bits("marigold", username: "marigold"))
        #expect(bits("thornbury77") > bits("thornbury77", username: "x.thornbury"))
        for words in [PasswordRules(appName: "Thornbury Mail"), PasswordRules(host: "www.thornbury.example")] {
            #expect(words.strength(of: Password("thornbury77"), email: nil, username: nil).bits < bits("thornbury77"))
        }
        let email = EmailAddress("someone@mail.thornbury.example")
        let strength = PasswordRules().strength(of: Password("thornbury77"), email: email, username: nil)
        #expect(strength.bits < bits("thornbury77"))
    }

    @Test func `accents and other forms of letters gain nothing`() {
        for dressed in ["passwörd", "ｐａｓｓｗｏｒｄ", "𝐩𝐚𝐬𝐬𝐰𝐨𝐫𝐝", "pa\u{301}sswo\u{308}rd", "ⓟⓐⓢⓢⓦⓞⓡⓓ"] {
            #expect(bits(dressed) == bits("password"), "\(dressed)")
        }
        #expect(bits("oﬃce") == bits("office"))
        #expect(bits("PÄSSWÖRD") == bits("PASSWORD"))
        #expect(bits("PASSWORD") > bits("password"))
    }

    @Test func `a character counts once, however many bytes it takes`() {
        #expect(bits("пароль") < 42)
        #expect(bits("🦊🐻🐼🐨") < 28)
    }

    /// A C string ends at a NUL.
    @Test func `what follows a NUL counts, and what stands before it counts for no more`() {
        #expect(bits("\0") > 0)
        #expect(bits("password\0") < 10)
        #expect(bits("password\0password") < 20)
        #expect(bits("\0\0\0\0\0\0\0\0\0\0\0\0") < 15)
        #expect(bits("\0kettle ocean ladder") > bits("kettle ocean ladder"))
        #expect(weakness("password\0") == .guessable)
    }

    @Test func `beyond 128 characters nothing is gained`() {
        let start = String(repeating: "ab", count: 64)

        #expect(bits(start + "kettle ocean ladder mirror") == bits(start))
        #expect(bits(String(repeating: "é", count: 128)) == bits(String(repeating: "e", count: 128)))
    }

    @Test func `many threads may ask at once`() async {
        let texts = [
            "Tr0ub4dour&3", "kettle ocean ladder", "alice1990", "P@ssw0rd1!", "пароль12",
            String(repeating: "1", count: 128),
        ]
        let alone = texts.map { bits($0, username: "alice") }

        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<40 {
                group.addTask { texts.map { bits($0, username: "alice") } == alone }
            }
            for await isSame in group { #expect(isSame) }
        }
    }

    @Test func `each reason has a sentence of its own`() {
        let messages = PasswordRules.Weakness.allCases.map(\.message)

        #expect(Set(messages).count == messages.count)
        #expect(messages.allSatisfy { $0.hasSuffix(".") })
        #expect(PasswordRules.Weakness.tooShort.message.contains("8"))
    }
}

@Suite struct `Password blocklist` {
    private func blocklist(_ text: String, in chunk: Int = 7) throws -> PasswordBlocklist {
        try blocklist(Array(text.utf8), in: chunk)
    }

    private func blocklist(_ bytes: [UInt8], in chunk: Int = 7) throws -> PasswordBlocklist {
        var rest = bytes[...]
        return try PasswordBlocklist {
            defer { rest = rest.dropFirst(chunk) }
            return rest.prefix(chunk)
        }
    }

    @Test(arguments: [1, 2, 3, 7, 1_000])
    func `refuses its lines in any case, whatever pieces it is read in`(chunk: Int) throws {
        let list = try blocklist(
            "\u{FEFF}Kettle Ocean\r\n\n  green ladder \nžluťoučký kůň\nlast without an end",
            in: chunk
        )
        let rules = PasswordRules(blocklist: list)
        func weakness(_ text: String) -> PasswordRules.Weakness? {
            rules.strength(of: Password(text), email: nil, username: nil).weakness
        }

        for text in ["Kettle Ocean", "KETTLE OCEAN", "  green ladder ", "ŽLUŤOUČKÝ KŮŇ", "last without an end"] {
            #expect(weakness(text) == .listed, "\(text)")
        }
        for text in ["kettle ocean ", "green ladder", "kettle oceans", "last without an en", "kettle\nocean ladder"] {
            #expect(weakness(text) != .listed, "\(text)")
        }
    }

    @Test func `of a thousand lines each is found and no other`() throws {
        let lines = (0..<1_000).map { "violet-\($0)-anchor" }
        let list = try blocklist(lines.joined(separator: "\n"), in: 4_096)

        #expect(String(reflecting: PasswordRules(blocklist: list)).utf8.count < 500)
        for line in lines { #expect(list.contains(line)) }
        for number in 1_000..<3_000 { #expect(!list.contains("violet-\(number)-anchor")) }
    }

    @Test func `a line of the longest password is taken, and a longer one is no password list`() throws {
        let longest = String(repeating: "x", count: 1_024)

        #expect(try blocklist("\(longest)\r\n").contains(longest))
        #expect(throws: PasswordBlocklist.Malformed.self) { try blocklist("fine\n\(longest)xx\n") }
    }

    @Test(
        arguments: [[], [0x0A, 0x0D, 0x0A], [0xFF, 0xFE, 0x61, 0x00], [0x1F, 0x8B, 0x08, 0x00], [0x61, 0x0A, 0xC3]]
            as [[UInt8]]
    )
    func `what is empty or not UTF-8 is refused, and the line is told`(bytes: [UInt8]) throws {
        let error = try #require(throws: PasswordBlocklist.Malformed.self) { try blocklist(bytes) }

        #expect(bytes.count < 4 || error.description.contains("line 1"))
    }
}
