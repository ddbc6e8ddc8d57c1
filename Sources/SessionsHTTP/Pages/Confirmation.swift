/// A question before sessions are ended: a dialog where the script runs, a page of its own where it does not.
struct Confirmation {
    /// Also the `id` of the dialog.
    var name: String
    var title: String
    var text: HTML
    var confirmLabel: String
    /// Where the form posts to.
    var action: String
    /// The method the script uses on the JSON route.
    var method = "POST"
    /// What to ask for besides; `nil` while the log-in is fresh.
    var reauthentication: Reauthentication?

    /// A closed dialog; the script opens it and fills in its `data-slot`s.
    var dialog: HTML {
        """
        <dialog id="\(name)" class="dialog" data-method="\(method)" aria-labelledby="\(name)-title" \
        aria-describedby="\(name)-text">
        <form method="post" action="\(url: action)">
        <h2 id="\(name)-title">\(title)</h2>
        <p id="\(name)-text">\(text)</p>
        \(proof(prefix: name + "-", errors: FormErrors()))<p class="problem" role="alert"></p>
        <div class="buttons"><button type="button" class="btn" data-close>Cancel</button>\
        <button class="btn danger solid" data-confirm data-label="\(confirmLabel)">\(confirmLabel)</button></div>
        </form>
        </dialog>

        """
    }

    /// The same question as a page; an obstacle is told in its place.
    func page(
        site: Layout.Site,
        account: Layout.Account,
        about: HTML = .empty,
        obstacle: HTML? = nil,
        errors: FormErrors = FormErrors()
    ) -> HTML {
        let isOpen = obstacle == nil
        let confirm: HTML = isOpen ? "<button class=\"btn danger solid\">\(confirmLabel)</button>" : .empty
        return Layout(
            site: site,
            title: title,
            account: account,
            width: .narrow,
            isSettings: true,
            main: """
                <h1>\(title)</h1>
                \(obstacle.map(Notice.problem))\(errors.summary(inputs: inputs))\
                <form class="panel" method="post" action="\(url: action)" novalidate>
                \(isOpen ? ("<p>\(text)</p>" as HTML) : .empty)\(about)
                \(isOpen ? proof(prefix: "", errors: errors) : .empty)\
                <div class="buttons"><a class="btn" href="/settings/security">\
                \(isOpen ? "Cancel" : "Back to Active Sessions")</a>\(confirm)</div>
                </form>
                """
        ).html
    }

    /// The same question, which asks for a proof too.
    func asking(_ reauthentication: Reauthentication?) -> Confirmation {
        var confirmation = self
        confirmation.reauthentication = reauthentication
        return confirmation
    }

    private var inputs: [String] { reauthentication?.fields().map(\.name) ?? [] }

    /// The script takes it away once the proof was given.
    private func proof(prefix: String, errors: FormErrors) -> HTML {
        guard let reauthentication else { return .empty }
        let fields = reauthentication.fields(prefix: prefix).map { $0.html(errors: errors) }
        return """
            <div class="proof">
            <p>You logged in some time ago: show that it is still you.</p>
            \(FormField.account(reauthentication.username))\(fields)</div>

            """
    }
}
