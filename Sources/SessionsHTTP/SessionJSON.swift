import Sessions

extension JSON {
    /// A user as the API shows it.
    static func user(_ user: User) -> JSON {
        [
            "id": .id(user.id), "email": .string(user.email.description), "emailVerified": .bool(user.isEmailVerified),
            "username": .string(user.username.description), "createdAt": .time(user.createdAt),
            "twoFactorEnabled": .bool(user.secondFactorSince != nil),
            "passwordChangedAt": .time(user.passwordChangedAt),
        ]
    }

    /// A session as the API shows it.
    static func session(
        _ session: Session,
        current: SessionID?,
        at now: Timestamp,
        findings: AccountFindings = .none
    ) -> JSON {
        let isCurrent = session.id == current
        return self.session(
            session,
            isCurrent: isCurrent,
            at: now,
            // Whoever uses it knows of it.
            isSeen: isCurrent || findings.isSeen(session),
            signals: findings.signals(of: session.id)
        )
    }

    /// A session that was just opened.
    static func session(_ opened: SessionAuthority.OpenedSession, at now: Timestamp) -> JSON {
        session(opened.session, isCurrent: true, at: now, isSeen: true, signals: opened.signals)
    }

    static func signals(_ signals: [RiskSignal]) -> JSON {
        .array(
            signals.map { signal in
                [
                    "code": .string(signal.code.rawValue), "severity": .string(signal.severity.word),
                    "message": .string(signal.message),
                ]
            }
        )
    }

    private static func session(
        _ session: Session,
        isCurrent: Bool,
        at now: Timestamp,
        isSeen: Bool,
        signals: [RiskSignal]
    ) -> JSON {
        let device = session.device
        return [
            "id": .id(session.id), "deviceInfo": .string(device.info), "deviceType": .string(device.kind.rawValue),
            "browser": .string(device.browser.rawValue), "browserName": .known(device.browserName),
            "browserVersion": .known(device.browserVersion), "os": .known(device.os),
            "ipAddress": .text(session.address?.description),
            "signInIpAddress": .text(session.signInAddress?.description),
            "location": session.location.map(JSON.location) ?? .null, "userAgent": .text(session.userAgent),
            "createdAt": .time(session.createdAt), "lastActivity": .time(session.lastActivity),
            "expiresAt": .time(session.expiresAt), "rememberMe": .bool(session.isRemembered),
            "isActive": .bool(session.status(at: now) == .active), "isCurrent": .bool(isCurrent),
            "seen": .bool(isSeen), "signals": .signals(signals),
        ]
    }

    private static func known(_ text: String) -> JSON { text.isEmpty ? .null : .string(text) }

    static func location(_ location: Location) -> JSON {
        [
            "city": .text(location.city), "region": .text(location.region), "country": .text(location.country),
            "countryCode": .text(location.countryCode), "latitude": .measure(location.latitude),
            "longitude": .measure(location.longitude), "accuracyRadius": .measure(location.accuracyRadius),
            "network": .text(location.network),
        ]
    }

    private static func measure(_ value: Double?) -> JSON {
        value.flatMap { $0.isFinite ? .number("\($0)") : nil } ?? .null
    }
}
