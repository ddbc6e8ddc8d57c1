/// `/settings/profile`.
struct ProfilePage {
    struct Model: Sendable {
        var email: String
        var username: String
        var createdMilliseconds: Int64
    }

    var site: Layout.Site
    var account: Layout.Account
    var profile: Model
    /// Where all that is held of the reader is had; a page that asks for the password first where the log-in is old.
    var exportURL: String
    var nowMilliseconds: Int64

    var html: HTML {
        SettingsFrame(site: site, account: account, tab: .profile, cards: card).html
    }

    private var card: HTML {
        """
        <section class="card" aria-labelledby="profile-title">
        <header><h2 id="profile-title">Profile</h2></header>
        <dl class="facts">
        <div><dt>Email</dt><dd><bdi>\(profile.email)</bdi></dd></div>
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
