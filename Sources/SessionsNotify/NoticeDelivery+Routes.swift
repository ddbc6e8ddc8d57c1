public import Sessions

extension NoticeDelivery.Route {
    /// Mail to the owners of accounts.
    ///
    /// - Parameters:
    ///   - sender: Hands it in.
    ///   - from: Who it is from.
    ///   - site: What it says about the server.
    ///   - store: Knows what the accounts are called.
    ///   - clock: Says when it is sent.
    ///   - links: Makes the tokens of the links in it.
    /// - Returns: The route.
    public static func mail(
        by sender: MailSender,
        from: MailAddress,
        site: NoticeSite,
        store: any SessionStore,
        clock: WallClock,
        links: LinkSigner
    ) -> Self {
        Self(.mail) { notice in
            let account: Account?
            let sighting: Sighting?
            do {
                account = try await store.account(notice.userID)
                sighting = try await store.sightings([notice.eventID], of: notice.userID).first
            } catch {
                return .failed(reason: "the store cannot be read")
            }
            guard let account, let recipient = notice.recipient else { return .pointless }
            var link: NoticeLink?
            if let purpose = notice.kind.linkPurpose, clock.now < notice.at.adding(seconds: purpose.lifetimeSeconds) {
                link = NoticeLink(purpose, url: site.url(of: links.token(of: notice.id, for: purpose), for: purpose))
            }
            // There is nothing else in it.
            if link == nil, notice.kind.isRequested { return .pointless }
            return await sender.send(
                MailMessage(
                    notice,
                    to: recipient,
                    username: account.user.username.description,
                    reasons: sighting?.signals.map(\.message) ?? [],
                    link: link,
                    site: site,
                    from: from,
                    at: clock.now
                )
            )
        }
    }

    /// Signals to a webhook.
    ///
    /// - Parameters:
    ///   - webhook: Which one.
    ///   - sender: Posts them.
    ///   - issuer: Who tells it: the public URL.
    ///   - clock: Says when they are signed.
    /// - Returns: The route.
    public static func webhook(
        _ webhook: Webhook,
        by sender: WebhookSender,
        issuer: String,
        clock: WallClock
    ) -> Self {
        Self(.webhook(webhook.url)) { notice in
            let event = SecurityEvent(notice, issuer: issuer, audience: webhook.url)
            return await sender.post(event.claims.utf8, at: clock.now)
        }
    }
}
