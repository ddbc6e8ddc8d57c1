/// One session as an item of the list of active sessions.
struct SessionCard {
    struct Model: Sendable {
        var id: String
        var deviceKind: DeviceKind
        /// Kind of device and browser, such as "Desktop - Chrome".
        var deviceInfo: String
        /// A browser that `deviceInfo` does not name, such as "Samsung Internet 25.0"; else `nil`.
        var browser: String?
        var os: String?
        var ipAddress: String
        /// A place, such as "Zürich, Switzerland"; `nil` when not known.
        var location: String?
        var lastActivityMilliseconds: Int64
        var createdMilliseconds: Int64
        var expiresMilliseconds: Int64
        var isCurrent: Bool
        var isRemembered: Bool
        /// What is not as usual about it.
        var findings = Findings()
    }

    /// What is not as usual about a session.
    struct Findings: Sendable {
        /// A sentence each, what matters most first.
        var sentences: [String] = []
        /// Whether the owner should look at it.
        var needsAttention = false
        /// The event that "This was me" and "This wasn't me" are said of.
        var eventID: String?
        /// Whether the owner has not looked at the list since it was opened.
        var isNew = false
    }

    var session: Model
    var nowMilliseconds: Int64

    var html: HTML {
        """
        <li class="session" data-session-id="\(session.id)" data-device="\(session.deviceInfo)" \
        data-details="\(session.details)"\(raw: session.isCurrent ? " data-current" : "")\
        \(raw: session.findings.needsAttention ? " data-attention" : "")>
        <span class="icon">\(Icons.device(session.deviceKind))</span>
        <h3><bdi>\(session.deviceInfo)</bdi>\(session.isCurrent ? Self.badge : .empty)\(marks)</h3>
        \(session.facts)
        \(times)
        \(session.isCurrent ? .empty : revoke)\(why)</li>

        """
    }

    private var marks: HTML {
        let findings = session.findings
        return """
            \(findings.needsAttention ? " <span class=\"badge warn\">Needs attention</span>" : .empty)\
            \(findings.isNew && !session.isCurrent ? " <span class=\"badge new\">New</span>" : .empty)
            """
    }

    /// What is not as usual, and what the owner can do about it.
    private var why: HTML {
        let findings = session.findings
        guard !findings.sentences.isEmpty else { return .empty }
        let items = findings.sentences.map { "<li>\($0)</li>" as HTML }
        guard findings.needsAttention, !session.isCurrent, let event = findings.eventID else {
            return "<div class=\"why\"><ul>\(items)</ul></div>\n"
        }
        return """
            <div class="why attention"><strong>Why this needs your attention</strong>
            <ul>\(items)</ul>
            <div class="buttons"><form method="post" action="/settings/security/activity/\(component: event)/confirm">\
            <input type="hidden" name="from" value="sessions">\
            <button class="btn">This was me<span class="visually-hidden">: \(session.deviceInfo), \(session.details)</span>\
            </button></form>
            \(Self.report(event))</div></div>

            """
    }

    private static func report(_ event: String) -> HTML {
        """
        <a class="btn danger" href="/settings/security/activity/\(component: event)/report">This wasn’t me</a>
        """
    }

    /// "Last activity", "Created" and "Expires".
    private var times: HTML {
        let now = nowMilliseconds
        // The page itself is the current session's last activity.
        let active = session.isCurrent ? now : session.lastActivityMilliseconds
        return """
            <p class="meta times"><span>Last activity: \(TimeText.element(.relative, active, now: now))</span>
            <span>Created: \(TimeText.element(.calendar, session.createdMilliseconds, now: now))</span>
            <span>Expires: \(TimeText.element(.calendar, session.expiresMilliseconds, now: now))</span></p>
            """
    }

    /// A form that leads to the confirmation page; the script opens a dialog instead.
    private var revoke: HTML {
        """
        <form method="get" action="/settings/security/sessions/\(component: session.id)/revoke" \
        data-dialog="revoke-dialog" data-target="/api/sessions/\(component: session.id)">\
        <button class="btn danger">Revoke Session<span class="visually-hidden"> on \(session.deviceInfo), \
        \(session.details)</span></button></form>

        """
    }

    private static let badge: HTML = " <span class=\"badge\">This Device</span>"
}

extension SessionCard.Model {
    /// What tells two sessions of the same kind of device apart, such as "Linux, 192.0.2.1".
    var details: String {
        [browser, os, ipAddress, location].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ", ")
    }

    /// Browser, system, address and place, each kept apart from the direction of its neighbours' text.
    var facts: HTML {
        let parts = [browser, os, ipAddress, location, isRemembered ? "Remembered" : nil]
            .compactMap(\.self).filter { !$0.isEmpty }
        return "<p class=\"meta\">\(parts.map { "<span><bdi>\($0)</bdi></span> " as HTML })</p>"
    }
}
