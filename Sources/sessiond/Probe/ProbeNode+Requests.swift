import NIOHTTP1
import Sessions

extension ProbeNode {
    /// Asks whether the node accepts a session.
    ///
    /// The request is made after the clock was read.
    func check(_ session: ProbeSession) async -> (check: SessionCheck, why: String?) {
        let began = ContinuousClock.now
        let answer = await send(.GET, "/api/auth/verify", cookies: [session.cookie], seconds: Self.checkSeconds)
        let check = SessionCheck(began: began, answered: .now, answer: CheckAnswer(status: answer.status))
        return (check, check.answer == .unavailable ? answer.reason : nil)
    }

    /// Opens a session, as the browser that is known to the account where there is one.
    func logIn(_ account: ProbeAccount, as browser: inout BrowserSecret?) async -> ProbeLogIn {
        let answer = await send(
            .POST,
            "/api/auth/login",
            cookies: Self.cookies(browser),
            json: [
                "identifier": .string(account.identifier),
                "password": .string(String(decoding: account.password.bytes, as: UTF8.self)),
            ],
            seconds: Self.changeSeconds
        )
        switch answer.status {
        case 200: return opened(answer, as: &browser)
        case 401: return .impossible("the name or the password of the probe account is wrong, or it is disabled")
        case 429: return .throttled(seconds: answer.retryAfterSeconds)
        case .some(let status) where !(500..<600).contains(status): return .strange(status: status)
        default: return .unavailable(why: answer.reason, mayBeOpen: !answer.isUnsent)
        }
    }

    /// Ends sessions through this node.
    ///
    /// - Parameters:
    ///   - ending: How.
    ///   - observer: Who revokes.
    ///   - victim: Who is revoked, or logs out.
    ///   - browser: The known browser, which gets another secret when all sessions are revoked.
    /// - Returns: The answer; only 2xx promises anything.
    func end(
        _ ending: ProbeEnding,
        by observer: ProbeSession,
        of victim: ProbeSession,
        as browser: inout BrowserSecret?
    ) async -> Answer {
        switch ending {
        case .revoke:
            await send(
                .DELETE,
                "/api/sessions/\(victim.id)",
                cookies: [observer.cookie],
                seconds: Self.changeSeconds
            )
        case .logOut:
            await send(.POST, "/api/auth/logout", cookies: [victim.cookie], json: [:], seconds: Self.changeSeconds)
        case .revokeAll:
            await revokeAll(by: observer, as: &browser)
        }
    }

    /// Ends all sessions of the account.
    func revokeAll(by session: ProbeSession, as browser: inout BrowserSecret?) async -> Answer {
        let answer = await send(
            .POST,
            "/api/sessions/revoke-all",
            cookies: [session.cookie] + Self.cookies(browser),
            json: [:],
            seconds: Self.changeSeconds
        )
        if let renewed = answer.knownBrowser { browser = renewed }
        return answer
    }

    private func opened(_ answer: Answer, as browser: inout BrowserSecret?) -> ProbeLogIn {
        guard let body = try? JSON(parsing: answer.body) else {
            return .unavailable(why: "its answer to a log-in is no JSON", mayBeOpen: true)
        }
        if body["twoFactorRequired"]?.bool == true {
            return .impossible("the probe account has a second factor; give one that has none")
        }
        guard let id = body["session"]?["id"]?.string.flatMap({ SessionID($0) }),
            let cookie = answer.cookies.first(where: { $0.name != ProbeCookie.knownBrowserName && $0.isToken })
        else { return .unavailable(why: "its answer to a log-in holds no session", mayBeOpen: true) }
        if let known = answer.knownBrowser { browser = known }
        let token = SessionToken(bytes: Array(cookie.value.utf8))
        return .opened(ProbeSession(id: id, token: token, cookieName: cookie.name))
    }

    private static func cookies(_ browser: BrowserSecret?) -> [String] {
        browser.map { ["\(ProbeCookie.knownBrowserName)=\($0.headerValue)"] } ?? []
    }
}

extension ProbeNode.Answer {
    /// Whether what was asked for was done.
    var isSuccess: Bool { status.map { (200..<300).contains($0) } ?? false }

    /// What the answer sets.
    var cookies: [ProbeCookie] { headers["set-cookie"].compactMap(ProbeCookie.init) }

    /// The browser's new secret; `nil` when it keeps its own.
    var knownBrowser: BrowserSecret? {
        cookies.first { $0.name == ProbeCookie.knownBrowserName }
            .flatMap { BrowserSecret(headerValue: Array($0.value.utf8)) }
    }

    /// How long to wait, from 1 s to 15 min (the longest that the server asks for); a minute when it is not said.
    var retryAfterSeconds: Int64 {
        let seconds = headers.first(name: "retry-after").flatMap { SettingText.number($0, in: 1...999_999_999) } ?? 60
        return Int64(min(seconds, 900))
    }
}
