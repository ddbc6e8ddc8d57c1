import Sessions
import SessionsTesting
import Testing

@testable import SessionsHTTP

/// The pages of an account's security, as markup.
private enum Page {
    static let site = Layout.Site(appName: "App", styleURL: "/style.css", scriptURL: "/script.js")
    static let account = Layout.Account(identifier: "ada", sessionID: "1", expiresMilliseconds: 1)
    static let wrongCode = FormErrors(fields: [.init(name: "code", message: "This code is wrong.")])

    /// The tags of a page that begin like this.
    static func tags(_ start: String, in html: HTML) -> [String] {
        html.description.split(separator: "<", omittingEmptySubsequences: true)
            .compactMap { $0.hasPrefix(start) ? String($0.prefix { $0 != ">" }) : nil }
    }
}

@Suite struct `Second step of a log-in` {
    private func page(_ method: TwoFactorLoginPage.Method = .oneTimeCode, errors: FormErrors = .init()) -> HTML {
        TwoFactorLoginPage(site: Page.site, challenge: "c123", next: "/a?b=c&d", method: method, errors: errors).html
    }

    @Test func `carries the challenge and the next page in its forms, never in an address`() {
        let html = page()

        #expect(Page.tags("form", in: html).count == 2)
        #expect(Page.tags("input", in: html).filter { $0.contains("name=\"challenge\" value=\"c123\"") }.count == 2)
        #expect(Page.tags("input", in: html).filter { $0.contains("name=\"next\" value=\"/a?b=c&amp;d\"") }.count == 2)
        #expect(Page.tags("form", in: html).allSatisfy { $0.contains("method=\"post\" action=\"/login/two-factor\"") })
        #expect(Page.tags("a ", in: html).contains { $0.contains("href=\"/login?next=%2Fa%3Fb%3Dc%26d\"") })
        #expect(Page.tags("a ", in: html).allSatisfy { !$0.contains("c123") })
    }

    @Test func `offers digits for the app and letters for a recovery code`() throws {
        let inputs = Page.tags("input", in: page())
        let code = try #require(inputs.first { $0.contains("id=\"code\"") })
        let recovery = try #require(inputs.first { $0.contains("id=\"recovery-code\"") })

        #expect(code.contains("name=\"code\"") && code.contains("autocomplete=\"one-time-code\""))
        #expect(code.contains("inputmode=\"numeric\""))
        #expect(recovery.contains("name=\"code\"") && !recovery.contains("inputmode"))
        #expect(inputs.filter { $0.contains("name=\"method\" value=\"recovery_code\"") }.count == 1)
        #expect(!page().description.contains("<details class=\"more\" open"))
    }

    @Test(arguments: [(TwoFactorLoginPage.Method.oneTimeCode, "code"), (.recoveryCode, "recovery-code")])
    func `says at the field that was used what was wrong`(method: TwoFactorLoginPage.Method, id: String) throws {
        let html = page(method, errors: Page.wrongCode)
        let invalid = Page.tags("input", in: html).filter { $0.contains("aria-invalid") }

        #expect(invalid.count == 1)
        #expect(try #require(invalid.first).contains("id=\"\(id)\""))
        #expect(try #require(invalid.first).contains("aria-describedby=\"\(id)-error \(id)-hint\""))
        #expect(html.description.contains("<p class=\"error\" id=\"\(id)-error\">This code is wrong.</p>"))
        #expect(html.description.contains("<a href=\"#\(id)\">This code is wrong.</a>"))
        #expect(html.description.contains("<details class=\"more\" open") == (method == .recoveryCode))
    }

    @Test func `leads back to the password once the challenge is over`() {
        let html = TwoFactorLoginPage(site: Page.site, challenge: nil, next: "/x").html

        #expect(Page.tags("form", in: html).isEmpty)
        #expect(html.description.contains("href=\"/login?next=%2Fx\">Log in again</a>"))
    }
}

@Suite struct `Second-factor pages` {
    @Test func `the key is shown as a code to scan, in groups, and as a link for this device`() throws {
        let secret = TOTPSecret.make()
        let uri = secret.uri(issuer: "RTC Collector", account: "ada")
        let html = TwoFactorEnablePage(
            site: Page.site,
            account: Page.account,
            secret: secret.base32,
            uri: uri,
            qrCode: try QRCode(uri).svg(label: "QR code")
        ).html.description

        let groups = html.matches(of: /<span>([A-Z2-7]{4})<\/span>/).map { String($0.output.1) }
        #expect(groups.joined() == secret.base32)
        #expect(html.contains("href=\"\(uri.split(separator: "&").joined(separator: "&amp;"))\""))
        #expect(html.contains("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"qr\""))
    }

