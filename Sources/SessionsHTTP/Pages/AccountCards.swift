/// What the security page shows below the sessions: the second factor, the password, and what happened lately.
struct AccountCards {
    struct Model: Sendable {
        var twoFactor: TwoFactor
        var passwordChangedMilliseconds: Int64
        /// The latest events, newest first.
        var events: [ActivityEvent]
        /// Whether there are older ones.
        var hasMoreEvents: Bool
    }

    enum TwoFactor: Sendable {
        case off
        /// Since when, and how many recovery codes were not used yet.
        case on(sinceMilliseconds: Int64, recoveryCodesLeft: Int)
    }

    /// How many events the security page shows at most.
    static let eventsMax = 10
    /// From this number of recovery codes on, the page asks for new ones.
    static let recoveryCodesFew = 3

    var model: Model
    var nowMilliseconds: Int64

    var html: HTML { "\(twoFactor)\(password)\(activity)" }

    private var twoFactor: HTML {
        let text: HTML
        let links: HTML
        switch model.twoFactor {
        case .off:
            text = "<p>Off. A code from your phone keeps out whoever has your password.</p>"
            links = "<a class=\"btn\" href=\"/settings/security/two-factor/setup\">Set up</a>"
        case .on(let since, let codesLeft):
            text = """
                <p>On since: \(TimeText.element(.calendar, since, now: nowMilliseconds))</p>
                \(Self.codesLeft(codesLeft))
                """
            links = """
                <a class="btn" href="/settings/security/two-factor/recovery-codes">New recovery codes</a>
                <a class="btn danger" href="/settings/security/two-factor/disable">Turn off</a>
                """
        }
        return """
            <section class="card" id="two-factor" aria-labelledby="two-factor-title">
            <div class="row"><div><h2 id="two-factor-title">Two-Factor Authentication</h2>
            \(text)</div>
            <div class="buttons">\(links)</div></div>
            </section>

            """
    }

    private static func codesLeft(_ count: Int) -> HTML {
        switch count {
        case 0: "<p class=\"few\">No recovery codes are left: make new ones, or losing your phone locks you out.</p>"
        case 1: "<p class=\"few\">Only 1 recovery code is left: make new ones.</p>"
        case ...recoveryCodesFew: "<p class=\"few\">Only \(count) recovery codes are left: make new ones.</p>"
        default: "<p>\(count) recovery codes left</p>"
        }
    }

    private var password: HTML {
        """
        <section class="card" id="password" aria-labelledby="password-title">
        <div class="row"><div><h2 id="password-title">Password</h2>
        <p>Last changed: \(TimeText.element(.calendar, model.passwordChangedMilliseconds, now: nowMilliseconds))</p></div>
        <div class="buttons"><a class="btn" href="/settings/security/password">Change password</a></div></div>
        </section>

        """
    }

    private var activity: HTML {
        let rows = model.events.prefix(Self.eventsMax).map {
            ActivityRow(event: $0, nowMilliseconds: nowMilliseconds).html
        }
        let all: HTML = """
            <div class="actions"><a class="btn" href="/settings/security/activity">Show all\
            <span class="visually-hidden"> activity</span></a></div>

            """
        return """
            <section class="card" id="activity" aria-labelledby="activity-title">
            <header><h2 id="activity-title">Recent Activity</h2></header>
            <ul class="events" role="list">
            \(Array(rows))</ul>
            \(rows.isEmpty ? Self.nothing : .empty)\
            \(model.hasMoreEvents || model.events.count > Self.eventsMax ? all : .empty)</section>

            """
    }

    static let nothing: HTML = "<p class=\"none\">Nothing has happened yet.</p>\n"
}
