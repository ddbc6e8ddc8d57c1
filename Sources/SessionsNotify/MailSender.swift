import CCurl
import Sessions

/// Hands mail in to a server, one at a time.
public struct MailSender: Sendable {
    /// The longest that a connection takes, in seconds.
    static let connectSecondsMax = 10
    /// The longest that a mail takes, in seconds.
    static let secondsMax = 20

    private let server: MailServer
    private let authorities: String?
    private let thread = TransferThread(named: "mail")

    /// Creates a sender.
    ///
    /// - Parameters:
    ///   - server: Where mail is handed in.
    ///   - authorities: A file of certificates that the server's is verified by; `nil` for those that the system trusts.
    public init(server: MailServer, authorities: String? = nil) {
        self.server = server
        self.authorities = authorities
    }

    /// Goes all the way up to a mail, and hands none in: the connection, its protection, the log-in.
    ///
    /// - Parameter from: Who mail would be from.
    /// - Returns: Whether the server would go on.
    public func check(as from: MailAddress) async -> DeliveryAttempt {
        await thread.run { [server, authorities] cancellation in
            do {
                let transfer = try CurlTransfer()
                try transfer.prepare(server, from: from, authorities: authorities)
                // Without a recipient it is one command, and this one does nothing (RFC 5321 section 4.1.1.9).
                try transfer.set(CURLOPT_NOBODY, 1)
                try transfer.set(CURLOPT_CUSTOMREQUEST, "NOOP")
                let result = try transfer.perform(unless: cancellation)
                return result.code == CURLE_OK ? .delivered : .failed(reason: result.reason)
            } catch {
                return .failed(reason: "libcurl cannot be used")
            }
        }
    }

    /// Hands a message in.
    ///
    /// - Returns: What came of it; a mail that was handed in may still come back.
    public func send(_ message: MailMessage) async -> DeliveryAttempt {
        await thread.run { [server, authorities] cancellation in
            do {
                let transfer = try CurlTransfer()
                try transfer.prepare(message, server, authorities: authorities)
                let result = try transfer.perform(unless: cancellation)
                return result.code == CURLE_OK ? .delivered : .failed(reason: result.reason)
            } catch {
                return .failed(reason: "libcurl cannot be used")
            }
        }
    }
}

extension CurlTransfer {
    fileprivate func prepare(_ message: MailMessage, _ server: MailServer, authorities: String?) throws {
        try prepare(server, from: message.from, authorities: authorities)
        try set(CURLOPT_MAIL_FROM, "<\(message.from.address)>")
        try set(CURLOPT_MAIL_RCPT, ["<\(message.to)>"])
        try setUpload(message.encoded)
    }

    fileprivate func prepare(_ server: MailServer, from: MailAddress, authorities: String?) throws {
        // What stands in the path is what the server is greeted with.
        try set(CURLOPT_URL, "\(server.origin)/\(from.domain)")
        try set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        switch server.protection {
        case .always, .required: try set(CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue))
        case .offered: try set(CURLOPT_USE_SSL, Int(CURLUSESSL_TRY.rawValue))
        }
        try setAuthorities(file: authorities)
        try setTimeouts(connecting: MailSender.connectSecondsMax, total: MailSender.secondsMax)
        if let user = server.user, let password = server.password {
            try set(CURLOPT_USERNAME, user)
            try set(CURLOPT_PASSWORD, password)
        }
    }
}