    @Test func `a link of another scheme is left out`() {
        let html = TwoFactorEnablePage(
            site: Page.site,
            account: Page.account,
            secret: "ABCD",
            uri: "javascript:alert(1)//otpauth://totp/"
        ).html.description

        #expect(!html.contains("javascript:") && html.contains("Enter this key in your app:"))
    }

    @Test func `recovery codes are a list to keep`() {
        let codes = RecoveryCode.makeSet().map(\.text)
        let html = RecoveryCodesPage(
            site: Page.site,
            account: Page.account,
            codes: codes,
            news: RecoveryCodesPage.renewed
        ).html

        #expect(html.description.matches(of: /<li><code>([^<]*)<\/code>/).map { String($0.output.1) } == codes)
        #expect(Page.tags("a ", in: html).contains { $0.contains("href=\"/settings/security\"") })
        #expect(Page.tags("div", in: html).contains { $0.contains("recovery-code-tools") && $0.hasSuffix("hidden") })
    }

    @Test func `turning it off and making new codes ask for password and code`() {
        let pages = [
            TwoFactorDisablePage(site: Page.site, account: Page.account, errors: Page.wrongCode).html,
            NewRecoveryCodesPage(site: Page.site, account: Page.account, errors: Page.wrongCode).html,
        ]
        for html in pages {
            let inputs = Page.tags("input", in: html)
            #expect(inputs.count == 3)
            #expect(inputs[0].contains("autocomplete=\"username\" value=\"ada\" readonly hidden"))
            #expect(inputs[1].contains("name=\"password\" type=\"password\" autocomplete=\"current-password\""))
            #expect(
                inputs[2].contains("name=\"code\"") && inputs[2].contains("aria-describedby=\"code-error code-hint\"")
            )
            #expect(!inputs[2].contains("inputmode"), "a recovery code has letters")
        }
    }
}

@Suite struct `Password page` {
    @Test func `tells password managers what is what, and ends the others unless told`() {
        let inputs = Page.tags(
            "input",
            in: PasswordPage(site: Page.site, account: Page.account).html
        )

        #expect(inputs.count == 4)
        #expect(inputs[0].contains("autocomplete=\"username\" value=\"ada\"") && !inputs[0].contains("name="))
        #expect(inputs[1].contains("name=\"currentPassword\"") && inputs[1].contains("\"current-password\""))
        #expect(inputs[2].contains("name=\"newPassword\"") && inputs[2].contains("\"new-password\""))
        #expect(inputs[3].contains("name=\"revokeOtherSessions\"") && inputs[3].contains(" checked"))
    }

    @Test func `keeps the choice when it is shown again, and has a place for a meter`() {
        let html = PasswordPage(
            site: Page.site,
            account: Page.account,
            revokeOtherSessions: false,
            errors: FormErrors(fields: [.init(name: "newPassword", message: "Too easy.")])
        ).html

        #expect(!Page.tags("input", in: html).contains { $0.contains(" checked") })
        #expect(html.description.contains("data-strength=\"newPassword\""))
        #expect(html.description.contains("id=\"newPassword-error\">Too easy.</p>"))
    }
}

@Suite struct `Proof of who is there` {
    private let password = Reauthentication(username: "ada", asksForCode: false)
    private let passwordAndCode = Reauthentication(username: "ada", asksForCode: true)

    private func security(_ reauthentication: Reauthentication?) -> HTML {
        SecurityPage(
            site: Page.site,
            account: Page.account,
            sessions: [],
            sessionCount: 2,
            nowMilliseconds: 0,
            reauthentication: reauthentication
        ).html
    }

    @Test func `is not asked for while the log-in is fresh`() {
        #expect(Page.tags("input", in: security(nil)).isEmpty)
    }

    @Test func `is asked for where sessions of others end, but not for logging out everywhere`() {
        let inputs = Page.tags("input", in: security(password)).filter { $0.contains(" name=") }

        #expect(inputs.count == 2)
        #expect(inputs[0].contains("id=\"revoke-dialog-password\" name=\"password\""))
        #expect(inputs[1].contains("id=\"revoke-others-dialog-password\" name=\"password\""))
    }

    @Test func `takes a code too where the second factor is on, and no id twice`() {
        let html = security(passwordAndCode)
        let ids = html.description.matches(of: /\sid="([^"]*)"/).map { String($0.output.1) }

