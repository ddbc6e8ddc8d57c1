import Testing

@testable import SessionsHTTP

@Suite struct `HTML escaping` {
    @Test(arguments: [
        ("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#39;"),
        ("</script><b>", "&lt;/script&gt;&lt;b&gt;"), ("&amp;", "&amp;amp;"), ("Zürich 東京 🦊", "Zürich 東京 🦊"),
        ("a\tb\nc", "a\tb\nc"), ("", ""),
    ])
    func `text stays text`(text: String, expected: String) {
        let html: HTML = "\(text)"

        #expect(html.description == expected)
    }

    /// A combining mark makes one `Character` of it and the quote before; a browser still sees the quote.
    @Test(arguments: ["\u{301}", "\u{200D}", "\u{20E3}", "\u{FE0F}", "\u{1F3FB}"])
    func `a mark after a special character does not hide it`(mark: String) {
        let html: HTML = "\("\"" + mark + "<" + mark + "&" + mark + "'" + mark)"

        #expect(html.bytes == Array("&quot;\(mark)&lt;\(mark)&amp;\(mark)&#39;\(mark)".utf8))
    }

    @Test(arguments: [
        0x0, 0x7, 0x8, 0xB, 0xD, 0x1B, 0x1F, 0x7F, 0x80, 0x85, 0x9F,
        0xFDD0, 0xFDEF, 0xFFFE, 0xFFFF, 0x1_FFFE, 0x10_FFFF,
    ])
    func `a control character or noncharacter is replaced`(codePoint: UInt32) throws {
        let scalar = Character(try #require(Unicode.Scalar(codePoint)))
        let html: HTML = "a\(String(scalar))b"

        #expect(html.bytes == Array("a\u{FFFD}b".utf8))
    }

    @Test(arguments: [
        0x9, 0xA, 0x20, 0x7E, 0xA0, 0xFDCF, 0xFDF0, 0xFFFC, 0xFFFD, 0x1_0000, 0x1_FFFD, 0x2_0000, 0x10_FFFD,
    ])
    func `its nearest neighbours are kept`(codePoint: UInt32) throws {
        let scalar = Character(try #require(Unicode.Scalar(codePoint)))
        let html: HTML = "a\(String(scalar))b"

        #expect(html.bytes == Array("a\(scalar)b".utf8))
    }

    @Test func `bytes that were no UTF-8 end as U+FFFD`() {
        let text = String(decoding: [0x61, 0xFF, 0xED, 0xA0, 0x80, 0x62] as [UInt8], as: UTF8.self)
        let html: HTML = "\(text)"

        #expect(html.description.allSatisfy { "a\u{FFFD}b".contains($0) })
    }

    @Test func `markup is kept only as a literal or as other markup`() {
        let item: HTML = "<b>\("<i>")</b>"
        let absent: HTML? = nil
        let html: HTML = "\(item)\([item, item])\(absent)\(raw: "<hr>")\(7)"

        #expect(html.description == String(repeating: "<b>&lt;i&gt;</b>", count: 3) + "<hr>7")
    }

    @Test(arguments: ["/", "/settings/security?cursor=a", "https://example.org/", "http://127.0.0.1:8080/"])
    func `an address of this host or of the web is kept`(url: String) {
        let html: HTML = "\(url: url)"

        #expect(html.description == url)
    }

    @Test(arguments: [
        "javascript:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "//evil.example",
        "/\\evil.example", "/\t/evil.example", "evil.example", "",
    ])
    func `an address that could run or mislead becomes a hash`(url: String) {
        let html: HTML = "\(url: url)"

        #expect(html.description == "#")
    }

    @Test func `a component of an address cannot add another`() {
        let html: HTML = "\(component: "a+b/c=&\"? ü~")"

        #expect(html.description == "a%2Bb%2Fc%3D%26%22%3F%20%C3%BC~")
    }
}

@Suite struct `Times in words` {
    /// 2026-11-23T10:30:05.250Z, a Monday.
    private let now: Int64 = 1_795_429_805_250
    private let second: Int64 = 1_000
    private let minute: Int64 = 60_000
    private let hour: Int64 = 3_600_000
    private let day: Int64 = 86_400_000

