import Sessions

/// A report as text: a heading for each part, and a line for each number.
enum ReportText {
    /// What the numbers of a part are called, in the order in which they are told.
    private static let parts: [(title: String, path: [String], lines: [(name: String, words: String)])] = [
        (
            "Log-ins", ["logIns"],
            [
                ("succeeded", "succeeded"), ("afterFailures", "of these after failures"), ("accounts", "accounts"),
                ("failed", "wrong name, password or code"), ("denied", "right, and refused by a lock"),
                ("refused", "refused as too many (429)"), ("accountsLockedByFailures", "accounts locked by failures"),
            ]
        ),
        ("Sessions", ["sessions"], [("opened", "opened"), ("live", "live now")]),
        (
            "Sessions ended", ["sessions", "ended"],
            [
                ("logged_out", "logged out"), ("revoked", "revoked"), ("expired", "expired"),
                ("password_changed", "password changed"), ("disabled", "account disabled or deleted"),
                ("reported", "reported by the owner"), ("replaced", "replaced by a log-in of the same browser"),
            ]
        ),
        (
            "Owners' words", ["reports"],
            [("notTheOwner", "\"This wasn't me\""), ("theOwner", "\"This was me\"")]
        ),
        (
            "Changes", ["changes"],
            [
                ("passwordChanged", "passwords changed by their owners"),
                ("passwordSet", "passwords set by the operator"),
                ("secondFactorEnabled", "second factors turned on"),
                ("secondFactorDisabled", "second factors turned off"), ("recoveryCodesMade", "new recovery codes"),
                ("recoveryCodesUsed", "recovery codes used"), ("accountsCreated", "accounts created"),
                ("accountsDisabled", "accounts disabled"), ("accountsDeleted", "accounts deleted"),
            ]
        ),
        ("Locks", ["locks"], [("set", "set"), ("removed", "removed"), ("inForce", "in force now")]),
        ("Mail", ["notices", "mail"], [("sent", "sent"), ("failed", "given up"), ("waiting", "waiting")]),
        ("Webhooks", ["notices", "webhooks"], [("sent", "sent"), ("failed", "given up"), ("waiting", "waiting")]),
    ]

    /// The lines of a report.
    static func lines(_ report: JSON) -> [String] {
        var lines = ["From \(report["since"]?.string ?? "-") to \(report["until"]?.string ?? "-")"]
        for part in parts {
            let numbers = part.path.reduce(report) { $0[$1] ?? .null }
            lines += ["", part.title]
            lines += part.lines.map { line(numbers[$0.name]?.integer ?? 0, $0.words) }
        }
        lines += list("Signals", report["signals"]) { "\($0["severity"]?.string ?? "") \($0["code"]?.string ?? "")" }
        let most = report["mostFailures"]
        lines += list("Accounts with most failures", most?["accounts"]) { $0["name"]?.string ?? "" }
        lines += list("Networks with most failures", most?["networks"]) { $0["name"]?.string ?? "" }
        return lines
    }

    private static func list(_ title: String, _ rows: JSON?, _ name: (JSON) -> String) -> [String] {
        let rows = rows?.array ?? []
        return ["", title] + (rows.isEmpty ? ["  none"] : rows.map { line($0["count"]?.integer ?? 0, name($0)) })
    }

    private static func line(_ number: Int64, _ words: String) -> String {
        let digits = String(number)
        return "  " + String(repeating: " ", count: max(0, 9 - digits.count)) + digits + "  " + words
    }
}
