import Sessions
import SessionsTesting
import Testing

@testable import Sessions

@Suite struct `One-time codes` {
    private let secret: TOTPSecret
    private let totp: TOTP
    /// The start of a step.
    private let start = Timestamp(seconds: 1_795_429_800)
    private var step: Int64 { TOTP.step(at: start) }

    init() throws {
        secret = try #require(TOTPSecret(bytes: Array("12345678901234567890".utf8)))
        totp = TOTP(secret)
    }

    private func match(_ step: Int64, at milliseconds: Int64, after lastStep: Int64 = -1) -> Int64? {
        totp.match(totp.code(step), at: start.adding(milliseconds: milliseconds), after: lastStep)
    }

    /// RFC 6238 appendix B, the rows of SHA-1; of the eight digits there, six digits are the last ones.
    @Test(
        arguments: [
            (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924"),
            (2_000_000_000, "279037"), (20_000_000_000, "353130"),
        ] as [(Int64, String)]
    )
    func `are those of RFC 6238`(seconds: Int64, code: String) throws {
        let now = Timestamp(seconds: seconds)

        #expect(totp.code(TOTP.step(at: now)).text == code)
        #expect(totp.match(try #require(TOTPCode(code)), at: now, after: -1) == seconds / 30)
    }

    /// RFC 4226 appendix D.
    @Test func `are those of RFC 4226`() {
        let codes = (0..<10).map { totp.code($0).text }

        #expect(
            codes == [
                "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489",
            ]
        )
    }

    @Test func `are those that oathtool makes`() throws {
        var random = SeededGenerator.fromEnvironment()
        for _ in 0..<5 {
            let seed = TOTPSecret.make()
            let now = Timestamp(seconds: .random(in: 0...4_000_000_000, using: &random))
            let code = try output(of: "oathtool", "--totp", "--base32", "--now", "@\(now.seconds)", seed.base32)

            #expect(TOTP(seed).code(TOTP.step(at: now)).text + "\n" == code, "seed \(random.seed), \(now.seconds)")
        }
    }

    @Test(arguments: [0, 9_999, 10_000, 29_999] as [Int64])
    func `of the current step count until it ends`(milliseconds: Int64) {
        #expect(match(step, at: milliseconds) == step)
    }

    @Test func `of the step before count for ten seconds more`() {
        #expect(match(step - 1, at: 0) == step - 1)
        #expect(match(step - 1, at: 9_999) == step - 1)
        #expect(match(step - 1, at: 10_000) == nil)
        #expect(match(step - 1, at: 29_999) == nil)
    }

    @Test(arguments: [0, 5_000, 9_999, 10_000, 29_999] as [Int64])
    func `of 60 seconds ago and of the next step never count`(milliseconds: Int64) {
        #expect(match(step - 2, at: milliseconds) == nil)
        #expect(match(step + 1, at: milliseconds) == nil)
        #expect(match(step + 2, at: milliseconds) == nil)
    }

    @Test(arguments: [-31_000, -60_000, 30_000] as [Int64])
    func `made 31 or 60 seconds ago, or half a minute ahead, do not count at any second`(offset: Int64) {
        for second in 0..<30 as Range<Int64> {
            let now = start.adding(seconds: second)
            let code = totp.code(TOTP.step(at: now.adding(milliseconds: offset)))
            // 31 seconds ago is the step before for all but the first second.
            let isPrevious = offset == -31_000 && second > 0 && second < 10

            #expect((totp.match(code, at: now, after: -1) != nil) == isPrevious, "\(second)")
        }
    }

    @Test(arguments: [0, 5_000, 9_999, 29_999] as [Int64])
    func `count once`(milliseconds: Int64) {
        #expect(match(step, at: milliseconds, after: step - 1) == step)
        #expect(match(step, at: milliseconds, after: step) == nil)
        #expect(match(step, at: milliseconds, after: step + 1) == nil)
    }