        #expect(Page.tags("input", in: html).filter { $0.contains("name=\"password\"") }.count == 2)
        #expect(Page.tags("input", in: html).filter { $0.contains("name=\"code\"") }.count == 2)
        #expect(Set(ids).count == ids.count)
    }

    @Test func `names the account to password managers, and does not send it`() {
        let names = Page.tags("input", in: security(password)).filter { $0.contains("autocomplete=\"username\"") }

        #expect(names.count == 2)
        #expect(names.allSatisfy { $0.contains("value=\"ada\" readonly hidden") && !$0.contains(" name=") })
    }

    @Test func `is in the form of the confirmation page, with its errors`() {
        let html = RevokeOthersConfirmPage(
            site: Page.site,
            account: Page.account,
            reauthentication: passwordAndCode,
            errors: FormErrors(fields: [.init(name: "password", message: "The password is wrong.")])
        ).html
        let form = html.description.split(separator: "<form class=\"panel\"").last.map(String.init) ?? ""

        #expect(form.contains("name=\"password\"") && form.contains("name=\"code\""))
        #expect(form.contains("aria-describedby=\"password-error\""))
        #expect(html.description.contains("<a href=\"#password\">The password is wrong.</a>"))
    }

    @Test func `is asked for on a page of its own on the way to another`() {
        let html = ReauthenticatePage(
            site: Page.site,
            account: Page.account,
            reauthentication: password,
            returnPath: "/settings/security/password"
        ).html

        #expect(Page.tags("input", in: html).contains { $0.contains("name=\"password\"") })
        #expect(
            Page.tags("input", in: html).contains {
                $0.contains("name=\"return\" value=\"/settings/security/password\"")
            }
        )
    }
}

@Suite struct `Cards of the account` {
    private func cards(_ twoFactor: AccountCards.TwoFactor, events: Int = 0, more: Bool = false) -> String {
        let event = ActivityEvent(kind: .signedIn, actor: .owner, atMilliseconds: 0)
        return AccountCards(
            model: .init(
                twoFactor: twoFactor,
                passwordChangedMilliseconds: 0,
                events: Array(repeating: event, count: events),
                hasMoreEvents: more
            ),
            nowMilliseconds: 86_400_000
        ).html.description
    }

    @Test func `the second factor can be set up while it is off, and only then`() {
        #expect(cards(.off).contains("/two-factor/setup") && !cards(.off).contains("/two-factor/disable"))
        let on = cards(.on(sinceMilliseconds: 0, recoveryCodesLeft: 10))
        #expect(!on.contains("/two-factor/setup") && on.contains("/two-factor/disable"))
        #expect(on.contains("/two-factor/recovery-codes") && on.contains("Yesterday at 12:00 AM UTC"))
    }

    @Test(arguments: [
        (10, "10 recovery codes left", false), (4, "4 recovery codes left", false),
        (3, "Only 3 recovery codes are left", true), (1, "Only 1 recovery code is left", true),
        (0, "No recovery codes are left", true),
    ])
    func `three recovery codes are few`(left: Int, words: String, isWarning: Bool) {
        let html = cards(.on(sinceMilliseconds: 0, recoveryCodesLeft: left))

        #expect(html.contains(words))
        #expect(html.contains("class=\"few\"") == isWarning)
    }

    @Test func `ten events are shown, and a link where there are more`() {
        #expect(cards(.off).contains("Nothing has happened yet."))
        #expect(cards(.off, events: 12).components("<li class=\"event\">") == 10)
        #expect(cards(.off, events: 12).contains("/settings/security/activity"))
        #expect(cards(.off, events: 10, more: true).contains("/settings/security/activity"))
        #expect(!cards(.off, events: 10).contains("/settings/security/activity"))
    }
}

@Suite struct `Activity in words` {
    private func event(
        _ kind: ActivityEvent.Kind,
        _ actor: ActivityEvent.Actor = .owner,
        device: String? = "Desktop - Firefox",
        sessionDevice: String? = nil,
        count: Int = 1
    ) -> ActivityEvent {
        ActivityEvent(
            kind: kind,
            actor: actor,
            device: device,
            sessionDevice: sessionDevice,
            ipAddress: "192.0.2.1",
            atMilliseconds: 0,
            count: count
        )
    }

    private func words(_ html: HTML) -> String {
        html.description.replacing(/<[^>]*>/, with: "")
    }

