import Sessions
import SessionsSQL

extension Operator {
    func report(days: Int, rows: Rows) async throws -> OperatorOutcome {
        let now = clock.now
        let since = now.adding(seconds: -Int64(days) * 86_400)
        let summary = try await storage.auditLog.summary(since: since, at: now)
        try await rows([summary.json(since: since, until: now)])
        return .done("")
    }
}

extension SecuritySummary {
    /// What is printed with `--json`.
    fileprivate func json(since: Timestamp, until: Timestamp) -> JSON {
        func count(_ kinds: AuditEvent.Kind...) -> JSON {
            .integer(Int64(kinds.reduce(0) { $0 + self.count($1) }))
        }
        return [
            "since": .time(since),
            "until": .time(until),
            "logIns": [
                "succeeded": count(.loginSucceeded, .loginSucceededAfterFailures),
                "afterFailures": count(.loginSucceededAfterFailures),
                "accounts": .integer(Int64(accounts)),
                "failed": count(.loginFailed, .secondFactorFailed),
                "denied": count(.loginDenied),
                "refused": count(.loginThrottled),
                "accountsLockedByFailures": count(.accountLocked),
            ],
            "sessions": [
                "opened": count(.loginSucceeded, .loginSucceededAfterFailures),
                "ended": endings,
                "live": .integer(Int64(liveSessions)),
            ],
            "signals": .array(signalRows),
            "reports": ["notTheOwner": count(.suspicionReported), "theOwner": count(.activityConfirmed)],
            "changes": [
                "passwordChanged": count(.passwordChanged),
                "passwordSet": count(.passwordSet),
                "secondFactorEnabled": count(.secondFactorEnabled),
                "secondFactorDisabled": count(.secondFactorDisabled),
                "recoveryCodesMade": count(.recoveryCodesMade),
                "recoveryCodesUsed": count(.recoveryCodeUsed),
                "accountsCreated": count(.accountCreated),
                "accountsDisabled": count(.accountDisabled),
                "accountsDeleted": count(.accountDeleted),
            ],
            "locks": [
                "set": count(.lockSet), "removed": count(.lockRemoved), "inForce": .integer(Int64(locks)),
            ],
            "notices": ["mail": fates(isMail: true), "webhooks": fates(isMail: false)],
            "mostFailures": [
                "accounts": .array(
                    failingAccounts.map { ["name": .string($0.name), "count": .integer(Int64($0.count))] }
                ),
                "networks": .array(
                    failingNetworks.map { ["name": .string($0.name), "count": .integer(Int64($0.count))] }
                ),
            ],
        ]
    }

    /// How many sessions ended, by the reason that their records have.
    private var endings: JSON {
        func ended(_ kinds: AuditEvent.Kind...) -> JSON {
            .integer(Int64(kinds.reduce(0) { $0 + self.ended($1) }))
        }
        return [
            "logged_out": ended(.sessionLoggedOut),
            "revoked": ended(.sessionRevoked, .secondFactorEnabled, .secondFactorDisabled, .recoveryCodeUsed),
            "expired": .integer(Int64(count(.sessionExpired))),
            "password_changed": ended(.passwordChanged, .passwordSet),
            "disabled": ended(.accountDisabled, .accountDeleted),
            "reported": ended(.suspicionReported),
            "replaced": ended(.sessionReplaced),
        ]
    }

    /// What matters most first.
    private var signalRows: [JSON] {
        let rows = signals.sorted {
            ($1.key.severity.rawValue, $1.value, $0.key.code.rawValue)
                < ($0.key.severity.rawValue, $0.value, $1.key.code.rawValue)
        }
        return rows.map { kind, count in
            [
                "code": .string(kind.code.rawValue), "severity": .string(kind.severity.word),
                "count": .integer(Int64(count)),
            ]
        }
    }

    private func fates(isMail: Bool) -> JSON {
        func count(_ outcome: Notice.Outcome?) -> JSON {
            .integer(Int64(notices[NoticeFate(isMail: isMail, outcome: outcome)] ?? 0))
        }
        return ["sent": count(.delivered), "failed": count(.givenUp), "waiting": count(nil)]
    }
}