    @Test func `of the step before count neither twice nor after one of this step`() {
        #expect(match(step - 1, at: 5_000, after: step - 2) == step - 1)
        #expect(match(step - 1, at: 5_000, after: step - 1) == nil)
        #expect(match(step - 1, at: 5_000, after: step) == nil)
    }

    @Test func `differ with the seed`() throws {
        var bytes = secret.bytes
        bytes[19] ^= 1
        let other = TOTP(try #require(TOTPSecret(bytes: bytes)))

        #expect(other.match(totp.code(step), at: start, after: -1) == nil)
    }

    @Test(arguments: ["005924", "005 924", " 005924 ", "0 0 5 9 2 4"])
    func `are read with spaces`(text: String) throws {
        #expect(try #require(TOTPCode(text)).text == "005924")
    }

    @Test(arguments: [
        "", "12345", "1234567", "12345a", "-12345", "+12345", "123.56", "１２３４５６", "١٢٣٤٥٦", "12345\u{0}", "123\t456",
        "123\n456",
        "123456" + String(repeating: " ", count: 11), String(repeating: "1", count: 100_000),
    ])
    func `are six digits and nothing else`(text: String) {
        #expect(TOTPCode(text) == nil)
    }

    @Test func `have no instant that traps`() {
        for milliseconds in [Int64.min, -1, 0, Int64.max] {
            let now = Timestamp(milliseconds: milliseconds)
            let current = TOTP.step(at: now)

            #expect(totp.match(totp.code(current), at: now, after: .min) == current)
        }
        #expect(TOTP.step(at: Timestamp(milliseconds: -1)) == -1)
    }
}

@Suite struct `Second-factor seed` {
    @Test func `is 160 random bits, in 32 characters`() {
        let seeds = (0..<5_000).map { _ in TOTPSecret.make() }

        #expect(Set(seeds.map(\.base32)).count == seeds.count)
        for seed in seeds {
            #expect(seed.bytes.count == 20)
            #expect(seed.base32.utf8.count == 32)
            #expect(Set(seed.base32).isSubset(of: "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
        }
        for place in 0..<20 { #expect(Set(seeds.map { $0.bytes[place] }).count == 256) }
    }

    @Test(arguments: [0, 19, 21, 32])
    func `has twenty bytes`(count: Int) {
        #expect(TOTPSecret(bytes: Array(repeating: 1, count: count)) == nil)
    }

    @Test func `is shown in base32 and as an address for apps`() throws {
        let seed = try #require(TOTPSecret(bytes: Array("12345678901234567890".utf8)))

        #expect(seed.base32 == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
        #expect(
            seed.uri(issuer: "RTC Collector", account: "ada") == """
                otpauth://totp/RTC%20Collector:ada?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=RTC%20Collector\
                &algorithm=SHA1&digits=6&period=30
                """
        )
    }

    @Test func `has an address that no name can change`() throws {
        let seed = TOTPSecret.make()
        let uri = seed.uri(issuer: "A:B&secret=X#?/ü%", account: "a.b_c-d&secret=Y")

        #expect(uri.hasPrefix("otpauth://totp/A%20B%26secret%3DX%23%3F%2F%C3%BC%25:a.b_c-d%26secret%3DY?secret="))
        #expect(uri.split(separator: "secret=").count == 2)
    }

    @Test func `shows nothing of itself, nor does a code`() throws {
        let seed = try #require(TOTPSecret(bytes: Array("12345678901234567890".utf8)))
        let values: [Any] = [seed, TOTP(seed), TOTP(seed).code(1), try #require(TOTPCode("123456"))]

        for value in values {
            var dumped = ""
            dump(value, to: &dumped)
            #expect(!dumped.contains("12345") && !dumped.contains("49") && !dumped.contains("287082"))
        }
        #expect("\(seed) \(TOTP(seed).code(1))" == "<redacted> <redacted>")
    }
}