    @Test func `each kind is a plain sentence`() {
        let phone = "Mobile Device - Safari"
        let expected: [(ActivityEvent, String)] = [
            (event(.signedIn), "Signed in from Desktop - Firefox"),
            (event(.signedIn, device: nil), "Signed in"),
            (event(.wrongPassword), "Wrong password from Desktop - Firefox"),
            (event(.wrongPassword, .nobody, count: 3), "Wrong password from Desktop - Firefox, 3 times"),
            (event(.wrongCode), "Wrong two-factor code from Desktop - Firefox"),
            (event(.attemptsRefused, count: 2), "Too many attempts from Desktop - Firefox, refused, 2 times"),
            (event(.passwordConfirmed), "Password confirmed on Desktop - Firefox"),
            (event(.signedOut), "Signed out on Desktop - Firefox"),
            (event(.sessionEnded, sessionDevice: phone), "Session on Mobile Device - Safari was ended by you"),
            (
                event(.sessionEnded, .operator, sessionDevice: phone),
                "Session on Mobile Device - Safari was ended by the operator"
            ),
            (event(.sessionEnded, .nobody, sessionDevice: phone), "Session on Mobile Device - Safari was ended"),
            (event(.sessionsEnded(1)), "1 session was ended by you"),
            (event(.sessionsEnded(4), .operator), "4 sessions were ended by the operator"),
            (
                event(.sessionReplaced, .nobody, sessionDevice: phone),
                "Session on Mobile Device - Safari was replaced by a new one"
            ),
            (
                event(.sessionExpired, .nobody, device: nil, sessionDevice: phone),
                "Session on Mobile Device - Safari expired"
            ),
            (event(.passwordChanged), "Password changed"),
            (event(.passwordChanged, .operator), "Password changed by the operator"),
            (event(.twoFactorEnabled), "Two-factor authentication turned on"),
            (event(.twoFactorDisabled, .operator), "Two-factor authentication turned off by the operator"),
            (event(.recoveryCodesMade), "New recovery codes made"),
            (event(.recoveryCodeUsed), "Recovery code used from Desktop - Firefox"),
            (event(.accountCreated), "Account created"),
            (event(.accountDisabled, .operator), "Account disabled by the operator"),
            (event(.accountEnabled, .operator), "Account enabled again by the operator"),
            (event(.other), "Account changed"),
        ]

        for (event, sentence) in expected { #expect(words(event.sentence) == sentence) }
    }

    @Test func `a row names the acting device once`() {
        let ended = ActivityRow(event: event(.sessionEnded, sessionDevice: "Tablet - Safari"), nowMilliseconds: 0).html
        let signedIn = ActivityRow(event: event(.signedIn), nowMilliseconds: 0).html

        #expect(words(ended).contains("from Desktop - Firefox") && words(ended).contains("192.0.2.1"))
        #expect(words(signedIn).components("Desktop - Firefox") == 1)
        #expect(words(signedIn).contains("Today at 12:00 AM UTC"))
    }

    @Test func `what is stored becomes such a line`() {
        let now = ManualClock.start
        let (own, other, user) = (SessionID.make(at: now), SessionID.make(at: now), UserID.make(at: now))
        let revoked = ActivityEvent(
            .init(
                event: AuditEvent(.sessionRevoked, at: now, user: user, session: other, by: .session(own)),
                sessionDevice: Client.mobile.device
            ),
            current: own
        )
        let signedIn = ActivityEvent(
            .init(
                event: AuditEvent(.loginSucceeded, at: now, user: user, session: own, by: .session(own)),
                sessionDevice: nil
            ),
            current: own
        )
        var all = AuditEvent(.sessionRevoked, at: now, user: user, by: .operator)
        all.endedCount = 3

        #expect(words(revoked.sentence) == "Session on \(Client.mobile.device.info) was ended by you")
        #expect(!revoked.isThisSession && signedIn.isThisSession)
        #expect(revoked.atMilliseconds == now.milliseconds)
        let line = ActivityEvent(.init(event: all, sessionDevice: nil), current: own)
        #expect(words(line.sentence) == "3 sessions were ended by the operator")
    }

    @Test func `the whole history is paged`() {
        let html = ActivityPage(
            site: Page.site,
            account: Page.account,
            events: [event(.signedIn)],
            nextCursor: "a&b",
            isFirstPage: false,
            nowMilliseconds: 0
        ).html

        #expect(Page.tags("a ", in: html).contains { $0.contains("/settings/security/activity?cursor=a%26b") })
        #expect(Page.tags("a ", in: html).contains { $0.contains("href=\"/settings/security/activity\"") })
    }
}

extension String {
    /// How often a text stands in it.
    fileprivate func components(_ text: String) -> Int { ranges(of: text).count }
}
