/// `GET /settings/security/sessions/{id}/revoke`, and the answer to a POST there that was not done.
struct RevokeConfirmPage {
    var site: Layout.Site
    var account: Layout.Account
    var session: SessionCard.Model
    /// What to ask for besides; `nil` while the log-in is fresh.
    var reauthentication: Reauthentication?
    var errors = FormErrors()

    var html: HTML {
        confirmation.page(
            site: site,
            account: account,
            about: """
                <div class="about"><span class="icon">\(Icons.device(session.deviceKind))</span>
                <div><strong><bdi>\(session.deviceInfo)</bdi></strong>
                \(session.facts)</div></div>
                """,
            obstacle: session.isCurrent ? Self.currentSession : nil,
            errors: errors
        )
    }

    private static let currentSession: HTML = "This is the device you are using; use Log out instead."

    private var confirmation: Confirmation {
        var confirmation = Self.dialog.asking(reauthentication)
        confirmation.text = Self.question(device: "<bdi>\(session.deviceInfo)</bdi>", details: .empty)
        confirmation.action = "/settings/security/sessions/\(session.id)/revoke"
        return confirmation
    }

    /// The question for any session of the list; the script fills in which.
    static let dialog = Confirmation(
        name: "revoke-dialog",
        title: "Revoke Session",
        text: question(
            device: "<bdi data-slot=\"device\"></bdi>",
            details: " (<bdi data-slot=\"details\"></bdi>)"
        ),
        confirmLabel: "Revoke Session",
        action: "/settings/security",
        method: "DELETE"
    )

    private static func question(device: HTML, details: HTML) -> HTML {
        "End the session on <strong>\(device)</strong>\(details)? That device is logged out at once."
    }
}

/// `GET /settings/security/revoke-others`.
struct RevokeOthersConfirmPage {
    var site: Layout.Site
    var account: Layout.Account
    /// What to ask for besides; `nil` while the log-in is fresh.
    var reauthentication: Reauthentication?
    var errors = FormErrors()

    var html: HTML {
        Self.dialog.asking(reauthentication).page(site: site, account: account, errors: errors)
    }

    static let dialog = Confirmation(
        name: "revoke-others-dialog",
        title: "Log out other devices",
        text: "Every session but this one ends at once. You stay logged in here.",
        confirmLabel: "Log out other devices",
        action: "/settings/security/revoke-others"
    )
}

/// `GET /settings/security/revoke-all`.
struct RevokeAllConfirmPage {
    var site: Layout.Site
    var account: Layout.Account

    var html: HTML { Self.dialog.page(site: site, account: account) }

    static let dialog = Confirmation(
        name: "revoke-all-dialog",
        title: "Logout from All Devices",
        text: """
            Every session ends at once, <strong>this one included</strong>. \
            You will have to log in again on each device, and anything not saved there may be lost.
            """,
        confirmLabel: "Confirm",
        action: "/settings/security/revoke-all"
    )
}
