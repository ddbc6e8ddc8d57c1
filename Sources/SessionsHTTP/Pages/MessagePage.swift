/// A page that says one thing: errors, and the stops on the way of a log-in.
struct MessagePage {
    struct Link: Sendable {
        var label: String
        var url: String
    }

    var site: Layout.Site
    /// `nil` shows the page without the header bar, as when it is not known who reads it.
    var account: Layout.Account?
    var title: String
    var text: String
    var links: [Link] = []
    /// Where the page goes by itself, at once; already checked.
    var refreshURL: String?

    var html: HTML {
        let buttons = links.map { link -> HTML in "<a class=\"btn\" href=\"\(url: link.url)\">\(link.label)</a>" }
        return Layout(
            site: site,
            title: title,
            account: account,
            width: .narrow,
            head: refreshURL.map { "<meta http-equiv=\"refresh\" content=\"0; url=\(url: $0)\">\n" } ?? .empty,
            main: """
                <h1>\(title)</h1>
                <div class="panel"><p>\(text)</p>
                <div class="buttons start">\(buttons)</div></div>
                """
        ).html
    }
}

extension MessagePage {
    /// `GET /login` after a link from another site: the browser sends the cookie with the second request only
    /// (SameSite=Strict), which this page makes at once.
    static func refreshing(site: Layout.Site, url: String) -> MessagePage {
        MessagePage(
            site: site,
            title: "One moment",
            text: "You came from another site. If nothing happens, continue here.",
            links: [Link(label: "Continue", url: url)],
            refreshURL: url
        )
    }

    /// A log-in that leads to another host: `form-action 'self'` stops a redirect there, a link is free to go.
    static func leaving(site: Layout.Site, url: String) -> MessagePage {
        MessagePage(
            site: site,
            title: "You are logged in",
            text: "If nothing happens, continue here.",
            links: [Link(label: "Continue", url: url)],
            refreshURL: url
        )
    }

    /// The page for an HTTP error; it says how long to wait where that is known.
    static func error(
        status: Int,
        site: Layout.Site,
        account: Layout.Account? = nil,
        retryAfterSeconds: Int? = nil
    ) -> MessagePage {
        let (title, text) = words(for: status)
        let wait = retryAfterSeconds.map { $0 == 1 ? " Wait 1 second." : " Wait \($0) seconds." } ?? ""
        return MessagePage(
            site: site,
            account: account,
            title: title,
            text: text + wait,
            links: [Link(label: "Go to the start page", url: "/")]
        )
    }

    private static func words(for status: Int) -> (title: String, text: String) {
        switch status {
        case 400: ("Bad request", "The server could not understand what your browser sent. Nothing was changed.")
        case 403: ("Not allowed", "This request did not come from a page of this site. Nothing was changed.")
        case 404: ("Page not found", "There is nothing at this address.")
        case 405: ("Not possible here", "This address does not accept what your browser tried. Nothing was changed.")
        case 413: ("Too much at once", "What was sent is larger than this server accepts. Nothing was changed.")
        case 415: ("Not possible here", "The form was sent in a way this server does not read. Nothing was changed.")
        case 429: ("Too many attempts", "There were too many attempts in a short time. Try again later.")
        case 431: ("Too much at once", "Your browser sends more with each request than this server accepts.")
        case 503: ("Unavailable", "The server cannot answer just now. You were not logged out. Try again.")
        default: ("Something went wrong", "The server could not finish this. Try again.")
        }
    }
}
