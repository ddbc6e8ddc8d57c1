import HTTPTypes

// swift-format-ignore: NeverForceUnwrap
extension HTTPField.Name {
    // These literals are field names (RFC 9110 section 5.1), so none of them is nil.
    static let forwarded = HTTPField.Name("Forwarded")!
    static let xForwardedFor = HTTPField.Name("X-Forwarded-For")!
    static let xForwardedHost = HTTPField.Name("X-Forwarded-Host")!
    static let xForwardedMethod = HTTPField.Name("X-Forwarded-Method")!
    static let xForwardedURI = HTTPField.Name("X-Forwarded-Uri")!
    static let xRealIP = HTTPField.Name("X-Real-IP")!
    static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")!
    static let secCHUA = HTTPField.Name("Sec-CH-UA")!
    static let secCHUAMobile = HTTPField.Name("Sec-CH-UA-Mobile")!
    static let secCHUAPlatform = HTTPField.Name("Sec-CH-UA-Platform")!
    static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
    static let crossOriginOpenerPolicy = HTTPField.Name("Cross-Origin-Opener-Policy")!
    static let permissionsPolicy = HTTPField.Name("Permissions-Policy")!
    static let userID = HTTPField.Name("X-Auth-User-Id")!
    static let username = HTTPField.Name("X-Auth-Username")!
    static let userEmail = HTTPField.Name("X-Auth-Email")!
    static let sessionID = HTTPField.Name("X-Auth-Session-Id")!
    static let sessionExpires = HTTPField.Name("X-Auth-Expires")!
    static let accelBuffering = HTTPField.Name("X-Accel-Buffering")!
}
