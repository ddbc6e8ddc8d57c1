package import Sessions

/// A notice as OpenID CAEP 1.0 writes it: the claims of a Security Event Token (RFC 8417), as plain JSON.
package struct SecurityEvent: Sendable {
    private let notice: Notice
    private let issuer: String
    private let audience: String

    /// - Parameters:
    ///   - notice: What is told.
    ///   - issuer: Who tells it: the public URL.
    ///   - audience: Who is told: the webhook's URL.
    package init(_ notice: Notice, issuer: String, audience: String) {
        self.notice = notice
        self.issuer = issuer
        self.audience = audience
    }

    /// The claims: the same bytes in every attempt.
    package var claims: JSON {
        let type = "https://schemas.openid.net/secevent/caep/event-type/\(notice.kind.rawValue)"
        return [
            "iss": .string(issuer), "iat": .integer(notice.at.seconds), "jti": .id(notice.id), "aud": .string(audience),
            "txn": .id(notice.eventID), "sub_id": subject, "events": .object([.init(key: type, value: event)]),
        ]
    }

    private var subject: JSON {
        let user: JSON = ["format": "iss_sub", "iss": .string(issuer), "sub": .id(notice.userID)]
        guard let session = notice.sessionID else { return user }
        return ["format": "complex", "user": user, "session": ["format": "opaque", "id": .id(session)]]
    }

    private var event: JSON {
        var members: [JSON.Member] = []
        if let change = credentialChange {
            members.append(.init(key: "credential_type", value: .string(change.credential)))
            members.append(.init(key: "change_type", value: .string(change.change)))
        }
        members += [
            .init(key: "event_timestamp", value: .integer(notice.at.seconds)),
            .init(key: "initiating_entity", value: .string(notice.initiator.rawValue)),
            .init(key: "reason_admin", value: ["en": .string(notice.eventKind.rawValue)]),
        ]
        return .object(members)
    }

    private var credentialChange: (credential: String, change: String)? {
        guard notice.kind == .credentialChange else { return nil }
        switch notice.eventKind {
        case .passwordSet, .passwordChanged: return ("password", "update")
        // After a report the password opens nothing any more.
        case .suspicionReported: return ("password", "revoke")
        case .secondFactorEnabled: return ("app", "create")
        case .secondFactorDisabled: return ("app", "delete")
        case .recoveryCodesMade: return ("recovery-code", "update")
        case .recoveryCodeUsed: return ("recovery-code", "revoke")
        default: return nil
        }
    }
}
