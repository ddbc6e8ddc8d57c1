import Sessions
import SessionsGeo
import SessionsNotify

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension Settings {
    /// How old a location file may be, in days: addresses change hands.
    private static let locationDaysMax: Int64 = 90

    /// Whether the files of locations can be used.
    var locationFindings: [Finding] {
        guard !locationDatabasePaths.isEmpty else {
            return [.ok("locations", "none are shown: GEOIP_DATABASE is not set")]
        }
        do {
            let places = try LocationDatabase(paths: locationDatabasePaths)
            let days = places.builtAt.map { (WallClock.system.now.seconds - $0.seconds) / 86_400 }.max() ?? 0
            guard days <= Self.locationDaysMax else {
                return [
                    .warning(
                        "locations",
                        "a file of GEOIP_DATABASE is \(days) days old",
                        mend: "Put a newer one in its place; it is taken up without a restart."
                    )
                ]
            }
            return [.ok("locations", "all files can be read; the oldest is \(days) days old")]
        } catch {
            return [
                .failure(
                    "locations",
                    "GEOIP_DATABASE \(error.path) cannot be used: \(error.reason)",
                    mend: "Put a whole file there: the server does not start without it."
                )
            ]
        }
    }

    /// Whether mail can be handed in and webhooks can be reached; nothing is sent.
    func deliveryFindings() async -> [Finding] {
        if let path = notices.authoritiesPath, access(path, R_OK) != 0 {
            let why = "NOTIFY_CA_FILE \(path) cannot be read: \(SystemFailure.last)"
            return [.failure("mail", why, mend: "Put it there, or unset NOTIFY_CA_FILE.")]
        }
        var found = [await mailFinding()]
        for webhook in notices.webhooks { found.append(await finding(of: webhook)) }
        return found
    }

    private func mailFinding() async -> Finding {
        guard let server = notices.mailServer, let from = notices.mailFrom else {
            return .ok("mail", "none is sent: SMTP_URL is not set")
        }
        switch await MailSender(server: server, authorities: notices.authoritiesPath).check(as: from) {
        case .failed(let reason):
            return .failure(
                "mail",
                "\(server) does not take mail: \(reason)",
                mend: "Look at SMTP_URL: host, port, user and password; a certificate is verified for the host's name."
            )
        case .delivered, .pointless:
            return .ok("mail", "\(server) answers, and lets us in; nothing was sent")
        }
    }

    private func finding(of webhook: Webhook) async -> Finding {
        guard let signature = notices.webhookSignature else {
            return .ok("webhook", "\(webhook.host) is not told anything")
        }
        let sender = WebhookSender(
            to: webhook,
            signature: signature,
            privateHosts: notices.webhookPrivateHosts,
            authorities: notices.authoritiesPath
        )
        // A path of a webhook may be a secret.
        switch await sender.check() {
        case .failed(let reason):
            return .failure(
                "webhook",
                "\(webhook.host) cannot be reached: \(reason)",
                mend: "Look at its name and certificate; a private address must be named in WEBHOOK_PRIVATE_HOSTS."
            )
        case .delivered, .pointless:
            return .ok("webhook", "\(webhook.host) answers, and its certificate is valid; nothing was posted")
        }
    }
}
