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

    /// A closed dialog; the script opens it and fills in its `data-slot`s.
    var dialog: HTML {
        """
        <dialog id="\(name)" class="dialog" data-method="\(method)" aria-labelledby="\(name)-title" \
        aria-describedby="\(name)-text">
        <form method="post" action="\(url: action)">
        <h2 id="\(name)-title">\(title)</h2>
        <p id="\(name)-text">\(text)</p>
        <p class="problem" role="alert"></p>
        <div class="buttons"><button type="button" class="btn" data-close>Cancel</button>\
        <button class="btn danger solid" data-confirm data-label="\(confirmLabel)">\(confirmLabel)</button></div>
        </form>
        </dialog>

        """
    }

    /// The same question as a page.
    func page(site: Layout.Site, account: Layout.Account, about: HTML = .empty, problem: SessionProblem?) -> HTML {
        let isOpen = problem?.canRetry ?? true
        let confirm: HTML = isOpen ? "<button class=\"btn danger solid\">\(confirmLabel)</button>" : .empty
        return Layout(
            site: site,
            title: title,
            account: account,
            width: .narrow,
            isSettings: true,
            main: """
                <h1>\(title)</h1>
                \(problem?.notice)<form class="panel" method="post" action="\(url: action)">
                \(isOpen ? ("<p>\(text)</p>" as HTML) : .empty)\(about)
                <div class="buttons"><a class="btn" href="/settings/security">\
                \(isOpen ? "Cancel" : "Back to Active Sessions")</a>\(confirm)</div>
                </form>
                """
        ).html
    }
}
