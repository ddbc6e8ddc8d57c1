/// `/settings/security/password`.
struct PasswordPage {
    var site: Layout.Site
    var account: Layout.Account
    /// Whether the account has a password, which must be given; it has none after a report.
    var asksForPassword = true
    /// As ticked before.
    var revokeOtherSessions = true
    var errors = FormErrors()

    var html: HTML {
        SettingsForm(
            site: site,
            account: account,
            title: "Change password",
            text: asksForPassword ? .empty : Self.afterReport,
            action: "/settings/security/password",
            fields: (asksForPassword ? [.currentPassword(name: "currentPassword")] : []) + [Self.newPassword],
            more: """
                <div class="check">
                <input id="revokeOtherSessions" name="revokeOtherSessions" type="checkbox" value="true"\
                \(raw: revokeOtherSessions ? " checked" : "") aria-describedby="revokeOtherSessions-hint">
                <div><label for="revokeOtherSessions">Log out my other devices</label>
                <p class="hint" id="revokeOtherSessions-hint">Leave this on if somebody else may know your password.</p></div>
                </div>

                """,
            submitLabel: "Change password",
            errors: errors
        ).html
    }

    static let newPassword = FormField(
        name: "newPassword",
        label: "New password",
        type: "password",
        autocomplete: "new-password",
        hint: FormField.passwordHint,
        isNewPassword: true
    )

    private static let afterReport: HTML = "<p>Your old password opens nothing any more. Choose a new one.</p>\n"
}
