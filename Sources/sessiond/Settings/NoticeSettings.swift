import Sessions
import SessionsNotify

/// Who is told of what happens, and by which way.
struct NoticeSettings: Sendable {
    let mailServer: MailServer?
    let mailFrom: MailAddress?
    let supportURL: String?
    let webhooks: [Webhook]
    let webhookSignature: WebhookSignature?
    let webhookPrivateHosts: Set<String>
    /// Absolute; `nil` for the authorities that the system trusts.
    let authoritiesPath: String?

    /// The most webhooks: each has a thread and a queue.
    static let webhooksMax = 8

    /// Reads and checks the settings of notices.
    ///
    /// - Throws: ``CommandFailure`` for the first that is malformed or does not go with another.
    init(_ reader: inout SettingReader) throws(CommandFailure) {
        mailServer = try reader.optional(.smtpURL, shownAs: \.description, MailServer.init)
        mailFrom = try reader.optional(.mailFrom, MailAddress.init)
        supportURL = try reader.optional(.supportURL, SettingText.link)
        webhooks = try reader.value(.webhooks, SettingText.webhooks)
        webhookSignature = try reader.optional(.webhookSecret, WebhookSignature.init(secret:))
        webhookPrivateHosts = try reader.value(.webhookPrivateHosts, SettingText.hosts)
        authoritiesPath = try reader.optional(.notifyCAFile, shownAs: \.self, SettingText.file)
        guard mailServer == nil || mailFrom != nil else {
            throw .misconfigured("MAIL_FROM must be set together with SMTP_URL: \(Setting.mailFrom.expectation)")
        }
        guard webhooks.isEmpty || webhookSignature != nil else {
            let expectation = Setting.webhookSecret.expectation
            throw .misconfigured("WEBHOOK_SECRET must be set together with WEBHOOKS: \(expectation)")
        }
    }

    /// What the store writes.
    var policy: NoticePolicy {
        NoticePolicy(mailsOwners: mailServer != nil, webhooks: webhooks.map(\.url))
    }
}

extension SettingText {
    /// Different https URLs.
    static func webhooks(_ text: String) -> [Webhook]? {
        let texts = list(text)
        let webhooks = texts.compactMap(Webhook.init)
        guard webhooks.count == texts.count, Set(texts).count == texts.count, texts.count <= NoticeSettings.webhooksMax
        else { return nil }
        return webhooks
    }

    /// Names of hosts, in lower case.
    static func hosts(_ text: String) -> Set<String>? {
        let texts = list(text)
        let hosts = texts.compactMap(Webhook.host)
        return hosts.count == texts.count ? Set(hosts) : nil
    }

    /// What people may be sent to.
    static func link(_ text: String) -> String? {
        guard text.utf8.count <= 1_024, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            !text.contains(where: { "\"<>".contains($0) })
        else { return nil }
        return ["https://", "http://", "mailto:"].contains { text.hasPrefix($0) && text.count > $0.count } ? text : nil
    }
}
