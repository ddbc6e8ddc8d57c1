import Sessions
import SessionsTesting
import Testing

@testable import SessionsNotify

@Suite struct `A notice in words` {
    private let site = NoticeSite(
        appName: "Quagga",
        publicURL: "https://id.example.org",
        supportURL: "https://help.example.org/?a=1&b=2"
    )

    @Test(arguments: Notice.Kind.allCases)
    func `says whose account it is about, when, from where, what to do and where, in text and HTML`(kind: Notice.Kind)
        throws
    {
        let message = try mail(of: .sample(kind))

        #expect(!message.subject.isEmpty && message.subject.utf8.count <= 60)
        for text in [message.text, message.html] {
            for part in [
                "ada", "2026", "UTC", "Desktop - Firefox", "Nantes, France", "203.0.113.7",
                "https://id.example.org/", "help.example.org", "And 4 more", "A browser &amp; a place.",
            ] {
                let part = text == message.text ? part.replacing("&amp;", with: "&") : part
                #expect(text.contains(part), "\(kind): \(part)")
            }
        }
    }

    @Test func `says who has done what the owner has not`() throws {
        let message = try mail(of: .sample(.secondFactorDisabled, initiator: .admin))

        #expect(message.text.contains("by the operator of Quagga"))
    }

    @Test func `leaves out what is not known`() throws {
        let message = try mail(of: .sample(.passwordSet, address: nil, deviceInfo: nil, place: nil, withheldCount: 0))

        for name in ["Device", "Place", "Address", "more:"] {
            #expect(!message.text.contains(name))
            #expect(!message.html.contains(name))
        }
    }

    @Test(arguments: [
        "<script>alert(1)</script>", "\"\u{301} onmouseover=\"x", "'\u{200D}><img src=x>", "&lt;b&gt;", "a\"b'c<d>e&f",
    ])
    func `shows text that strangers wrote as text`(hostile: String) throws {
        let message = try mail(of: .sample(.newSignIn, deviceInfo: hostile, place: hostile))

        // By bytes: a quote and the combining mark after it are one character.
        #expect(Array(message.html.utf8).firstRange(of: Array(hostile.utf8)) == nil)
        #expect(Array(message.text.utf8).firstRange(of: Array(hostile.utf8)) != nil)
        for markup in ["<script", "<img", "<b>", "onmouseover=\""] {
            #expect(Array(message.html.utf8).firstRange(of: Array(markup.utf8)) == nil)
        }
    }

    private func mail(of notice: Notice) throws -> MailMessage {
        let address = try #require(EmailAddress("ada@example.org"))
        return MailMessage(
            notice,
            to: address,
            username: "ada",
            reasons: ["A browser & a place."],
            link: notice.kind.linkPurpose.map { NoticeLink($0, url: "https://id.example.org/link") },
            site: site,
            from: MailAddress(name: "", address: address),
            at: ManualClock.start
        )
    }
}

extension Notice {
    static func sample(
        _ kind: Kind,
        initiator: Initiator = .user,
        address: IPAddress? = Client.desktop.address,
        deviceInfo: String? = "Desktop - Firefox",
        place: String? = "Nantes, France",
        withheldCount: Int = 4
    ) -> Notice {
        Notice(
            id: .make(at: ManualClock.start),
            lane: .mail,
            kind: kind,
            userID: .make(at: ManualClock.start),
            recipient: EmailAddress("ada@example.org"),
            eventID: .make(at: ManualClock.start),
            eventKind: .loginSucceeded,
            at: Timestamp(seconds: 1_770_181_567),
            sessionID: nil,
            initiator: initiator,
            address: address,
            deviceInfo: deviceInfo,
            place: place,
            withheldCount: withheldCount
        )
    }
}
