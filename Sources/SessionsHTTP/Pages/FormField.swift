import Sessions

/// What was wrong with a form that is shown again.
struct FormErrors: Sendable {
    struct Field: Sendable {
        /// The `name` of the input.
        var name: String
        /// A sentence for people.
        var message: String
    }

    /// What is not about one field, such as "Too many attempts".
    var message: String?
    var fields: [Field]

    init(message: String? = nil, fields: [Field] = []) {
        self.message = message
        self.fields = fields
    }

    var isEmpty: Bool { message == nil && fields.isEmpty }

    /// All messages above the form, each leading to its field; one about none of `inputs` is shown without a link.
    func summary(inputs: [String]) -> HTML {
        if isEmpty { return .empty }
        let lead = message.map { text -> HTML in "<p>\(text)</p>" }
        let items = fields.map { field -> HTML in
            inputs.contains(field.name)
                ? "<li><a href=\"#\(field.name)\">\(field.message)</a></li>" : "<li>\(field.message)</li>"
        }
        let list: HTML = items.isEmpty ? .empty : "<ul>\(items)</ul>"
        return """
            <div class="notice bad" role="alert" id="error-summary">\(Icons.attention)<div>\(lead)\(list)</div></div>

            """
    }
}

/// One labelled input with its hint and its error message.
///
/// It has no `maxlength`: a browser would cut a pasted password short without a word. The server refuses and says so.
struct FormField {
    /// What the value is sent as.
    var name: String
    /// `id` of the input, and what its error is found by; `nil` for `name`, which serves where a name stands once on a page.
    var id: String?
    var label: String
    var type = "text"
    var autocomplete: String
    /// The keyboard that a telephone shows; `nil` leaves it to `type`.
    var inputMode: String?
    /// What was typed before; passwords are never given back.
    var value = ""
    var hint: String?
    /// Whether a new password is chosen here, and its strength is shown while it is typed.
    var isNewPassword = false

    /// What a new password must be, and advice, which is no rule (ASVS 6.2.5).
    static let passwordHint = """
        At least \(PasswordRules.charactersMin) characters, and not easy to guess. Mixing letters, numbers and symbols helps; \
        a long phrase of unrelated words helps more.
        """

    func html(errors: FormErrors) -> HTML {
        let id = id ?? name
        let error = errors.fields.first { $0.name == id }
        let hintText = hint.map { text -> HTML in "\n<p class=\"hint\" id=\"\(id)-hint\">\(text)</p>" }
        let errorText = error.map { error -> HTML in
            "\n<p class=\"error\" id=\"\(id)-error\">\(error.message)</p>"
        }
        let keyboard = inputMode.map { mode -> HTML in " inputmode=\"\(mode)\"" }
        return """
            <div class="field">
            <label for="\(id)">\(label)</label>
            <input id="\(id)" name="\(name)" type="\(type)" autocomplete="\(autocomplete)" \
            required autocapitalize="none" spellcheck="false"\(keyboard)\(valueAttribute)\
            \(describedBy(id, isInvalid: error != nil))\(focus(id, errors))>\(hintText)\(errorText)\
            \(isNewPassword ? PasswordMeter(input: id).html : .empty)
            </div>

            """
    }

    private var valueAttribute: HTML {
        type == "password" || value.isEmpty ? .empty : " value=\"\(value)\""
    }

    private func describedBy(_ id: String, isInvalid: Bool) -> HTML {
        switch (hint != nil, isInvalid) {
        case (false, false): .empty
        case (true, false): " aria-describedby=\"\(id)-hint\""
        case (false, true): " aria-invalid=\"true\" aria-describedby=\"\(id)-error\""
        case (true, true): " aria-invalid=\"true\" aria-describedby=\"\(id)-error \(id)-hint\""
        }
    }

    /// The first field to be mended is where typing goes on.
    private func focus(_ id: String, _ errors: FormErrors) -> HTML {
        errors.fields.first?.name == id ? " autofocus" : .empty
    }
}

extension FormField {
    /// Tells password managers whose password a form asks for; it is neither seen nor sent.
    static func account(_ username: String) -> HTML {
        "<input type=\"text\" autocomplete=\"username\" value=\"\(username)\" readonly hidden>\n"
    }

    /// The password that an account has now.
    static func currentPassword(name: String = "password", id: String? = nil) -> FormField {
        FormField(name: name, id: id, label: "Current password", type: "password", autocomplete: "current-password")
    }

    /// Proof of the second factor: a code of the app, or a recovery code where the app is lost.
    static func secondFactor(id: String? = nil) -> FormField {
        FormField(
            name: "code",
            id: id,
            label: "Two-factor code",
            autocomplete: "one-time-code",
            hint: "Six digits from your authenticator app, or one of your recovery codes."
        )
    }

    /// The code of an authenticator app, and nothing else.
    static func oneTimeCode(hint: String) -> FormField {
        FormField(name: "code", label: "Code", autocomplete: "one-time-code", inputMode: "numeric", hint: hint)
    }
}
