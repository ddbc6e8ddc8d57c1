import Sessions

extension HTTPSettings {
    /// The `Set-Cookie` value that hands a token to a browser; `Max-Age` is exactly the session's lifetime.
    func cookie(_ token: SessionToken, isRemembered: Bool) -> String {
        cookie(value: token.headerValue, maxAgeSeconds: SessionPolicy.lifetimeSeconds(isRemembered: isRemembered))
    }

    /// The `Set-Cookie` value that takes it away: the same name, path and attributes, or browsers keep the old one.
    var clearedCookie: String { cookie(value: "", maxAgeSeconds: 0) }

    private func cookie(value: String, maxAgeSeconds: Int64) -> String {
        var cookie = "\(cookieName)=\(value); Path=/; HttpOnly; SameSite=Strict; Max-Age=\(maxAgeSeconds)"
        if let cookieDomain { cookie += "; Domain=\(cookieDomain)" }
        if isCookieSecure { cookie += "; Secure" }
        return cookie
    }
}
