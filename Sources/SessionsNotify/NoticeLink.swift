package import Sessions

/// A link in a mail, with what it does and for how long.
package struct NoticeLink: Hashable, Sendable {
    /// What it does.
    package let label: String
    /// Where it leads.
    package let url: String
    /// How long it works.
    package let bounds: String

    /// Creates a link.
    ///
    /// - Parameters:
    ///   - purpose: What it is good for.
    ///   - url: Where it leads.
    package init(_ purpose: MailedLink.Purpose, url: String) {
        self.url = url
        let time = purpose == .password ? "15 minutes" : "24 hours"
        bounds = "It works once, for \(time), and asks before it does anything."
        label =
            switch purpose {
            case .report: "This was not me: end all sessions and the password"
            case .password: "Set a new password"
            case .email: "Confirm this address"
            }
    }
}
