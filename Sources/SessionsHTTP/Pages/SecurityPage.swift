/// `/settings/security`.
struct SecurityPage {
    enum News: Sendable {
        /// One session ended; its "Desktop - Firefox".
        case ended(String)
        /// This many other sessions ended.
        case othersEnded(Int)
        /// The password was changed; that many other sessions ended.
        case passwordChanged(othersEnded: Int)
        case twoFactorDisabled
    }

    var site: Layout.Site
    var account: Layout.Account
    /// One page of the list, in the order shown.
    var sessions: [SessionCard.Model]
    /// All active sessions, those of other pages included.
    var sessionCount: Int
    /// How many of them need attention.
    var attentionCount = 0
    /// Whether only those are shown.
    var showsAttentionOnly = false
    /// Where the sessions and the latest log-ins are, as far as known.
    var places: [WorldMap.Place] = []
    var nextCursor: String?
    /// Whether a cursor led here.
    var isFirstPage = true
    var nowMilliseconds: Int64
    /// What the cards below the list tell; `nil` leaves them out.
    var accountCards: AccountCards.Model?
    /// What ending others asks for besides; `nil` while the log-in is fresh.
    var reauthentication: Reauthentication?
    /// What a form that led here did.
    var news: News?

    var html: HTML {
        SettingsFrame(
            site: site,
            account: account,
            tab: .security,
            cards: "\(newsNotice)\(summary)\(activeSessions)\(map)\(Self.logoutFromAllDevices)\(furtherCards)",
            dialogs: """
                \(RevokeConfirmPage.dialog.asking(reauthentication).dialog)\
                \(RevokeOthersConfirmPage.dialog.asking(reauthentication).dialog)\
                \(RevokeAllConfirmPage.dialog.dialog)
                """
        ).html
    }

    /// Always in the document, so that the script has something to replace.
    private var summary: HTML {
        let text: HTML =
            switch attentionCount {
            case 0: .empty
            case 1: "<strong>1 session needs your attention.</strong>"
            default: "<strong>\(attentionCount) sessions need your attention.</strong>"
            }
        let advice: HTML = """
             If you do not recognise it, say that it wasn’t you: that ends it, and your password. \
            <a href="/help#unknown-device">What to do</a>
            """
        return """
            <div id="attention">\(attentionCount == 0 ? .empty : Notice.attention("\(text)\(advice)"))</div>

            """
    }

    private var filters: HTML {
        guard attentionCount > 0 || showsAttentionOnly else { return .empty }
        func link(_ text: StaticString, _ query: StaticString, isCurrent: Bool) -> HTML {
            """
            <a href="/settings/security\(raw: query)"\(raw: isCurrent ? " aria-current=\"page\"" : "")>\(raw: text)</a>
            """
        }
        return """
            <nav class="filters" aria-label="Sessions">\(link("All", "", isCurrent: !showsAttentionOnly))
            \(link("Needs attention", "?show=attention", isCurrent: showsAttentionOnly))</nav>

            """
    }

    private var activeSessions: HTML {
        let cards = sessions.map { SessionCard(session: $0, nowMilliseconds: nowMilliseconds).html }
        let none: HTML = showsAttentionOnly ? "No session needs your attention." : "There are no more sessions."
        let empty: HTML = sessions.isEmpty ? "<p class=\"none\">\(none)</p>\n" : .empty
        // Safari takes a list without markers for no list unless told.
        let role: HTML = sessions.isEmpty ? .empty : " role=\"list\""
        return """
            <section class="card" id="sessions" aria-labelledby="sessions-title" data-now="\(nowMilliseconds)">
            <header>
            <h2 id="sessions-title" tabindex="-1">Active Sessions</h2>
            <p class="count" id="session-count">\(sessionCount) \(sessionCount == 1 ? "device" : "devices")</p>
            <p>Every browser and device logged in to your account, most recently active first. \
            <a href="/help#trouble">Not as expected?</a></p>
            </header>
            \(filters)            <ul class="sessions" id="session-list"\(role)>
            \(cards)</ul>
            \(empty)\(actions)</section>

            """
    }

    /// Always in the document, so that the script has something to replace.
    private var actions: HTML {
        let others: HTML = """
            <form method="get" action="/settings/security/revoke-others" data-dialog="revoke-others-dialog" \
            data-target="/api/sessions/revoke-others"><button class="btn danger">Log out other devices</button></form>

            """
        let more = nextCursor.map { cursor -> HTML in
            "<a class=\"btn\" href=\"/settings/security?cursor=\(component: cursor)\">Show more</a>\n"
        }
        let first: HTML = "<a class=\"btn\" href=\"/settings/security\">Back to the first page</a>\n"
        return """
            <div class="actions" id="session-actions">
            \(isFirstPage ? .empty : first)\(more)\(sessionCount > 1 ? others : .empty)</div>

            """
    }

    /// Always in the document, so that the script has something to replace.
    private var map: HTML {
        let card: HTML = """
            <section class="card" aria-labelledby="places-title">
            <header><h2 id="places-title">Places</h2>
            <p>Where your sessions and your latest log-ins are, roughly.</p></header>
            <div class="places">\(WorldMap(places: places).html)</div>
            </section>
            """
        return "<div id=\"places\">\(places.isEmpty ? .empty : card)</div>\n"
    }

    private static let logoutFromAllDevices: HTML = """
        <section class="card zone" id="logout-all" aria-labelledby="logout-all-title">
        <div class="row"><div><h2 id="logout-all-title">Logout from All Devices</h2>
        <p>Ends every session, this one included. You will have to log in again everywhere.</p></div>
        <form method="get" action="/settings/security/revoke-all" data-dialog="revoke-all-dialog" \
        data-target="/api/sessions/revoke-all"><button class="btn danger">Logout from All Devices</button></form></div>
        </section>

        """

    private var furtherCards: HTML {
        accountCards.map { AccountCards(model: $0, nowMilliseconds: nowMilliseconds).html } ?? .empty
    }

    private var newsNotice: HTML {
        switch news {
        case nil: .empty
        case .ended(let device): Notice.success("Session on <bdi>\(device)</bdi> was ended.")
        case .othersEnded(0): Notice.success("There was no other session.")
        case .othersEnded(1): Notice.success("1 other session was ended.")
        case .othersEnded(let count): Notice.success("\(count) other sessions were ended.")
        case .passwordChanged(othersEnded: 0): Notice.success("Your password was changed.")
        case .passwordChanged: Notice.success("Your password was changed. Your other devices were logged out.")
        case .twoFactorDisabled:
            Notice.attention("Two-factor authentication is off. Your password alone opens your account now.")
        }
    }
}
