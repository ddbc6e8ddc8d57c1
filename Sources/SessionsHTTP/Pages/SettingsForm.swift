/// A page of the settings with one form, and the way back to the security page.
struct SettingsForm {
    var site: Layout.Site
    var account: Layout.Account
    var title: String
    /// What the reader should know before filling it in.
    var text: HTML
    /// Where the form posts to.
    var action: String
    var fields: [FormField]
    /// What stands between the fields and the buttons.
    var more: HTML = .empty
    var submitLabel: String
    var isDangerous = false
    /// The way back.
    var cancelURL = "/settings/security"
    var errors = FormErrors()

    var html: HTML {
        Layout(
            site: site,
            title: title,
            account: account,
            width: .narrow,
            isSettings: true,
            main: """
                <h1>\(title)</h1>
                \(errors.summary(inputs: fields.map { $0.id ?? $0.name }))\
                <form class="panel" method="post" action="\(url: action)" novalidate>
                \(asksForPassword ? FormField.account(account.identifier) : .empty)\(text)\(fields.map { $0.html(errors: errors) })\(more)\
                <div class="buttons"><a class="btn" href="\(url: cancelURL)">Cancel</a>\
                <button class="btn \(raw: isDangerous ? "danger solid" : "primary")">\(submitLabel)</button></div>
                </form>
                """
        ).html
    }

    private var asksForPassword: Bool { fields.contains { $0.type == "password" } }
}
