/// The fields that prove once more who is there, before something is done that a finder of an open browser must not do.
struct Reauthentication: Sendable {
    /// For password managers.
    var username: String
    /// Whether the account's second factor is on.
    var asksForCode: Bool

    /// The inputs; `prefix` keeps the ids of several forms on one page apart.
    func fields(prefix: String = "") -> [FormField] {
        let password = FormField.currentPassword(id: prefix + "password")
        return asksForCode ? [password, .secondFactor(id: prefix + "code")] : [password]
    }
}

/// `/settings/security/reauthenticate`: the same question as a page, on the way to something else.
struct ReauthenticatePage {
    var site: Layout.Site
    var account: Layout.Account
    var reauthentication: Reauthentication
    /// Where to go on, already checked: a path of this host.
    var returnPath: String
    var errors = FormErrors()

    var html: HTML {
        SettingsForm(
            site: site,
            account: account,
            title: "Is it still you?",
            text: "<p>You logged in some time ago. Enter your password to go on.</p>\n",
            action: "/settings/security/reauthenticate",
            fields: reauthentication.fields(),
            more: "<input type=\"hidden\" name=\"return\" value=\"\(returnPath)\">\n",
            submitLabel: "Continue",
            errors: errors
        ).html
    }
}
