import Sessions

/// One line of an account's history, in plain words.
struct ActivityEvent: Sendable {
    enum Kind: Sendable {
        case signedIn
        case signedInAfterFailures
        case wrongPassword
        /// The password was right, and a code was asked for.
        case passwordAccepted
        /// A wrong code after a right password.
        case wrongCode
        /// Attempts beyond the limit, whose password was not looked at.
        case attemptsRefused
        /// A session went on in another browser or place.
        case clientChanged
        /// The token of a session that had ended was used.
        case endedTokenUsed
        case passwordConfirmed
        case signedOut
        case sessionEnded
        /// Several at once.
        case sessionsEnded(Int)
        case sessionReplaced
        case sessionExpired
        case passwordChanged
        /// Somebody said that they have forgotten it.
        case passwordResetRequested
        /// By the link in a mail.
        case passwordReset
        case emailChangeRequested
        case emailChanged
        case emailConfirmed
        case twoFactorEnabled
        case twoFactorDisabled
        case recoveryCodesMade
        case recoveryCodeUsed
        case browserForgotten
        /// The owner said that something was them.
        case confirmed
        /// The owner said that something was not them.
        case reported
        case accountCreated
        /// It was made elsewhere.
        case accountImported
        case accountDisabled
        case accountEnabled
        /// Strangers have failed too often.
        case accountLocked
        /// The operator lets nobody sign in for a time.
        case signInLocked
        case signInUnlocked
        /// The password was right, and a lock of the operator's refused it.
        case signInDenied
        /// What these words do not know yet.
        case other
    }

    /// Who did it.
    enum Actor: Sendable {
        case owner
        case `operator`
        /// Nobody signed in, or time itself.
        case nobody
    }

    /// Names the event in addresses; `nil` where nothing can be done about it.
    var id: String?
    var kind: Kind
    var actor: Actor
    /// The device that it was done from, such as "Desktop - Firefox"; `nil` when not known.
    var device: String?
    /// The device of the session that it was done to; `nil` when that is not one session, or it is not known.
    var sessionDevice: String?
    /// Whether it is about the session that the page was made for.
    var isThisSession = false
    /// `nil` when there was none, or it is kept no longer.
    var ipAddress: String?
    var location: String?
    var atMilliseconds: Int64
    /// How often it happened, where one row stands for several.
    var count = 1
    /// What was not as usual, a sentence each.
    var findings: [String] = []
    /// Whether the owner should look at it, and has not said anything of it.
    var needsAttention = false
    /// What the owner has said of it; `nil` for nothing.
    var verdict: Sighting.Verdict?

    /// What happened, as a sentence without a full stop.
    var sentence: HTML {
        switch kind {
        case .signedIn: "Signed in\(from)"
        case .signedInAfterFailures: "Signed in\(from) after failed attempts"
        case .passwordAccepted: "Right password\(from), two-factor code asked for\(times)"
        case .wrongPassword: "Wrong password\(from)\(times)"
        case .wrongCode: "Wrong two-factor code\(from)\(times)"
        case .attemptsRefused: "Too many attempts\(from), refused\(times)"
        case .clientChanged: "Session went on\(on(device))"
        case .endedTokenUsed: "A session that had ended was used\(on(device)), refused\(times)"
        case .passwordConfirmed: "Password confirmed\(on(device))"
        case .signedOut: "Signed out\(on(sessionDevice ?? device))"
        case .sessionEnded: "Session\(on(sessionDevice)) was ended\(by)"
        case .sessionsEnded(1): "1 session was ended\(by)"
        case .sessionsEnded(let number): "\(number) sessions were ended\(by)"
        case .sessionReplaced: "Session\(on(sessionDevice ?? device)) was replaced by a new one"
        case .sessionExpired: "Session\(on(sessionDevice ?? device)) expired"
        case .passwordChanged: "Password changed\(byOperator)"
        case .passwordResetRequested: "A link to set a new password was asked for\(from)\(times)"
        case .passwordReset: "Password set by a mailed link\(from)"
        case .emailChangeRequested: "A link to confirm an email address was asked for"
        case .emailChanged: "Email address changed"
        case .emailConfirmed: "Email address confirmed"
        case .twoFactorEnabled: "Two-factor authentication turned on"
        case .twoFactorDisabled: "Two-factor authentication turned off\(byOperator)"
        case .recoveryCodesMade: "New recovery codes made\(byOperator)"
        case .recoveryCodeUsed: "Recovery code used\(from)"
        case .browserForgotten: "A browser is no longer recognised"
        case .confirmed: "You confirmed that something was you"
        case .reported: actor == .owner ? "You reported that something was not you" : Self.reportedByLink
        case .accountLocked: "Locked for unknown browsers after too many failed attempts"
        case .signInLocked: "Signing in was locked for a time\(by)"
        case .signInUnlocked: "Signing in was unlocked\(by)"
        case .signInDenied: "Right password\(from), refused: signing in is locked by the operator\(times)"
        case .accountCreated: "Account created\(byOperator)"
        case .accountImported: "Account taken over from elsewhere\(byOperator)"
        case .accountDisabled: "Account disabled\(byOperator)"
        case .accountEnabled: "Account enabled again\(byOperator)"
        case .other: "Account changed\(byOperator)"
        }
    }

