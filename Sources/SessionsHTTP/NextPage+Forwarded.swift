import HTTPTypes

extension NextPage {
    /// The page that a trusted proxy asks about (`X-Forwarded-Uri`, `-Host`, `-Method`), to come back to after the log-in.
    ///
    /// It decides where a browser goes afterwards and nothing else: no rule depends on what these headers say.
    init?(forwarded headers: HTTPFields, settings: HTTPSettings) {
        let methods: [String?] = [nil, "GET", "HEAD"]
        guard methods.contains(headers[.xForwardedMethod]), let path = headers[.xForwardedURI], path.hasPrefix("/")
        else { return nil }
        if let host = headers[.xForwardedHost], let own = settings.publicURL?.authority, host.lowercased() != own {
            // The log-in page is on another host of `COOKIE_DOMAIN` than the application; without one there is no way back.
            guard NextPage(path, cookieDomain: nil) != nil, Host(host) != nil else { return nil }
            self.init("https://\(host)\(path)", cookieDomain: settings.cookieDomain)
        } else {
            self.init(path, cookieDomain: nil)
        }
    }
}
