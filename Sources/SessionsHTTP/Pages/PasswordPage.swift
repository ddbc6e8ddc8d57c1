/// `/settings/security/password`.
struct PasswordPage {
    var site: Layout.Site
    var account: Layout.Account
    /// As ticked before.
    var revokeOtherSessions = true
    var errors = FormErrors()

    var html: HTML {
        SettingsForm(
            site: site,
            account: account,
            title: "Change password",
            text: .empty,
            action: "/settings/security/password",
            fields: [.currentPassword(name: "currentPassword"), Self.newPassword],
            more: """
                <div data-strength-for="newPassword"></div>
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

    private static let newPassword = FormField(
        name: "newPassword",
        label: "New password",
        type: "password",
        autocomplete: "new-password",
        hint: "At least 8 characters. A few unrelated words are easy to remember and hard to guess."
    )
}
