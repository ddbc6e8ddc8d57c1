/// `/help`: sessions in plain words, for signed-in readers and others.
struct HelpPage {
    var site: Layout.Site
    var account: Layout.Account?
    /// Whether a forgotten password can be replaced by mail.
    var sendsMail = false

    var html: HTML {
        Layout(site: site, title: "Help", account: account, main: main).html
    }

    private var main: HTML {
        """
        <h1>Help</h1>
        <nav class="card contents" aria-label="On this page"><ul>
        \(Self.topics.map { topic -> HTML in "<li><a href=\"#\(component: topic.id)\">\(topic.title)</a></li>\n" })</ul></nav>
        <div class="card prose">
        \(basics)\(emergencies)\(Self.troubles)\(Self.habits)\(Self.questions)\(support)</div>
        """
    }

    private struct Topic {
        let id: String
        let title: String

        var heading: HTML { "<h2 id=\"\(id)\">\(title)</h2>\n" }
    }

    private static let whatASessionIs = Topic(id: "sessions", title: "What a session is")
    private static let unknownDevice = Topic(id: "unknown-device", title: "A device that isn’t yours")
    private static let lostDevice = Topic(id: "lost-device", title: "A device is lost or stolen")
    private static let forgotten = Topic(id: "forgotten-password", title: "You have forgotten your password")
    private static let lostApp = Topic(id: "lost-app", title: "Your authenticator app is gone")
    private static let trouble = Topic(id: "trouble", title: "Something is not as expected")
    private static let goodHabits = Topic(id: "habits", title: "Good habits")
    private static let often = Topic(id: "questions", title: "Questions people ask")

    private static let topics = [
        whatASessionIs, unknownDevice, lostDevice, forgotten, lostApp, trouble, goodHabits, often,
    ]

    private var basics: HTML {
        """
        \(Self.whatASessionIs.heading)<p>Each time you log in to \(site.appName), the browser you use gets a session: a pass that says \
        it is you. Your phone, your laptop and a second browser on that laptop each have a session of their own.</p>
        <p>Under <a href="/settings/security">Settings, Security</a> you see all of them: the kind of device, its address, \
        when it was last used, and when its session ends. “This Device” is the one you are looking at.</p>

        """
    }

    private var emergencies: HTML {
        """
        \(Self.unknownDevice.heading)<ol>
        <li>Choose “Revoke Session” beside it. That device is logged out at once.</li>
        <li>Unsure about more than one? Choose “Log out other devices”, or “Logout from All Devices” to end this \
        session too.</li>
        <li>Then change your password: whoever was logged in may know it. Or choose “This wasn’t me” beside the log-in \
        under Recent Activity\(sendsMail ? ", or in the mail about it," : .empty) which does all of this at once.</li>
        </ol>
        <p>The place is a guess from the address and can be far off, most of all on mobile networks and with a VPN. \
        Time and kind of device tell more.</p>

        \(Self.lostDevice.heading)<ol>
        <li>On any other device, log in and open <a href="/settings/security">Settings, Security</a>.</li>
        <li>Find the lost device by its kind, browser and last activity, and choose “Revoke Session”. If you cannot tell which it \
        is, choose “Log out other devices”.</li>
        <li>Change your password: the device may have saved it.</li>
        <li>If the device had your authenticator app, turn two-factor authentication off and on again with a new one; a recovery \
        code lets you in. If it had your recovery codes, make new ones.</li>
        <li>Look at Recent Activity for the time since you lost it. And lock or erase the device itself with the service of its \
        maker.</li>
        </ol>

        \(Self.forgotten.heading)\(sendsMail ? Self.resetByMail : Self.resetByOperator)
        \(Self.lostApp.heading)<p>Log in with your password, and choose “I cannot use my authenticator app”: each of the ten recovery codes \
        you saved lets you in once, and logs your other devices out. Then turn two-factor authentication off, and on again with the \
        new app. Without a recovery code only whoever runs \(site.appName) can turn it off for you.</p>

        """
    }

    private static let resetByMail: HTML = """
        <p><a href="/forgot-password">Ask for a link</a> to your email address. It works once, for 15 minutes; only the newest one \
        works. Setting a new password logs every device out. Your two-factor code is asked for all the same.</p>

        """