    @Test func `the last activity counts minutes, hours, then days`() {
        let expected: [(age: Int64, text: String)] = [
            (-5 * minute, "now"), (0, "now"), (59_999, "now"), (minute, "1 minute ago"),
            (2 * minute - 1, "1 minute ago"), (2 * minute, "2 minutes ago"), (hour - 1, "59 minutes ago"),
            (hour, "1 hour ago"), (2 * hour - 1, "1 hour ago"), (2 * hour, "2 hours ago"), (day - 1, "23 hours ago"),
            (day, "Yesterday at 10:30 AM UTC"), (day + 10 * hour, "Yesterday at 12:30 AM UTC"),
            (day + 11 * hour, "2 days ago"), (6 * day, "6 days ago"), (7 * day, "Nov 16 at 10:30 AM UTC"),
        ]

        for (age, text) in expected { #expect(TimeText.relative(now - age, now: now) == text) }
    }

    @Test func `a moment is named by its day in UTC`() {
        let midnight = now - 10 * hour - 30 * minute - 5 * second - 250
        let expected: [(moment: Int64, text: String)] = [
            (midnight, "Today at 12:00 AM UTC"), (midnight - 1, "Yesterday at 11:59 PM UTC"),
            (midnight + 12 * hour, "Today at 12:00 PM UTC"), (midnight + day - 1, "Today at 11:59 PM UTC"),
            (midnight + day, "Tomorrow at 12:00 AM UTC"), (midnight + 2 * day - 1, "Tomorrow at 11:59 PM UTC"),
            (midnight + 2 * day, "Nov 25 at 12:00 AM UTC"), (midnight - day, "Yesterday at 12:00 AM UTC"),
            (midnight - day - 1, "Nov 21 at 11:59 PM UTC"),
        ]

        for (moment, text) in expected { #expect(TimeText.calendar(moment, now: now) == text) }
    }

    @Test func `another year is named, but not for yesterday and tomorrow`() {
        let newYear: Int64 = 1_798_761_600_000  // 2027-01-01T00:00:00Z

        #expect(TimeText.calendar(newYear - 1, now: newYear) == "Yesterday at 11:59 PM UTC")
        #expect(TimeText.calendar(newYear, now: newYear - 1) == "Tomorrow at 12:00 AM UTC")
        #expect(TimeText.calendar(newYear - day - 1, now: newYear) == "Dec 30, 2026 at 11:59 PM UTC")
        #expect(TimeText.calendar(newYear + day, now: newYear - 1) == "Jan 2, 2027 at 12:00 AM UTC")
        #expect(TimeText.calendar(newYear - 2 * day, now: newYear - 5 * day) == "Dec 30 at 12:00 AM UTC")
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (951_868_799_999, "2000-02-29T23:59:59.999Z"), (951_868_800_000, "2000-03-01T00:00:00.000Z"),
        (1_795_429_805_250, "2026-11-23T10:30:05.250Z"), (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00.000Z"), (Int64.min, "1970-01-01T00:00:00.000Z"),
        (Int64.max, "9999-12-31T23:59:59.999Z"),
    ])
    func `the machine-readable form is RFC 3339`(moment: Int64, text: String) {
        #expect(TimeText.rfc3339(moment) == text)
    }

    @Test func `extreme moments do not trap`() {
        for moment in [Int64.min, Int64.max] {
            #expect(TimeText.relative(moment, now: ~moment).isEmpty == false)
            #expect(TimeText.calendar(moment, now: ~moment).isEmpty == false)
        }
    }

    @Test func `an element carries the words, the machine's form and the exact moment`() {
        let html = TimeText.element(.calendar, now, now: now)

        #expect(
            html.description == """
                <time datetime="2026-11-23T10:30:05.250Z" data-style="calendar" title="2026-11-23 10:30:05 UTC">\
                Today at 10:30 AM UTC</time>
                """
        )
    }
}

@Suite struct `Pages with hostile text` {
    private static let hostile = "\"\u{301}><script>alert(1)</script>'\u{0}"
    private static let escaped = "&quot;\u{301}&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#39;\u{FFFD}"
    private let site = Layout.Site(appName: hostile, styleURL: "/style.css", scriptURL: "/script.js")
    private let account = Layout.Account(identifier: hostile, sessionID: hostile, expiresMilliseconds: 1)

    private var session: SessionCard.Model {
        SessionCard.Model(
            id: Self.hostile,
            deviceKind: .unknown,
            deviceInfo: Self.hostile,
            browser: Self.hostile,
            os: Self.hostile,
            ipAddress: Self.hostile,
            location: Self.hostile,
            lastActivityMilliseconds: .min,
            createdMilliseconds: .min,
            expiresMilliseconds: .max,
            isCurrent: false,
            isRemembered: true
        )
    }

    private var event: ActivityEvent {
        ActivityEvent(
            kind: .sessionEnded,
            actor: .owner,
            device: Self.hostile,
            sessionDevice: Self.hostile,
            ipAddress: Self.hostile,
            location: Self.hostile,
            atMilliseconds: .min
        )
    }

