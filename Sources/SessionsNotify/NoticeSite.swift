import Sessions

/// What notices say about the server that they come from.
public struct NoticeSite: Hashable, Sendable {
    /// The application's name.
    public var appName: String
    /// The origin that people type, without a slash at its end.
    public var publicURL: String
    /// Where people get help; `nil` when there is no such page.
    public var supportURL: String?

    /// Creates a site.
    public init(appName: String, publicURL: String, supportURL: String? = nil) {
        self.appName = appName
        self.publicURL = publicURL
        self.supportURL = supportURL
    }

    /// Where a link in a mail leads.
    func url(of token: LinkToken, for purpose: MailedLink.Purpose) -> String {
        let path =
            switch purpose {
            case .report: "report"
            case .password: "reset"
            case .email: "confirm-email"
            }
        return "\(publicURL)/\(path)/\(token.text)"
    }

    /// Where owners ask for a link to set another password.
    var forgottenPasswordPage: String { "\(publicURL)/forgot-password" }

    /// Where owners see their sessions and change their credentials.
    var securityPage: String { "\(publicURL)/settings/security" }
}
