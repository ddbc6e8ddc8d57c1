/// `/settings/security/activity/{id}/report`: the question before everything but this session is closed.
struct ReportPage {
    var site: Layout.Site
    var account: Layout.Account
    /// What is reported.
    var event: ActivityEvent
    /// Names it.
    var id: String
    var nowMilliseconds: Int64
    /// What to ask for besides; `nil` while the log-in is fresh.
    var reauthentication: Reauthentication?
    var errors = FormErrors()

    var html: HTML {
        Confirmation(
            name: "report",
            title: "This wasn’t you?",
            text: """
                Every other session ends at once, half-finished log-ins too, and your password stops working. \
                <strong>You then choose a new one here</strong>; nobody else can.
                """,
            confirmLabel: "Secure my account",
            action: "/settings/security/activity/\(id)/report",
            reauthentication: reauthentication
        ).page(
            site: site,
            account: account,
            about: """
                <p>\(event.sentence)</p>
                <p class="meta">\(event.ipAddress.map { "<span><bdi>\($0)</bdi></span> " as HTML })\
                <span>\(TimeText.element(.calendar, event.atMilliseconds, now: nowMilliseconds))</span></p>
                """,
            errors: errors
        )
    }
}
