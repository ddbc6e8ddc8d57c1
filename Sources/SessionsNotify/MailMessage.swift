public import Sessions

/// A mail with the same text twice: plain, and as HTML (RFC 5322, RFC 2046).
public struct MailMessage: Hashable, Sendable {
    /// Who it is from.
    public var from: MailAddress
    /// Who it is for.
    public var to: EmailAddress
    /// What it is about.
    public var subject: String
    /// The plain text.
    public var text: String
    /// The same as an HTML document.
    public var html: String
    /// The same in every attempt to deliver it, so that a copy is recognised.
    public var id: NoticeID
    /// When it is sent.
    public var date: Timestamp

    /// Creates a message.
    public init(
        from: MailAddress,
        to: EmailAddress,
        subject: String,
        text: String,
        html: String,
        id: NoticeID,
        date: Timestamp
    ) {
        self.from = from
        self.to = to
        self.subject = subject
        self.text = text
        self.html = html
        self.id = id
        self.date = date
    }

    /// The message as it is handed in: ASCII, in short lines.
    public var encoded: [UInt8] {
        // No line of quoted-printable holds it: there a `=` is followed by two digits or nothing.
        let boundary = "=_\(id)"
        let headers = [
            "From: \(from.header)", "To: <\(to)>", "Subject: \(HeaderText.unstructured(subject))",
            "Date: \(Self.date(date))", "Message-ID: <\(id)@\(from.domain)>", "MIME-Version: 1.0",
            // Nobody's absence is told to a machine (RFC 3834).
            "Auto-Submitted: auto-generated", "X-Auto-Response-Suppress: All",
            "Content-Type: multipart/alternative;\r\n boundary=\"\(boundary)\"",
        ]
        let parts = [("plain", text), ("html", html)].map { type, content in
            """
            --\(boundary)\r
            Content-Type: text/\(type); charset=utf-8\r
            Content-Transfer-Encoding: quoted-printable\r
            \r
            \(QuotedPrintable.encode(content))\r\n
            """
        }
        let message = headers.map { "\($0)\r\n" }.joined() + "\r\n" + parts.joined() + "--\(boundary)--\r\n"
        return Array(message.utf8)
    }

    /// RFC 5322 section 3.3.
    private static func date(_ instant: Timestamp) -> String {
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let time = CivilTime(instant)
        // 1970-01-01 was a Thursday.
        let day = days[(time.dayNumber % 7 + 7) % 7]
        let date = "\(time.day) \(months[time.month - 1]) \(CivilTime.padded(time.year, to: 4))"
        return "\(day), \(date) \(time.timeOfDay) +0000"
    }
}
