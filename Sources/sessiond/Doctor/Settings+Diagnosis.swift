import Sessions
import SessionsHTTP

extension Settings {
    /// What of the settings does not go together, though each alone is well-formed.
    var findings: [Finding] {
        var found: [Finding] = []
        let isSecure = publicURL?.scheme == "https"
        if !isDevelopment, let publicURL, !isSecure {
            found.append(
                .failure(
                    "settings",
                    "PUBLIC_URL is \(publicURL), and browsers send Secure cookies back over https alone",
                    mend: "Let the proxy speak https, and set PUBLIC_URL to that."
                )
            )
        }
        if isDevelopment, isSecure {
            found.append(
                .failure(
                    "settings",
                    "APP_ENV is development: cookies lack Secure, and anybody may sign up",
                    mend: "Set APP_ENV=production where people come from outside."
                )
            )
        }
        if isSecure, trustedProxies.isEmpty {
            found.append(
                .failure(
                    "settings",
                    "PUBLIC_URL is https, so a proxy is in front, and TRUSTED_PROXIES names none: all clients have its address",
                    mend: "Set TRUSTED_PROXIES to the address that the proxy connects from."
                )
            )
        }
        if isSecure, cookieDomain == nil, !cookieName.hasPrefix("__Host-") {
            found.append(
                .warning(
                    "settings",
                    "the session cookie is called \(cookieName): other hosts of the domain may set one of that name",
                    mend: "Set COOKIE_NAME=__Host-token, where the application reads the cookie by no other name."
                )
            )
        }
        if !isDevelopment, publicURL == nil {
            found.append(
                .warning(
                    "settings",
                    "PUBLIC_URL is not set: only numeric addresses, localhost and HOST are served",
                    mend: "Set it to the origin that people type."
                )
            )
        }
        return found.isEmpty ? [.ok("settings", "all are well-formed and go together")] : found
    }

    /// How hard the secret is to guess.
    var secretFinding: Finding {
        guard let secret = lines.first(where: { $0.setting == .jwtSecret })?.text, !secret.isEmpty else {
            return .ok("secret", "it is made and kept in DATA_DIR")
        }
        let strength = PasswordRules().strength(of: Password(secret), email: nil, username: nil)
        let mend = "Make one by: openssl rand -base64 48. Keep the old one in JWT_SECRET_PREVIOUS for a start."
        if strength.bits < 80 {
            return .failure("secret", "JWT_SECRET looks like something that can be guessed", mend: mend)
        }
        if Set(secret.utf8).count < 12 {
            return .warning("secret", "JWT_SECRET has few different characters", mend: mend)
        }
        return .ok("secret", "JWT_SECRET looks random")
    }
}

extension Finding {
    /// Variables of the environment that are nearly called like a setting, which nobody reads.
    static func misspelled(in environment: [String: String]) -> [Finding] {
        let known = Setting.allCases.map(\.rawValue)
        return environment.keys.sorted().compactMap { name in
            guard Setting(rawValue: name) == nil,
                let meant = known.first(where: { $0.utf8.count >= 8 && distance(Array($0.utf8), Array(name.utf8)) <= 2 }
                )
            else { return nil }
            return .warning(
                "settings",
                "the environment holds \(name), which is no setting",
                mend: "Call it \(meant), if that is meant."
            )
        }
    }

    /// How many characters have to be put in, taken out or changed (Levenshtein).
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        guard abs(left.count - right.count) <= 2 else { return .max }
        var row = Array(0...right.count)
        for (i, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in right.enumerated() {
                let cost = diagonal + (byte == other ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(cost, row[j] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
