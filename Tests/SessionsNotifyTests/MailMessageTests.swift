import Foundation
import Sessions
import SessionsTesting
import Testing

@testable import SessionsNotify

@Suite struct `A mail` {
    @Test(arguments: [
        "Hello\r\nBcc: everybody@example.org", "Hello\nBcc: everybody@example.org", "\r\n\r\nbody",
        "a\u{85}b\u{2028}c\u{2029}d\u{0}e\u{7F}", "=?utf-8?Q?already?=", "=?utf-8?Q?=0D=0ABcc:_x?=",
        "Grüße aus Köln 🦓", String(repeating: "x", count: 5_000), String(repeating: "🦓", count: 500),
    ])
    func `has the headers that it was given and no other, whatever the subject`(subject: String) throws {
        let mail = try Mail(MailMessage.sample(subject: subject, name: subject).encoded)

        #expect(
            mail.names == [
                "From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Auto-Submitted",
                "X-Auto-Response-Suppress", "Content-Type",
            ]
        )
        #expect(mail.bytes.allSatisfy { $0 < 0x80 })
        #expect(mail.lines.allSatisfy { $0.utf8.count <= 78 && !$0.utf8.contains(0x0D) && !$0.utf8.contains(0x0A) })
    }

    @Test func `has a plain subject as it is`() throws {
        let mail = try Mail(MailMessage.sample(subject: "New sign-in to Quagga").encoded)

        #expect(mail["Subject"] == "New sign-in to Quagga")
        #expect(mail["Auto-Submitted"] == "auto-generated")
        #expect(mail["Date"] == "Wed, 4 Feb 2026 05:06:07 +0000")
        #expect(mail["To"] == "<ada@example.org>")
    }

    @Test func `has other subjects in encoded words of whole characters`() throws {
        let mail = try Mail(MailMessage.sample(subject: "Grüße").encoded)

        #expect(mail["Subject"] == "=?utf-8?Q?Gr=C3=BC=C3=9Fe?=")
    }

    @Test(arguments: [
        ("", "<sessions@example.org>"), ("Quagga", "\"Quagga\" <sessions@example.org>"),
        ("A \"B\" \\ C", "\"A \\\"B\\\" \\\\ C\" <sessions@example.org>"),
        ("a <b@evil.example>,", "\"a <b@evil.example>,\" <sessions@example.org>"),
        ("Zoë", "=?utf-8?Q?Zo=C3=AB?= <sessions@example.org>"),
    ])
    func `names its sender so that nobody else is named`(name: String, header: String) throws {
        let mail = try Mail(MailMessage.sample(name: name).encoded)

        #expect(mail["From"] == header)
    }

    @Test(arguments: [
        ".", "..\n.\nFrom somebody\n", "From x", "a=b=\n=", "trailing space \nand tab\t\n", "\u{1}\u{7F}é🦓\r",
        String(repeating: "long ", count: 1_000), String(repeating: ".", count: 300),
        String(repeating: "é", count: 300), "",
    ])
    func `carries any text through short lines of ASCII, none of which begins with a dot`(text: String) throws {
        let encoded = QuotedPrintable.encode(text)

        let lines = encoded.components(separatedBy: "\r\n")
        #expect(lines.allSatisfy { $0.utf8.count <= 76 && !$0.hasPrefix(".") && !$0.hasPrefix("From ") })
        #expect(lines.allSatisfy { $0.last != " " && $0.last != "\t" })
        #expect(encoded.utf8.allSatisfy { (0x20...0x7E).contains($0) || $0 == 0x0D || $0 == 0x0A })
        #expect(decoded(encoded) == text)
    }

    @Test func `has one Message-ID in every attempt`() throws {
        var message = MailMessage.sample()
        let first = try Mail(message.encoded)["Message-ID"]
        message.date = message.date.adding(seconds: 60)

        #expect(try Mail(message.encoded)["Message-ID"] == first)
        #expect(first == "<\(message.id)@example.org>")
    }

    @Test(arguments: [
        ("ada@example.org", "", "ada@example.org"), ("Quagga <q@example.org>", "Quagga", "q@example.org"),
        ("\"Quagga, Inc.\" <q@example.org>", "Quagga, Inc.", "q@example.org"), ("<q@example.org>", "", "q@example.org"),
    ])
    func `is from an address, with or without a name`(text: String, name: String, address: String) throws {
        let parsed = try #require(MailAddress(text))

        #expect(parsed.name == name)
        #expect(parsed.address.description == address)
    }

    @Test(arguments: [
        "", "ada", "ada@", "A\r\nB <q@example.org>", "A <q@example.org> x", "A <q@example.org", "A <<q@x.org>",
    ])
    func `is from nothing else`(text: String) {
        #expect(MailAddress(text) == nil)
    }

    /// Quoted-printable, read by its rules.
    private func decoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(
            text.replacingOccurrences(of: "=\r\n", with: "").replacingOccurrences(of: "\r\n", with: "\n").utf8
        )[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "=") else {
                bytes.append(byte)
                continue
            }
            bytes.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// The headers of a mail, taken apart by RFC 5322.
struct Mail {
    let bytes: [UInt8]
    let lines: [String]
    private let headers: [(name: String, value: String)]

    init(_ bytes: [UInt8]) throws {
        self.bytes = bytes
        let text = String(decoding: bytes, as: UTF8.self)
        lines = text.components(separatedBy: "\r\n")
        var headers: [(name: String, value: String)] = []
        for line in lines.prefix(while: { !$0.isEmpty }) {
            if line.hasPrefix(" ") {
                headers[headers.count - 1].value += line
            } else {
                let colon = try #require(line.firstIndex(of: ":"))
                headers.append((String(line[..<colon]), String(line[colon...].dropFirst(2))))
            }
        }
        self.headers = headers
    }

    var names: [String] { headers.map(\.name) }

    subscript(name: String) -> String? { headers.first { $0.name == name }?.value }
}

extension MailMessage {
    static func sample(subject: String = "Hello", name: String = "Quagga") -> MailMessage {
        // swift-format-ignore: NeverForceUnwrap
        MailMessage(
            from: MailAddress(name: name, address: EmailAddress("sessions@example.org")!),
            to: EmailAddress("ada@example.org")!,
            subject: subject,
            text: "Hello\n",
            html: "<p>Hello</p>\n",
            id: .make(at: ManualClock.start),
            date: Timestamp(seconds: 1_770_181_567)
        )
    }
}
