/// `/register`, served while registration is open.
struct RegisterPage {
    var site: Layout.Site
    /// As typed before.
    var email = ""
    /// As typed before.
    var username = ""
    var errors = FormErrors()

    var html: HTML {
        Layout(site: site, title: "Create an account", width: .narrow, main: main).html
    }

    private var main: HTML {
        """
        <h1>Create an account</h1>
        \(errors.summary(inputs: fields.map(\.name)))\
        <form class="panel" method="post" action="/register" novalidate>
        \(fields.map { $0.html(errors: errors) })<button class="btn primary">Create account</button>
        </form>
        <p class="aside">Already have an account? <a href="/login">Log in</a></p>
        """
    }

    private var fields: [FormField] {
        [
            FormField(
                name: "email",
                label: "Email",
                type: "email",
                autocomplete: "email",
                value: email
            ),
            FormField(
                name: "username",
                label: "Username",
                autocomplete: "username",
                value: username,
                hint: "3 to 32 letters, digits, dots, hyphens or underscores."
            ),
            FormField(
                name: "password",
                label: "Password",
                type: "password",
                autocomplete: "new-password",
                hint: FormField.passwordHint,
                isNewPassword: true
            ),
        ]
    }
}