    private static let reportedByLink: HTML = "Something was reported as not you, by a mailed link"

    /// Whether it may have been a stranger who has the password.
    fileprivate var isReportable: Bool {
        switch kind {
        case .signedIn, .signedInAfterFailures, .passwordAccepted, .recoveryCodeUsed, .signInDenied:
            !isThisSession && verdict == nil
        case .clientChanged, .endedTokenUsed: verdict == nil
        default: false
        }
    }

    /// Whether ``sentence`` names the device that it was done from.
    fileprivate var namesDevice: Bool {
        switch kind {
        case .signedIn, .signedInAfterFailures, .wrongPassword, .passwordAccepted, .wrongCode, .attemptsRefused,
            .passwordConfirmed, .recoveryCodeUsed, .clientChanged, .endedTokenUsed, .signInDenied,
            .passwordResetRequested, .passwordReset:
            true
        case .signedOut, .sessionReplaced, .sessionExpired: sessionDevice == nil || sessionDevice == device
        case .sessionEnded, .sessionsEnded, .passwordChanged, .emailChangeRequested, .emailChanged, .emailConfirmed,
            .twoFactorEnabled, .twoFactorDisabled,
            .recoveryCodesMade, .browserForgotten, .confirmed, .reported, .accountCreated, .accountImported,
            .accountDisabled,
            .accountEnabled, .accountLocked, .signInLocked, .signInUnlocked, .other:
            false
        }
    }

    private var from: HTML { device.map { " from <strong><bdi>\($0)</bdi></strong>" } ?? .empty }

    private func on(_ device: String?) -> HTML { device.map { " on <strong><bdi>\($0)</bdi></strong>" } ?? .empty }

    private var times: HTML { count > 1 ? ", \(count) times" : .empty }

    private var by: HTML {
        switch actor {
        case .owner: " by you"
        case .operator: " by the operator"
        case .nobody: .empty
        }
    }

    private var byOperator: HTML { actor == .operator ? by : .empty }
}

/// One event as an item of a list.
struct ActivityRow {
    var event: ActivityEvent
    var nowMilliseconds: Int64

    var html: HTML {
        let device = event.namesDevice ? nil : event.device.map { "from \($0)" }
        let facts = [device, event.ipAddress, event.location].compactMap(\.self).filter { !$0.isEmpty }
        return """
            <li class="event"><p>\(event.sentence)\(event.isThisSession ? Self.badge : .empty)\(marks)</p>
            \(findings)\
            <p class="meta">\(facts.map { "<span><bdi>\($0)</bdi></span> " as HTML })\
            <span>\(TimeText.element(.calendar, event.atMilliseconds, now: nowMilliseconds))</span>\(report)</p>\(confirm)</li>

            """
    }

