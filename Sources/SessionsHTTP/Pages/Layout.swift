/// The document around each page: head, header bar, one main landmark, footer, and what the script needs.
struct Layout {
    /// What is the same on every page of one server.
    struct Site: Sendable {
        /// The application people log in to, such as "RTC Collector".
        var appName: String
        /// Address of the stylesheet, such as `/assets/style.css?v=…`.
        var styleURL: String
        /// Address of the script, such as `/assets/script.js?v=…`.
        var scriptURL: String
        /// Where the operator's help is; `nil` leaves the link out.
        var supportURL: String?
        /// Whom to name where locations are shown: on every page of a signed-in reader.
        var credits: [HTTPSettings.Credit] = []
    }

    /// The signed-in reader and the session the page was made for.
    struct Account: Sendable {
        /// E-mail address or username, as the header shows it.
        var identifier: String
        var sessionID: String
        /// When the session ends; tells the script an expired cookie from one that was logged out.
        var expiresMilliseconds: Int64
    }

    enum Width {
        /// A column of 56 rem: settings, help.
        case wide
        /// A column of 24 rem in the middle: forms and messages.
        case narrow
    }

    var site: Site
    var title: String
    var account: Account?
    var width: Width = .wide
    /// Whether the header marks "Settings" as where the reader is.
    var isSettings = false
    /// Further elements of `<head>`.
    var head: HTML = .empty
    /// What `<main>` holds, its `<h1>` included.
    var main: HTML
    /// What follows `<main>`: dialogs.
    var dialogs: HTML = .empty

    var html: HTML {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width,initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\(title) · \(site.appName)</title>
        <link rel="stylesheet" href="\(url: site.styleURL)">
        <script type="module" src="\(url: site.scriptURL)" blocking="render"></script>
        \(head)</head>
        <body\(account.map(sessionAttributes))>
        <a class="skip" href="#main">Skip to content</a>
        \(account.map(header))<main id="main" class="\(width == .narrow ? "narrow" : "wide")" tabindex="-1">
        \(main)
        </main>
        \(footer)\(dialogs)\(account == nil ? .empty : Self.live)</body>
        </html>

        """
    }

    private func sessionAttributes(_ account: Account) -> HTML {
        """
         data-session-page="\(account.sessionID)" data-session-expires="\(account.expiresMilliseconds)"
        """
    }

    private func header(_ account: Account) -> HTML {
        """
        <header class="bar">
        <a class="brand" href="/">\(Icons.shield)<span>\(site.appName)</span></a>
        <nav aria-label="Account">
        <a class="account" href="/settings/profile"><span class="visually-hidden">Your profile: </span>\
        <bdi>\(account.identifier)</bdi></a>
        <a href="/settings/security"\(raw: isSettings ? " aria-current=\"page\"" : "")>Settings</a>
        <form method="post" action="/logout" data-log-out><button>Log out</button></form>
        </nav>
        </header>

        """
    }

    private var footer: HTML {
        let support = site.supportURL.map { url -> HTML in "\n<a href=\"\(url: url)\">Support</a>" }
        return """
            <footer class="foot"><nav aria-label="More">
            <a href="/help">Help</a>\(support)\(account == nil ? [] : credits)
            </nav></footer>

            """
    }

    private var credits: [HTML] {
        site.credits.map { "\n<a href=\"\(url: $0.url)\" rel=\"noreferrer\">\($0.text)</a>" }
    }

    /// The places the script speaks in: they are in the document from the start, since screen readers announce only what
    /// changes inside a live region they have already met.
    private static let live: HTML = """
        <p class="toast" role="status" id="announcer"></p>
        <dialog id="signed-out" class="dialog" closedby="none" aria-labelledby="signed-out-title">
        <div role="alert"><h2 id="signed-out-title"></h2><p id="signed-out-text"></p></div>
        <p><a href="/login">Go to the log-in page</a></p>
        </dialog>

        """
}