    private static let resetByOperator: HTML = """
        <p>Ask whoever runs this service to set a new one for you, and change it after you have logged in.</p>

        """

    private static let troubles: HTML = """
        \(trouble.heading)<h3 id="not-showing">Session not showing</h3>
        <p>Only sessions that are alive are listed. One that has ended or run out is gone from the list at once. The latest used come \
        first, and “Show more” leads to the others. Another browser on the same device, and a private window, are sessions of their own: \
        look for the browser’s name. A session on the list is also on the account you are logged in to: check the name at the top.</p>
        <h3 id="cannot-revoke">Cannot revoke</h3>
        <p>The session you are using cannot revoke itself: choose “Log out” instead. If you logged in some time ago, your password is \
        asked for first, and your code where two-factor authentication is on. If it says that the session has ended already, it \
        has: there is nothing left to do.</p>
        <h3 id="too-many">Too many sessions</h3>
        <p>Every log-in in a browser that does not present its last session makes a new one: in private windows, in browsers that \
        delete cookies when they close, in apps. They end by themselves. “Log out other devices” ends all but the one you are using.</p>
        <h3 id="expired">Expired too quickly</h3>
        <p>Without Remember Me a session ends 24 hours after you logged in, however much you use it. It also ends when your \
        password is changed, when somebody chooses to log out all devices, or when you log in again in the same browser. A browser that \
        deletes cookies when it closes forgets you: the session stays in the list, and you log in to a new one.</p>
        <h3 id="wrong-address">IP address shows incorrectly</h3>
        <p>The address is the one your device was last seen from: that of your router, your mobile network or your VPN, and it changes \
        when those do. Beside it is the place that is known for it, which is a guess. If every device shows the same address, tell \
        whoever runs this service: its proxy does not pass addresses on.</p>
        <h3 id="unknown-kind">Device shows Unknown</h3>
        <p>The kind of device is what the browser says of itself. Browsers that hide it, and programs that are no browser, show as \
        Unknown. Address, place and time tell you more.</p>

        """

    private static let habits: HTML = """
        \(goodHabits.heading)<h3 id="shared-computers">Shared computers</h3>
        <p>Leave Remember Me off, and choose “Log out” when you are done: closing the window is not enough. If you forgot, end that \
        session from any other device.</p>
        <h3 id="mobile-devices">Mobile devices</h3>
        <p>Remember Me is for devices that only you use and that lock themselves. Your phone’s address changes as you move, and its \
        session goes on: that is as it should be.</p>
        <h3 id="weekly-review">A weekly look</h3>
        <p>Once a week, open <a href="/settings/security">Settings, Security</a>. What is new since your last visit is marked. End what you no \
        longer use, and what you do not know.</p>
        <h3 id="passwords">Strong passwords</h3>
        <p>Use one that you use nowhere else. A long phrase of unrelated words is better than a short one with symbols; a password manager \
        remembers it for you. There is no need to change it unless somebody else may know it. And turn two-factor authentication on.</p>

        """

    private static let questions: HTML = """
        \(often.heading)<h3>How long do sessions last?</h3>
        <p>24 hours from the moment you log in; with Remember Me, 30 days. The list shows when each one ends.</p>
        <h3>Can I extend one?</h3>
        <p>No. When the time is up, you log in again. So a session that somebody stole ends too.</p>
        <h3>Do they work across browsers?</h3>
        <p>No. Each browser has its own, also on the same device.</p>
        <h3>What if someone has my password?</h3>
        <p>Change it, and leave “Log out my other devices” ticked. If they are in your account already, choose “This wasn’t me” beside their \
        log-in. With two-factor authentication a password alone opens nothing.</p>
        <h3>Does closing the browser log me out?</h3>
        <p>No. The session goes on until it ends, is logged out or revoked.</p>
        <h3>What is the difference between Log out and Revoke?</h3>
        <p>Log out ends the session you are using. Revoke ends another one, from here. Both take effect at once.</p>
        <h3>Does a VPN matter?</h3>
        <p>Your session goes on. Its address and place become those of the VPN, and a log-in from there may be marked as unusual: choose \
        “This was me”.</p>

        """

    private var support: HTML {
        site.supportURL.map { "<p>Anything else? <a href=\"\(url: $0)\">Ask for support</a>.</p>\n" } ?? .empty
    }
}
