import Sessions
import Testing

@Suite struct `Base64url` {
    /// RFC 4648 section 10, without padding; the last two have the characters that differ from base64.
    static let vectors: [([UInt8], String)] = [
        ([], ""), (Array("f".utf8), "Zg"), (Array("fo".utf8), "Zm8"), (Array("foo".utf8), "Zm9v"),
        (Array("foob".utf8), "Zm9vYg"), (Array("fooba".utf8), "Zm9vYmE"), (Array("foobar".utf8), "Zm9vYmFy"),
        ([0xFB, 0xFF], "-_8"), ([0xFF, 0xFF, 0xFF], "____"),
    ]

    @Test(arguments: vectors)
    func `bytes have one spelling, and it is read back`(bytes: [UInt8], text: String) {
        #expect(String(decoding: Base64URL.encode(bytes), as: UTF8.self) == text)
        #expect(Base64URL.decode(Array(text.utf8)) == bytes)
    }

    @Test func `every byte at every place is read back`() {
        for length in 1...4 {
            for byte in UInt8.min ... .max {
                let bytes = (0..<length).map { byte &+ UInt8($0) &* 91 }
                #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
            }
        }
    }

    @Test(arguments: [
        "Zg==", "Zm8=", "Zm9v=", "=", "+_8", "-/8", "Zm 8", "Zm8 ", " Zm8", "Zm8\n", "Z", "Zm9vY", "Zm9\u{FF56}",
        "Zm.8", "Z\0",
    ])
    func `padding, other alphabets, blanks and impossible lengths are refused`(text: String) {
        #expect(Base64URL.decode(Array(text.utf8)) == nil)
    }

    @Test func `of all spellings of one byte's last character only the one without stray bits is read`() {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        for first in alphabet {
            let one = alphabet.filter { Base64URL.decode([first, $0]) != nil }
            let two = alphabet.filter { Base64URL.decode([first, first, $0]) != nil }
            #expect(one.count == 4)
            #expect(two.count == 16)
        }
    }
}
