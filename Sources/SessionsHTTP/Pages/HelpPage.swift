/// `/help`: sessions in plain words, for signed-in readers and others.
struct HelpPage {
    var site: Layout.Site
    var account: Layout.Account?

    var html: HTML {
        Layout(site: site, title: "Help", account: account, main: main).html
    }

    private var main: HTML {
        """
        <h1>Help</h1>
        <div class="card prose">
        <h2>What a session is</h2>
        <p>Each time you log in to \(site.appName), the browser you use gets a session: a pass that says it is you. \
        Your phone, your laptop and a second browser on that laptop each have a session of their own.</p>
        <p>Under <a href="/settings/security">Settings, Security</a> you see all of them: the kind of device, its address, \
        when it was last used, and when its session ends. “This Device” is the one you are looking at.</p>

        <h2 id="unknown-device">A device that isn’t yours</h2>
        <ol>
        <li>Choose “Revoke Session” beside it. That device is logged out at once.</li>
        <li>Unsure about more than one? Choose “Log out other devices”, or “Logout from All Devices” to end this \
        session too.</li>
        <li>Then change your password: whoever was logged in may know it. Or choose “This wasn’t me” beside the log-in \
        under Recent Activity, which does all of this at once.</li>
        </ol>
        <p>The place is a guess from the address and can be far off, most of all on mobile networks and with a VPN. \
        Time and kind of device tell more.</p>

        <h2 id="lost-app">Your authenticator app is gone</h2>
        <p>Log in with your password, and choose “I cannot use my authenticator app”: each of the ten recovery codes you saved \
        lets you in once, and logs your other devices out. Then turn two-factor authentication off, and on again with the \
        new app. Without a recovery code only whoever runs \(site.appName) can turn it off for you.</p>

        <h2>How long a session lives</h2>
        <p>A session lives 24 hours from the moment you log in; with Remember Me, 30 days. Using it does not make it \
        longer: when the time is up, you log in again. The list shows when.</p>

        <h2>Remember Me</h2>
        <p>Tick it on a device that only you use. Leave it off on a shared computer, and choose “Log out” when you \
        are done there. If you forget to, you can end that session from any other device.</p>
        </div>
        """
    }
}
