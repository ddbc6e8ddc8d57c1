import HTTPTypes

/// The headers that every answer carries, whatever it is (ASVS 3.4).
enum SecurityHeaders {
    /// Nothing but our own stylesheet, script, forms and event stream; no frame may hold us.
    private static let contentSecurityPolicy = """
        default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; \
        base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'
        """

    static let fields: [HTTPField] = [
        HTTPField(name: .contentSecurityPolicy, value: contentSecurityPolicy),
        HTTPField(name: .xContentTypeOptions, value: "nosniff"),
        // Not `no-referrer`: Chromium then sends `Origin: null` with same-origin forms (decision C12).
        HTTPField(name: .referrerPolicy, value: "same-origin"),
        HTTPField(name: .crossOriginOpenerPolicy, value: "same-origin"),
        HTTPField(name: .crossOriginResourcePolicy, value: "same-origin"),
        HTTPField(name: .permissionsPolicy, value: "camera=(), geolocation=(), microphone=()"),
    ]
}
