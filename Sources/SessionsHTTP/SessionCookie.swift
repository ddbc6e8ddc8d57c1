import Sessions

extension HTTPSettings {
    /// The `Set-Cookie` value that hands a token to a browser; `Max-Age` is exactly the session's lifetime.
    private func cookie(_ token: SessionToken, isRemembered: Bool) -> String {
        cookie(value: token.headerValue, maxAgeSeconds: SessionPolicy.lifetimeSeconds(isRemembered: isRemembered))
    }

    /// The `Set-Cookie` value that takes it away: the same name, path and attributes, or browsers keep the old one.
    var clearedCookie: String { cookie(value: "", maxAgeSeconds: 0) }

    /// The cookie that a browser is recognised by at its next log-in.
    static let knownBrowserCookieName = "known_browser"

    /// The `Set-Cookie` values of a log-in.
    func cookies(_ opened: SessionAuthority.OpenedSession) -> [String] {
        [cookie(opened.token, isRemembered: opened.session.isRemembered), cookie(opened.browser)]
    }

    /// The `Set-Cookie` values of a session that goes on under a new token.
    func cookies(_ renewed: AccountSecurity.Renewed) -> [String] {
        [cookie(renewed.token, isRemembered: renewed.session.isRemembered)]
            + (renewed.browser.map { [cookie($0)] } ?? [])
    }

    /// The `Set-Cookie` value that a browser is recognised by at its next log-in.
    func cookie(_ browser: BrowserSecret) -> String {
        cookie(
            Self.knownBrowserCookieName,
            value: browser.headerValue,
            maxAgeSeconds: BrowserSecret.lifetimeSeconds
        )
    }

    /// The `Set-Cookie` values that log a browser out, and keep it known by another secret where it was known.
    func clearedCookies(renewing browser: BrowserSecret?) -> [String] {
        [clearedCookie] + (browser.map { [cookie($0)] } ?? [])
    }

    /// The `Set-Cookie` value that makes a browser forget that it is known.
    var clearedKnownBrowserCookie: String { cookie(Self.knownBrowserCookieName, value: "", maxAgeSeconds: 0) }

    private func cookie(_ name: String? = nil, value: String, maxAgeSeconds: Int64) -> String {
        var cookie = "\(name ?? cookieName)=\(value); Path=/; HttpOnly; SameSite=Strict; Max-Age=\(maxAgeSeconds)"
        if let cookieDomain { cookie += "; Domain=\(cookieDomain)" }
        if isCookieSecure { cookie += "; Secure" }
        return cookie
    }
}
