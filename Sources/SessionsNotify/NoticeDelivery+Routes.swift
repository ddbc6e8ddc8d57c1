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
    /// - Returns: The route.
    public static func mail(
        by sender: MailSender,
        from: MailAddress,
        site: NoticeSite,
        store: any SessionStore,
        clock: WallClock
    ) -> Self {
        Self(.mail) { notice in
            let account: Account?
            do {
                account = try await store.account(notice.userID)
            } catch {
                return .failed(reason: "the store cannot be read")
            }
            guard let account, let recipient = notice.recipient else { return .pointless }
            return await sender.send(
                MailMessage(
                    notice,
                    to: recipient,
                    username: account.user.username.description,
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
