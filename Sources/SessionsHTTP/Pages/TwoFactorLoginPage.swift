import Sessions

/// `/login/two-factor`: the second step of a log-in.
struct TwoFactorLoginPage {
    /// Which of the two forms was used.
    enum Method: String, Sendable, CaseIterable {
        case oneTimeCode = "totp"
        case recoveryCode = "recovery_code"
    }

    var site: Layout.Site
    /// What the first step gave; `nil` once it counts no longer, and there is only the way back.
    var challenge: String?
    /// Where to go afterwards, already checked; `nil` for the usual place.
    var next: String?
    var method = Method.oneTimeCode
    /// What was wrong with the code: one field, named `code`.
    var errors = FormErrors()

    var html: HTML {
        Layout(site: site, title: "Two-factor code", width: .narrow, main: main).html
    }

    private var main: HTML {
        guard let challenge else { return expired }
        let errors = FormErrors(
            message: errors.message,
            fields: errors.fields.map { .init(name: fieldID(of: method), message: $0.message) }
        )
        return """
            <h1>Two-factor code</h1>
            \(errors.summary(inputs: Method.allCases.map(fieldID)))\
            \(form(.oneTimeCode, challenge, errors))
            <details class="more"\(raw: method == .recoveryCode ? " open" : "")>
            <summary>I cannot use my authenticator app</summary>
            \(form(.recoveryCode, challenge, errors))
            </details>
            <p class="aside"><a href="\(url: loginURL)">Back to log-in</a></p>
            """
    }

    private var expired: HTML {
        """
        <h1>Two-factor code</h1>
        \(Notice.problem("This log-in took too long, or too many codes were wrong."))
        <div class="panel"><p>Log in again with your password, then enter a new code.</p>
        <div class="buttons start"><a class="btn primary" href="\(url: loginURL)">Log in again</a></div></div>
        """
    }

    /// One form for each kind of code: the keyboard that suits digits has no letters.
    private func form(_ method: Method, _ challenge: String, _ errors: FormErrors) -> HTML {
        """
        <form class="panel" method="post" action="/login/two-factor" novalidate>
        \(field(method).html(errors: errors))\
        <input type="hidden" name="challenge" value="\(challenge)">
        <input type="hidden" name="method" value="\(method.rawValue)">
        \(next.map { "<input type=\"hidden\" name=\"next\" value=\"\($0)\">\n" as HTML })\
        <button class="btn \(raw: method == .oneTimeCode ? "primary" : "")">\
        \(method == .oneTimeCode ? "Log in" : "Log in with a recovery code")</button>
        </form>
        """
    }

    private func fieldID(of method: Method) -> String {
        method == .oneTimeCode ? "code" : "recovery-code"
    }

    private func field(_ method: Method) -> FormField {
        switch method {
        case .oneTimeCode:
            .oneTimeCode(hint: "Six digits from your authenticator app. Each code counts once.")
        case .recoveryCode:
            FormField(
                name: "code",
                id: fieldID(of: method),
                label: "Recovery code",
                autocomplete: "off",
                hint: "One of the ten codes you saved when you turned two-factor authentication on. It counts once."
            )
        }
    }

    private var loginURL: String { next.map { "/login?next=\($0.percentEncoded)" } ?? "/login" }
}
