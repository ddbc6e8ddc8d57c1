/// `/settings/security/activity`: everything that happened to an account, newest first.
struct ActivityPage {
    var site: Layout.Site
    var account: Layout.Account
    /// One page of events.
    var events: [ActivityEvent]
    var nextCursor: String?
    /// Whether a cursor led here.
    var isFirstPage = true
    var nowMilliseconds: Int64

    var html: HTML {
        SettingsFrame(site: site, account: account, tab: .security, cards: card).html
    }

    private var card: HTML {
        let rows = events.map { ActivityRow(event: $0, nowMilliseconds: nowMilliseconds).html }
        let first: HTML = "<a class=\"btn\" href=\"/settings/security/activity\">Newest</a>\n"
        let older = nextCursor.map { cursor -> HTML in
            "<a class=\"btn\" href=\"/settings/security/activity?cursor=\(component: cursor)\">Older</a>\n"
        }
        return """
            <section class="card" aria-labelledby="activity-title">
            <header><h2 id="activity-title">Activity</h2>
            <p>If something here was not you: <a href="/settings/security">end that session</a> and \
            <a href="/settings/security/password">change your password</a>.</p></header>
            <ul class="events" role="list">
            \(rows)</ul>
            \(rows.isEmpty ? AccountCards.nothing : .empty)\
            <div class="actions"><a class="btn" href="/settings/security">Back to Security</a>
            \(isFirstPage ? .empty : first)\(older)</div>
            </section>
            """
    }
}
