package import Sessions

extension MailMessage {
    /// A notice as a mail.
    ///
    /// - Parameters:
    ///   - notice: What is told; one with a recipient.
    ///   - recipient: Where to.
    ///   - username: Whose account it is about.
    ///   - reasons: What was not as usual, a sentence each.
    ///   - link: What the reader can do at once; `nil` when it is too late, or there is nothing.
    ///   - site: Where it comes from.
    ///   - from: Who it is from.
    ///   - now: When it is sent.
    package init(
        _ notice: Notice,
        to recipient: EmailAddress,
        username: String,
        reasons: [String] = [],
        link: NoticeLink? = nil,
        site: NoticeSite,
        from: MailAddress,
        at now: Timestamp
    ) {
        let text = NoticeText(notice, to: username, because: reasons, link: link, from: site)
        self.init(
            from: from,
            to: recipient,
            subject: text.subject,
            text: text.plain(site),
            html: text.html(site),
            id: notice.id,
            date: now
        )
    }
}

extension NoticeText {
    private func closing(_ site: NoticeSite) -> String {
        "This mail was sent by itself because of something in your account. \(site.appName) never asks for your password by mail."
    }

    func plain(_ site: NoticeSite) -> String {
        let width = (facts.map(\.name.utf8.count).max() ?? 0) + 2
        let lines = facts.map { fact in
            "  \(fact.name):\(String(repeating: " ", count: width - fact.name.utf8.count - 1))\(fact.value)"
        }
        var paragraphs = [sentence]
        if !reasons.isEmpty { paragraphs.append(reasons.map { "  - \($0)" }.joined(separator: "\n")) }
        paragraphs += [lines.joined(separator: "\n"), advice]
        if let link { paragraphs.append("\(link.label):\n\(link.url)\n\(link.bounds)") }
        if let page = page(site) { paragraphs.append("\(page.label): \(page.url)") }
        if let support = site.supportURL { paragraphs.append("Help: \(support)") }
        if let withheld { paragraphs.append(withheld) }
        paragraphs.append(closing(site))
        return paragraphs.joined(separator: "\n\n") + "\n"
    }

    func html(_ site: NoticeSite) -> String {
        var html = EscapedHTML()
        html.markup("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>")
        html.text(subject)
        html.markup("</title></head>\n<body style=\"font-family: sans-serif; line-height: 1.5; max-width: 40em\">\n")
        html.paragraph(sentence)
        if !reasons.isEmpty {
            html.markup("<ul>\n")
            for reason in reasons {
                html.markup("<li>")
                html.text(reason)
                html.markup("</li>\n")
            }
            html.markup("</ul>\n")
        }
        html.markup("<table>\n")
        for fact in facts {
            html.markup("<tr><th style=\"text-align: left; padding-right: 1em\">")
            html.text(fact.name)
            html.markup("</th><td>")
            html.text(fact.value)
            html.markup("</td></tr>\n")
        }
        html.markup("</table>\n")
        html.paragraph(advice)
        if let link {
            html.link(link.label, to: link.url)
            html.paragraph(link.bounds)
        }
        if let page = page(site) { html.link(page.label, to: page.url) }
        if let support = site.supportURL { html.link("Help", to: support) }
        if let withheld { html.paragraph(withheld) }
        html.paragraph(closing(site))
        html.markup("</body></html>\n")
        return html.content
    }
}

/// HTML that is written piece by piece: text is escaped, and only literals are markup.
///
/// Escaped by bytes of UTF-8. By grapheme a quote with a combining mark after it would pass.
struct EscapedHTML {
    private var bytes: [UInt8] = []

    var content: String { String(decoding: bytes, as: UTF8.self) }

    mutating func markup(_ literal: StaticString) {
        literal.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    mutating func text(_ text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): markup("&amp;")
            case UInt8(ascii: "<"): markup("&lt;")
            case UInt8(ascii: ">"): markup("&gt;")
            case UInt8(ascii: "\""): markup("&quot;")
            case UInt8(ascii: "'"): markup("&#39;")
            default: bytes.append(byte)
            }
        }
    }

    mutating func paragraph(_ text: String) {
        markup("<p>")
        self.text(text)
        markup("</p>\n")
    }

    /// The address is one of the settings, http or https.
    mutating func link(_ name: String, to address: String) {
        markup("<p><a href=\"")
        text(address)
        markup("\">")
        text(name)
        markup("</a></p>\n")
    }
}
