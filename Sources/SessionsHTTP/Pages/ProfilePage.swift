/// `/settings/profile`.
struct ProfilePage {
    struct Model: Sendable {
        var email: String
        var isEmailConfirmed: Bool
        /// Whether there is mail.
        var canChangeEmail: Bool
        var username: String
        var createdMilliseconds: Int64
    }

    var site: Layout.Site
    var account: Layout.Account
    var profile: Model
    /// Where all that is held of the reader is had; a page that asks for the password first where the log-in is old.
    var exportURL: String
    /// A mail was asked for, to confirm an address.
    var isLinkSent = false
    var nowMilliseconds: Int64

    var html: HTML {
        SettingsFrame(site: site, account: account, tab: .profile, cards: card).html
    }

    private static let linkSent = Notice.success(
        "If the address can be used, a mail with a link is on its way to it. The link works once, for 24 hours."
    )

    /// Whether the address is confirmed, where mail makes that mean something.
    private var confirmation: HTML {
        guard profile.canChangeEmail else { return .empty }
        let change: HTML =
            " <a href=\"/settings/profile/email\">\(profile.isEmailConfirmed ? "Change" : "Confirm or change")</a>"
        return "\(profile.isEmailConfirmed ? .empty : Self.unconfirmed)\(change)"
    }

    private static let unconfirmed: HTML = " <span class=\"badge warn\">Not confirmed</span>"

    private var card: HTML {
        """
        \(isLinkSent ? Self.linkSent : .empty)<section class="card" aria-labelledby="profile-title">
        <header><h2 id="profile-title">Profile</h2></header>
        <dl class="facts">
        <div><dt>Email</dt><dd><bdi>\(profile.email)</bdi>\(confirmation)</dd></div>
        <div><dt>Username</dt><dd><bdi>\(profile.username)</bdi></dd></div>
        <div><dt>Member since</dt>\
        <dd>\(TimeText.element(.calendar, profile.createdMilliseconds, now: nowMilliseconds))</dd></div>
        </dl>
        </section>
        <section class="card" aria-labelledby="devices-title">
        <div class="row"><div><h2 id="devices-title">Devices</h2>
        <p>See where you are logged in, and end any session you do not know.</p></div>
        <a class="btn" href="/settings/security">Active Sessions</a></div>
        </section>
        <section class="card" aria-labelledby="export-title">
        <div class="row"><div><h2 id="export-title">Your data</h2>
        <p>All that is kept of you here: account, sessions and activity, as one JSON file.</p></div>
        <a class="btn" href="\(url: exportURL)">Download</a></div>
        </section>
        """
    }
}
