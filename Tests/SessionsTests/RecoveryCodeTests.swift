import Crypto
import Sessions
import Testing

@testable import Sessions

@Suite struct `Recovery codes` {
    private let text = "01234-56789-abcde-fghjk-mnpqr0"

    @Test func `are ten of 128 random bits`() {
        let codes = (0..<200).flatMap { _ in RecoveryCode.makeSet() }

        #expect(codes.count == 2_000)
        #expect(Set(codes.map(\.text)).count == codes.count)
        #expect(Set(codes.map(\.digest)).count == codes.count)
        for place in [0, 1, 3, 8, 24, 28] {
            #expect(Set(codes.map { Array($0.text.utf8)[place] }).count == 32)
        }
    }

    @Test func `are shown in groups without characters that look alike, and read back`() throws {
        for code in RecoveryCode.makeSet() {
            #expect(code.text.split(separator: "-").map(\.count) == [5, 5, 5, 5, 6])
            #expect(Set(code.text).isSubset(of: "0123456789abcdefghjkmnpqrstvwxyz-"))
            #expect(try #require(RecoveryCode(code.text)).digest == code.digest)
        }
    }

    @Test(arguments: [
        "01234-56789-ABCDE-FGHJK-MNPQR0", "0123456789abcdefghjkmnpqr0", " 01234 56789 abcde fghjk mnpqr0 ",
        "o1234-56789-abcde-fghjk-mnpqrO", "0l234-56789-abcde-fghjk-mnpqr0", "0I234-56789-abcde-fghjk-mnpqr0",
        "0i234-56789-abcde-fghjk-mnpqr0", "0L234-56789-abcde-fghjk-mnpqr0",
        "0-1-2-3-4-5-6-7-8-9-a-b-c-d-e-f-g-h-j-k-m-n-p-q-r-0-",
    ])
    func `are read as people type them`(typed: String) throws {
        #expect(try #require(RecoveryCode(typed)).digest == (try #require(RecoveryCode(text)).digest))
    }

    @Test(arguments: [
        "", "-", "01234-56789-abcde-fghjk-mnpqr", "01234-56789-abcde-fghjk-mnpqr00", "01234-56789-abcde-fghjk-mnpqru",
        "01234-56789-abcde-fghjk-mnpqr1", "01234-56789-abcde-fghjk-mnpqrz", "01234_56789-abcde-fghjk-mnpqr0",
        "01234-56789-abcde-fghjk-mnpqr0\n", "０1234-56789-abcde-fghjk-mnpqr0", "01234–56789–abcde–fghjk–mnpqr0",
        "0123456789abcdefghjkmnpqr0" + String(repeating: "-", count: 27), String(repeating: "0", count: 100_000),
    ])
    func `have no other spelling`(typed: String) {
        #expect(RecoveryCode(typed) == nil)
    }

    @Test func `are stored as SHA-256 of their 16 bytes`() throws {
        let zero = try #require(RecoveryCode(String(repeating: "0", count: 26)))

        #expect(zero.digest.bytes == Array(SHA256.hash(data: [UInt8](repeating: 0, count: 16))))
        #expect(RecoveryCodeDigest(bytes: zero.digest.bytes) == zero.digest)
        #expect(RecoveryCodeDigest(bytes: Array(zero.digest.bytes.dropLast())) == nil)
    }

    @Test func `show nothing of themselves`() throws {
        let code = try #require(RecoveryCode(text))
        var dumped = ""
        dump(code, to: &dumped)

        #expect("\(code) \(code.digest)" == "<redacted> <redacted>")
        #expect(!dumped.contains("bytes"))
    }

    @Test func `and one-time codes never look alike`() throws {
        if case .oneTime = try #require(SecondFactorCode("123 456")) {} else { Issue.record("not a one-time code") }
        if case .recovery = try #require(SecondFactorCode(text)) {} else { Issue.record("not a recovery code") }
        for text in ["", "12345", "password", "123456-123456"] { #expect(SecondFactorCode(text) == nil) }
    }

    /// RFC 4648 section 10, without padding.
    @Test(arguments: [
        ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"),
        ("foobar", "MZXW6YTBOI"),
    ])
    func `and seeds are in the base32 of RFC 4648`(plain: String, encoded: String) {
        #expect(String(decoding: Base32.standard.encode(Array(plain.utf8)), as: UTF8.self) == encoded)
        #expect(Base32.standard.decode(Array(encoded.utf8)) == Array(plain.utf8))
    }
}
