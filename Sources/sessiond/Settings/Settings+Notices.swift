import Logging
import Sessions
import SessionsHTTP
import SessionsNotify

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension Settings {
    /// What delivers notices; `nil` when nobody is told anything.
    ///
    /// - Throws: ``CommandFailure`` when the authorities cannot be read.
    func noticeDelivery(
        from storage: Storage,
        keys: SigningKeys,
        logger: Logger
    ) throws(CommandFailure) -> NoticeDelivery? {
        if notices.policy.isSilent { return nil }
        if let path = notices.authoritiesPath, access(path, R_OK) != 0 {
            throw .misconfigured("NOTIFY_CA_FILE \(path) cannot be read: \(SystemFailure.last)")
        }
        let origin = publicURL?.description ?? "http://\(ListenAddress(host: host, port: port))"
        var routes = webhookRoutes(issuer: origin, clock: storage.clock)
        if let server = notices.mailServer, let from = notices.mailFrom {
            routes.append(
                .mail(
                    by: MailSender(server: server, authorities: notices.authoritiesPath),
                    from: from.name.isEmpty ? MailAddress(name: appName, address: from.address) : from,
                    site: NoticeSite(appName: appName, publicURL: origin, supportURL: notices.supportURL),
                    store: storage.store,
                    clock: storage.clock,
                    links: LinkSigner(keys: keys)
                )
            )
        }
        return NoticeDelivery(from: storage.store, clock: storage.clock, routes: routes, logger: logger)
    }

    private func webhookRoutes(issuer: String, clock: WallClock) -> [NoticeDelivery.Route] {
        guard let signature = notices.webhookSignature else { return [] }
        return notices.webhooks.map { webhook in
            let sender = WebhookSender(
                to: webhook,
                signature: signature,
                privateHosts: notices.webhookPrivateHosts,
                authorities: notices.authoritiesPath
            )
            return .webhook(webhook, by: sender, issuer: issuer, clock: clock)
        }
    }
}
