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
    /// `name` and `id` of the input.
    var name: String
    var label: String
    var type = "text"
    var autocomplete: String
    /// What was typed before; passwords are never given back.
    var value = ""
    var hint: String?

    func html(errors: FormErrors) -> HTML {
        let error = errors.fields.first { $0.name == name }
        let hintText = hint.map { text -> HTML in "\n<p class=\"hint\" id=\"\(name)-hint\">\(text)</p>" }
        let errorText = error.map { error -> HTML in
            "\n<p class=\"error\" id=\"\(name)-error\">\(error.message)</p>"
        }
        return """
            <div class="field">
            <label for="\(name)">\(label)</label>
            <input id="\(name)" name="\(name)" type="\(type)" autocomplete="\(autocomplete)" \
            required autocapitalize="none" spellcheck="false"\(valueAttribute)\(describedBy(error != nil))\
            \(focus(errors))>\(hintText)\(errorText)
            </div>

            """
    }

    private var valueAttribute: HTML {
        type == "password" || value.isEmpty ? .empty : " value=\"\(value)\""
    }

    private func describedBy(_ isInvalid: Bool) -> HTML {
        switch (hint != nil, isInvalid) {
        case (false, false): .empty
        case (true, false): " aria-describedby=\"\(name)-hint\""
        case (false, true): " aria-invalid=\"true\" aria-describedby=\"\(name)-error\""
        case (true, true): " aria-invalid=\"true\" aria-describedby=\"\(name)-error \(name)-hint\""
        }
    }

    /// The first field to be mended is where typing goes on.
    private func focus(_ errors: FormErrors) -> HTML {
        errors.fields.first?.name == name ? " autofocus" : .empty
    }
}