    private static let badge: HTML = " <span class=\"badge\">This Device</span>"

    private var marks: HTML {
        switch event.verdict {
        case .confirmed?: " <span class=\"badge\">This was you</span>"
        case .reported?: " <span class=\"badge warn\">Reported</span>"
        case nil: event.needsAttention ? " <span class=\"badge warn\">Needs attention</span>" : .empty
        }
    }

    private var findings: HTML {
        event.findings.isEmpty ? .empty : "<ul class=\"why\">\(event.findings.map { "<li>\($0)</li>" as HTML })</ul>\n"
    }

    private var confirm: HTML {
        guard event.needsAttention, event.isReportable, let id = event.id else { return .empty }
        return """

            <form method="post" action="/settings/security/activity/\(component: id)/confirm">\
            <button class="btn">This was me<span class="visually-hidden">: \(event.sentence)</span></button></form>
            """
    }

    private var report: HTML {
        guard let id = event.id, event.isReportable else { return .empty }
        return """
             <span><a href="/settings/security/activity/\(component: id)/report">This wasn’t me\
            <span class="visually-hidden">: \(event.sentence)</span></a></span>
            """
    }
}

extension ActivityEvent {
    /// An event of the audit log for the page.
    ///
    /// - Parameters:
    ///   - activity: What is stored.
    ///   - current: The session that the page is made for; `nil` for none.
    init(_ activity: SessionAuthority.Activity, current: SessionID?) {
        let event = activity.event
        let actor: Actor =
            switch event.actor {
            case .session: .owner
            case .operator: .operator
            case .system: .nobody
            }
        self.init(
            id: "\(event.id)",
            kind: Kind(event),
            actor: actor,
            device: event.deviceInfo,
            sessionDevice: activity.sessionDevice?.info,
            isThisSession: current != nil && event.sessionID == current,
            ipAddress: event.address?.description,
            location: activity.sighting?.location?.summary,
            atMilliseconds: event.at.milliseconds,
            count: event.count,
            findings: activity.signals.map(\.message),
            needsAttention: activity.needsAttention,
            verdict: activity.sighting?.verdict
        )
    }
}

extension ActivityEvent.Kind {
    init(_ event: AuditEvent) {
        self =
            switch event.kind {
            case .loginSucceeded: .signedIn
            case .loginSucceededAfterFailures: .signedInAfterFailures
            case .loginFailed: .wrongPassword
            case .loginThrottled: .attemptsRefused
            case .secondFactorAsked: .passwordAccepted
            case .secondFactorFailed: .wrongCode
            case .secondFactorEnabled: .twoFactorEnabled
            case .secondFactorDisabled: .twoFactorDisabled
            case .recoveryCodesMade: .recoveryCodesMade
            case .recoveryCodeUsed: .recoveryCodeUsed
            case .clientChanged: .clientChanged
            case .endedTokenUsed: .endedTokenUsed
            case .reauthenticated: .passwordConfirmed
            case .accountLocked: .accountLocked
            case .knownBrowserForgotten: .browserForgotten
            case .activityConfirmed: .confirmed
            case .suspicionReported: .reported
            case .sessionLoggedOut: .signedOut
            case .sessionRevoked: event.sessionID == nil ? .sessionsEnded(event.endedCount) : .sessionEnded
            case .sessionReplaced: .sessionReplaced
            case .sessionExpired: .sessionExpired
            case .passwordSet, .passwordChanged: .passwordChanged
            case .passwordResetRequested: .passwordResetRequested
            case .passwordReset: .passwordReset
            case .emailChangeRequested: .emailChangeRequested
            case .emailChanged: .emailChanged
            case .emailConfirmed: .emailConfirmed
            case .accountCreated: .accountCreated
            case .accountImported: .accountImported
            case .accountDisabled: .accountDisabled
            case .accountEnabled: .accountEnabled
            case .lockSet: .signInLocked
            case .lockRemoved: .signInUnlocked
            case .loginDenied: .signInDenied
            case .accountDeleted, .auditPurged: .other
            }
    }
}
