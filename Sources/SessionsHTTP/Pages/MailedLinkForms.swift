import Sessions

/// `/forgot-password`: to ask for a mail with a link.
struct ForgottenPasswordPage {
    var site: Layout.Site
    /// A mail was asked for; whether there is an account is not told.
    var isSent = false
    /// As typed before.
    var identifier = ""
    var errors = FormErrors()

    var html: HTML {
        Layout(site: site, title: "Forgotten password", width: .narrow, main: main).html
    }

    private var main: HTML {
        """
        <h1>Forgotten your password?</h1>
        \(isSent && errors.isEmpty ? Self.sent : .empty)\(errors.summary(inputs: ["identifier"]))\
        <form class="panel" method="post" action="/forgot-password" novalidate>
        <p>We send a link to your email address. It works once, for 15 minutes, and lets you choose another password.</p>
        \(field.html(errors: errors))<button class="btn primary">Send the link</button>
        </form>
        <p class="aside"><a href="/login">Back to log in</a></p>
        """
    }

    private static let sent = Notice.success(
        "If there is such an account, a mail is on its way. Look into your spam folder too; only the newest link works."
    )

    private var field: FormField {
        FormField(name: "identifier", label: "Email or username", autocomplete: "username", value: identifier)
    }
}

/// `/reset/{token}`: to choose another password.
struct ResetPasswordPage {
    var site: Layout.Site
    var username: String
    var token: String
    var errors = FormErrors()

    var html: HTML {
        Layout(site: site, title: "Choose a new password", width: .narrow, main: main).html
    }

    private var main: HTML {
        """
        <h1>Choose a new password</h1>
        \(errors.summary(inputs: ["newPassword"]))\
        <form class="panel" method="post" action="/reset/\(component: token)" novalidate>
        \(FormField.account(username))<p>For the account <strong><bdi>\(username)</bdi></strong>. Every device is logged out, and you \
        log in with the new password.</p>
        \(PasswordPage.newPassword.html(errors: errors))<button class="btn primary">Set the password</button>
        </form>
        """
    }
}

/// `/report/{token}`: the question before an account is closed for everybody.
struct ReportLinkPage {
    var site: Layout.Site
    var username: String
    /// Where the link was mailed to.
    var address: String
    /// Whether the account has another address by now.
    var isFormerAddress: Bool
    /// What the mail told of; `nil` when that is not kept any more.
    var event: ActivityEvent?
    var nowMilliseconds: Int64
    var token: String

    var html: HTML {
        Layout(site: site, title: "This wasn’t you?", width: .narrow, main: main).html
    }

    private var main: HTML {
        """
        <h1>This wasn’t you?</h1>
        <form class="panel" method="post" action="/report/\(component: token)">
        <p>For the account <strong><bdi>\(username)</bdi></strong>: every device is logged out at once, half-finished log-ins too, and the \
        password stops working. <strong>We then mail you a link to choose a new one</strong>\(isFormerAddress ? restored : .empty).</p>
        \(event.map(about))<div class="buttons"><button class="btn danger solid">Secure my account</button></div>
        <p class="hint">If it was you, close this page: nothing has been changed.</p>
        </form>
        """
    }

    private var restored: HTML { ", to <bdi>\(address)</bdi>, which becomes the account’s address again" }

    private func about(_ event: ActivityEvent) -> HTML {
        """
        <p>\(event.sentence)</p>
        <p class="meta">\(event.ipAddress.map { "<span><bdi>\($0)</bdi></span> " as HTML })\
        <span>\(TimeText.element(.calendar, event.atMilliseconds, now: nowMilliseconds))</span></p>

        """
    }
}

/// `/confirm-email/{token}`: to say that an address is one's own.
struct ConfirmEmailPage {
    var site: Layout.Site
    var username: String
    var address: String
    var token: String

    var html: HTML {
        Layout(site: site, title: "Confirm your email address", width: .narrow, main: main).html
    }

    private var main: HTML {
        """
        <h1>Confirm your email address</h1>
        <form class="panel" method="post" action="/confirm-email/\(component: token)">
        <p><strong><bdi>\(address)</bdi></strong> becomes the confirmed address of the account <strong><bdi>\(username)</bdi></strong>.</p>
        <div class="buttons"><button class="btn primary">Confirm</button></div>
        <p class="hint">If this is not your account, close this page: nothing has been changed.</p>
        </form>
        """
    }
}

/// `/settings/profile/email`: another address, or a new link to confirm the one there is.
struct EmailPage {
    var site: Layout.Site
    var account: Layout.Account
    /// The address there is, or what was typed.
    var email: String
    var isConfirmed: Bool
    var asksForCode: Bool
    var errors = FormErrors()

    var html: HTML {
        SettingsForm(
            site: site,
            account: account,
            title: "Email address",
            text: isConfirmed ? Self.change : Self.confirm,
            action: "/settings/profile/email",
            fields: [
                FormField(name: "email", label: "Email", type: "email", autocomplete: "email", value: email),
                .currentPassword(),
            ] + (asksForCode ? [.secondFactor()] : []),
            submitLabel: "Send the link",
            cancelURL: "/settings/profile",
            errors: errors
        ).html
    }

    private static let change: HTML = """
        <p>We send a link to the new address; it becomes yours when you open the link and confirm. Your old address is told.</p>

        """

    private static let confirm: HTML = """
        <p>Your address is not confirmed yet. We send a link to it, or to another one that you give.</p>

        """
}

extension MessagePage {
    /// After a report by a link.
    static func reported(site: Layout.Site) -> MessagePage {
        MessagePage(
            site: site,
            title: "Your account is secured",
            text: "Every device is logged out, and the old password opens nothing any more. "
                + "We have mailed you a link to choose a new one: it works once, for 15 minutes.",
            links: [Link(label: "Send the link again", url: MailedLinkPages.forgotten)]
        )
    }

    /// After an address was confirmed by a link.
    static func emailConfirmed(site: Layout.Site) -> MessagePage {
        MessagePage(
            site: site,
            title: "Your email address is confirmed",
            text: "It is where we write to when something happens in your account.",
            links: [Link(label: "Continue", url: "/settings/profile")]
        )
    }

    /// For a link in a mail that does nothing any more.
    static func invalidLink(site: Layout.Site, _ purpose: MailedLink.Purpose) -> MessagePage {
        let next: Link =
            switch purpose {
            case .password: Link(label: "Send a new link", url: MailedLinkPages.forgotten)
            case .email: Link(label: "Go to your profile", url: "/settings/profile")
            case .report: Link(label: "See your sessions", url: "/settings/security")
            }
        return MessagePage(
            site: site,
            title: "This link does not work any more",
            text: "It was used, it is too old, or something has changed since. Nothing was done.",
            links: [next]
        )
    }
}
