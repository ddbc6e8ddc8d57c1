/// `/settings/security/two-factor/setup`, first step: the password.
struct TwoFactorSetupPage {
    var site: Layout.Site
    var account: Layout.Account
    var errors = FormErrors()

    var html: HTML {
        SettingsForm(
            site: site,
            account: account,
            title: "Set up two-factor authentication",
            text: """
                <p>You will need an authenticator app on your phone, such as Aegis, Google Authenticator or 1Password. \
                From then on, logging in takes your password and a code from the app.</p>

                """,
            action: "/settings/security/two-factor/setup",
            fields: [.currentPassword()],
            submitLabel: "Continue",
            errors: errors
        ).html
    }
}

/// The second step: the seed, and a code that shows that the app has it.
struct TwoFactorEnablePage {
    var site: Layout.Site
    var account: Layout.Account
    /// The seed in base32.
    var secret: String
    /// The address that an app reads, `otpauth://totp/…`.
    var uri: String
    /// The address as SVG; `nil` when there is none, and the seed must be typed.
    var qrCode: HTML?
    var errors = FormErrors()

    /// What a screen reader says in place of the code.
    static let qrCodeLabel = "QR code for your authenticator app"
    private static let scheme = "otpauth://totp/"

    var html: HTML {
        SettingsForm(
            site: site,
            account: account,
            title: "Set up two-factor authentication",
            text: """
                \(qrCode.map { "<p>Scan this code with your authenticator app.</p>\n<p class=\"scan\">\($0)</p>\n" as HTML })\
                <p>\(qrCode == nil ? "Enter this key in your app:" : "Or enter this key in the app:")<br>
                <code class="key" translate="no">\(keyGroups)</code></p>
                \(appLink)
                """,
            action: "/settings/security/two-factor/enable",
            fields: [.oneTimeCode(hint: "Six digits that the app shows for this account.")],
            more: "<p class=\"hint\">Your other devices will be logged out, and log in with a code from then on.</p>\n",
            submitLabel: "Turn on",
            errors: errors
        ).html
    }

    /// Groups of four; each is kept whole where the line breaks.
    private var keyGroups: [HTML] {
        stride(from: 0, to: secret.count, by: 4).map { start in
            "<span>\(secret.dropFirst(start).prefix(4))</span> "
        }
    }

    /// Nobody can scan the screen of the phone in their hand.
    private var appLink: HTML {
        guard uri.hasPrefix(Self.scheme) else { return .empty }
        return "<p><a href=\"otpauth://totp/\(uri.dropFirst(Self.scheme.count))\">Open the app on this device</a></p>\n"
    }
}

/// `/settings/security/two-factor/disable`.
struct TwoFactorDisablePage {
    var site: Layout.Site
    var account: Layout.Account
    var errors = FormErrors()

    var html: HTML {
        SettingsForm(
            site: site,
            account: account,
            title: "Turn off two-factor authentication",
            text: """
                <p>From then on your password alone opens your account. Your recovery codes stop working, and your other \
                devices will be logged out.</p>

                """,
            action: "/settings/security/two-factor/disable",
            fields: [.currentPassword(), .secondFactor()],
            submitLabel: "Turn off",
            isDangerous: true,
            errors: errors
        ).html
    }
}

/// `/settings/security/two-factor/recovery-codes`.
struct NewRecoveryCodesPage {
    var site: Layout.Site
    var account: Layout.Account
    var errors = FormErrors()

    var html: HTML {
        SettingsForm(
            site: site,
            account: account,
            title: "New recovery codes",
            text: "<p>You get ten new codes. The ones you have stop working.</p>\n",
            action: "/settings/security/two-factor/recovery-codes",
            fields: [.currentPassword(), .secondFactor()],
            submitLabel: "Make new codes",
            errors: errors
        ).html
    }
}

/// Ten recovery codes, shown once: after turning the factor on, and whenever new ones were made.
struct RecoveryCodesPage {
    var site: Layout.Site
    var account: Layout.Account
    /// As they are to be typed.
    var codes: [String]
    /// What was just done.
    var news: HTML

    /// After the factor was turned on.
    static let enabled: HTML = "Two-factor authentication is on."
    /// After new codes were asked for.
    static let renewed: HTML = "You have new recovery codes. The old ones no longer work."

    var html: HTML {
        let items = codes.map { code -> HTML in "<li><code>\(code)</code></li>\n" }
        return Layout(
            site: site,
            title: "Your recovery codes",
            account: account,
            width: .narrow,
            isSettings: true,
            main: """
                <h1>Your recovery codes</h1>
                \(Notice.success(news))
                <div class="panel">
                <p>If you lose your phone, each of these codes lets you in <strong>once</strong>, in place of a code from the \
                app. They are <strong>shown only now</strong>: print them, or keep them in a password manager, but not on \
                the phone itself.</p>
                <ol class="codes" id="recovery-codes" translate="no">
                \(items)</ol>
                <div class="buttons start" id="recovery-code-tools" data-file="recovery-codes.txt" hidden>\
                <button type="button" class="btn" data-tool="copy">Copy</button>\
                <button type="button" class="btn" data-tool="download">Download</button>\
                <button type="button" class="btn" data-tool="print">Print</button></div>
                <div class="buttons"><a class="btn primary" href="/settings/security">I have saved them</a></div>
                </div>
                """
        ).html
    }
}