    private var pages: [HTML] {
        let errors = FormErrors(
            message: Self.hostile,
            fields: [.init(name: "password", message: Self.hostile), .init(name: Self.hostile, message: Self.hostile)]
        )
        return [
            LoginPage(site: site, next: Self.hostile, identifier: Self.hostile, errors: errors).html,
            RegisterPage(site: site, email: Self.hostile, username: Self.hostile, errors: errors).html,
            SecurityPage(
                site: site,
                account: account,
                sessions: [session],
                sessionCount: 2,
                nextCursor: Self.hostile,
                nowMilliseconds: 0,
                accountCards: .init(
                    twoFactor: .off,
                    passwordChangedMilliseconds: .max,
                    events: [event],
                    hasMoreEvents: true
                ),
                reauthentication: Reauthentication(username: Self.hostile, asksForCode: true),
                news: .ended(Self.hostile)
            ).html,
            RevokeConfirmPage(
                site: site,
                account: account,
                session: session,
                reauthentication: Reauthentication(username: Self.hostile, asksForCode: false),
                errors: errors
            ).html,
            ProfilePage(
                site: site,
                account: account,
                profile: .init(
                    email: Self.hostile,
                    isEmailConfirmed: false,
                    canChangeEmail: true,
                    username: Self.hostile,
                    createdMilliseconds: 0
                ),
                exportURL: "/api/account/export",
                nowMilliseconds: 0
            ).html,
            HelpPage(site: site, account: account).html,
            ForgottenPasswordPage(site: site, identifier: Self.hostile, errors: errors).html,
            ResetPasswordPage(site: site, username: Self.hostile, token: Self.hostile, errors: errors).html,
            ReportLinkPage(
                site: site,
                username: Self.hostile,
                address: Self.hostile,
                isFormerAddress: true,
                event: event,
                nowMilliseconds: 0,
                token: Self.hostile
            ).html,
            ConfirmEmailPage(site: site, username: Self.hostile, address: Self.hostile, token: Self.hostile).html,
            EmailPage(
                site: site,
                account: account,
                email: Self.hostile,
                isConfirmed: false,
                asksForCode: true,
                errors: errors
            ).html,
            TwoFactorLoginPage(site: site, challenge: Self.hostile, next: Self.hostile, errors: errors).html,
            TwoFactorLoginPage(site: site, challenge: nil, next: Self.hostile).html,
            TwoFactorSetupPage(site: site, account: account, errors: errors).html,
            TwoFactorEnablePage(
                site: site,
                account: account,
                secret: Self.hostile,
                uri: "otpauth://totp/" + Self.hostile,
                errors: errors
            ).html,
            TwoFactorDisablePage(site: site, account: account, errors: errors).html,
            NewRecoveryCodesPage(site: site, account: account, errors: errors).html,
            RecoveryCodesPage(
                site: site,
                account: account,
                codes: [Self.hostile],
                news: RecoveryCodesPage.enabled
            ).html,
            PasswordPage(site: site, account: account, errors: errors).html,
            ReauthenticatePage(
                site: site,
                account: account,
                reauthentication: Reauthentication(username: Self.hostile, asksForCode: true),
                returnPath: Self.hostile,
                errors: errors
            ).html,
            ActivityPage(
                site: site,
                account: account,
                events: [event],
                nextCursor: Self.hostile,
                nowMilliseconds: 0
            ).html,
            MessagePage(site: site, title: Self.hostile, text: Self.hostile, refreshURL: Self.hostile).html,
        ]
    }

    @Test func `no page lets it become markup`() {
        for page in pages {
            let text = page.description
            #expect(!text.utf8.contains(0))
            #expect(occurrences(of: "<script", in: text) == 1, "only the page's own script")
            #expect(occurrences(of: "alert(1)</script>", in: text) == 0)
            #expect(occurrences(of: Self.escaped, in: text) > 0)
        }
    }

    @Test func `no page carries what the content security policy forbids`() {
        for page in pages {
            let text = page.description
            for forbidden in [" style=", " onclick=", " onsubmit=", "javascript:", "data:", "<style"] {
                #expect(occurrences(of: forbidden, in: text) == 0, "\(forbidden)")
            }
        }
    }

    @Test func `a password is never given back`() {
        let page = LoginPage(site: site, identifier: "ada", errors: FormErrors(message: "Try again.")).html

        #expect(occurrences(of: "value=\"ada\"", in: page.description) == 1)
        #expect(occurrences(of: "type=\"password\"", in: page.description) == 1)
        #expect(occurrences(of: " value=", in: page.description) == 2, "the identifier and the check box")
    }

    /// Counts on bytes, as a browser reads.
    private func occurrences(of needle: String, in text: String) -> Int {
        let needle = Array(needle.utf8)
        let bytes = Array(text.utf8)
        guard bytes.count >= needle.count else { return 0 }
        return (0...bytes.count - needle.count).count { bytes[$0..<$0 + needle.count].elementsEqual(needle) }
    }
}
