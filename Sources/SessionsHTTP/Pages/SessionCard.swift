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
    }

    var session: Model
    var nowMilliseconds: Int64

    var html: HTML {
        """
        <li class="session" data-session-id="\(session.id)" data-device="\(session.deviceInfo)" \
        data-details="\(session.details)"\(raw: session.isCurrent ? " data-current" : "")>
        <span class="icon">\(Icons.device(session.deviceKind))</span>
        <h3><bdi>\(session.deviceInfo)</bdi>\(session.isCurrent ? Self.badge : .empty)</h3>
        \(session.facts)
        \(times)
        \(session.isCurrent ? .empty : revoke)</li>

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
