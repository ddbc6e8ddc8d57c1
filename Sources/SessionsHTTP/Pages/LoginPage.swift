/// `/login`.
struct LoginPage {
    /// What happened when the reader was sent here: the `reason` of the address.
    enum Reason: String, Sendable {
        case loggedOut = "logged_out"
        case revoked
        case expired
        case everywhere
        case passwordChanged = "password_changed"
        case cookieMissing = "cookie_missing"
    }

    var site: Layout.Site
    var reason: Reason?
    /// Where to go afterwards, already checked; `nil` for the usual place.
    var next: String?
    var isRegistrationOpen = false
    /// Whether a forgotten password can be replaced by mail.
    var sendsMail = false
    /// An account was just made; the form says so.
    var isRegistered = false
    /// As typed before.
    var identifier = ""
    /// As ticked before.
    var rememberMe = false
    var errors = FormErrors()

    var html: HTML {
        Layout(site: site, title: "Log in", width: .narrow, main: main).html
    }

    private var main: HTML {
        """
        <h1>Log in to \(site.appName)</h1>
        \(notice)\(errors.summary(inputs: ["identifier", "password"]))\
        <form class="panel" method="post" action="/login" novalidate>
        \(Self.identifierField(identifier).html(errors: errors))\(Self.passwordField.html(errors: errors))\
        <div class="check">
        <input id="rememberMe" name="rememberMe" type="checkbox" value="true"\(raw: rememberMe ? " checked" : "") \
        aria-describedby="rememberMe-hint">
        <div><label for="rememberMe">Remember Me</label>
        <p class="hint" id="rememberMe-hint">Stay logged in for 30 days on this device instead of 24 hours. \
        Leave it off on a shared computer.</p></div>
        </div>
        \(next.map(Self.nextField))<button class="btn primary">Log in</button>
        </form>
        \(sendsMail ? Self.forgottenLink : .empty)\(isRegistrationOpen ? Self.registerLink : .empty)
        """
    }

    private var notice: HTML {
        if isRegistered, errors.isEmpty { return Notice.success("Your account was created. You can log in now.") }
        // A refused log-in is the news; how one came here is not.
        guard let reason, errors.isEmpty else { return .empty }
        return switch reason {
        case .loggedOut: Notice.success("You have logged out.")
        case .revoked: Notice.attention("You were logged out from another device.")
        case .expired: Notice.attention("Your session expired.")
        case .everywhere: Notice.success("You were logged out from all devices.")
        case .passwordChanged: Notice.success("Your password was changed. Log in with the new one.")
        case .cookieMissing:
            // One may also be here by the back button, after logging out: it is a question first.
            Notice.attention(
                "Have you just logged in? Your browser did not keep the sign-in cookie: open this page over https."
            )
        }
    }

    private static func identifierField(_ value: String) -> FormField {
        FormField(
            name: "identifier",
            label: "Email or username",
            autocomplete: "username",
            value: value
        )
    }

    private static let passwordField = FormField(
        name: "password",
        label: "Password",
        type: "password",
        autocomplete: "current-password"
    )

    private static func nextField(_ next: String) -> HTML {
        "<input type=\"hidden\" name=\"next\" value=\"\(next)\">\n"
    }

    private static let forgottenLink: HTML = """
        <p class="aside"><a href="/forgot-password">Forgotten your password?</a></p>

        """

    private static let registerLink: HTML = """
        <p class="aside">No account yet? <a href="/register">Create one</a></p>
        """
}
