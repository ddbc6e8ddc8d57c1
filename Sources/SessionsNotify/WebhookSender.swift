import CCurl
public import Sessions

/// Posts signed JSON to a webhook, one at a time.
public struct WebhookSender: Sendable {
    /// The longest that a request takes, in seconds.
    static let secondsMax = 10
    /// How much of an answer is taken, in bytes; nobody reads it.
    static let answerBytesMax = 65_536

    private let webhook: Webhook
    private let signature: WebhookSignature
    private let mayBePrivate: Bool
    private let authorities: String?
    private let thread = TransferThread(named: "webhook")

    /// Creates a sender.
    ///
    /// - Parameters:
    ///   - webhook: Where to.
    ///   - signature: Signs what is sent.
    ///   - privateHosts: Hosts that may be on this machine or its network; all others must have public addresses.
    ///   - authorities: A file of certificates that the host's is verified by; `nil` for those that the system trusts.
    public init(
        to webhook: Webhook,
        signature: WebhookSignature,
        privateHosts: Set<String> = [],
        authorities: String? = nil
    ) {
        self.webhook = webhook
        self.signature = signature
        self.authorities = authorities
        mayBePrivate = privateHosts.contains(webhook.host)
    }

    /// Connects as for a body, verifies the certificate, and posts nothing.
    ///
    /// - Returns: Delivered when the host can be told something.
    public func check() async -> DeliveryAttempt {
        await thread.run { [webhook, mayBePrivate, authorities] cancellation in
            do {
                let transfer = try CurlTransfer()
                try transfer.prepare(webhook, authorities: authorities)
                try transfer.set(CURLOPT_CONNECT_ONLY, 1)
                if !mayBePrivate { try transfer.connectOnlyToPublicAddresses() }
                let result = try transfer.perform(unless: cancellation)
                return result.code == CURLE_OK ? .delivered : .failed(reason: result.reason)
            } catch {
                return .failed(reason: "libcurl cannot be used")
            }
        }
    }

    /// Posts a body.
    ///
    /// - Parameters:
    ///   - body: JSON.
    ///   - now: When; it is signed too.
    /// - Returns: Delivered when the answer is 2xx.
    public func post(_ body: [UInt8], at now: Timestamp) async -> DeliveryAttempt {
        await thread.run { [webhook, signature, mayBePrivate, authorities] cancellation in
            do {
                let transfer = try CurlTransfer()
                try transfer.prepare(webhook, body, signature.headers(of: body, at: now), authorities: authorities)
                if !mayBePrivate { try transfer.connectOnlyToPublicAddresses() }
                let result = try transfer.perform(unless: cancellation)
                // An answer that is longer than anybody wants is an answer all the same.
                if (200..<300).contains(result.response) { return .delivered }
                return .failed(reason: result.code == CURLE_OK ? "HTTP \(result.response)" : result.reason)
            } catch {
                return .failed(reason: "libcurl cannot be used")
            }
        }
    }
}

extension CurlTransfer {
    fileprivate func prepare(
        _ webhook: Webhook,
        _ body: [UInt8],
        _ headers: [String],
        authorities: String?
    ) throws {
        try prepare(webhook, authorities: authorities)
        try discardAnswer(bytesMax: WebhookSender.answerBytesMax)
        try setBody(body)
        // Without the empty one libcurl asks for leave before it sends a longer body, and waits.
        try set(CURLOPT_HTTPHEADER, ["Content-Type: application/json", "Expect:", "User-Agent: sessiond"] + headers)
    }

    fileprivate func prepare(_ webhook: Webhook, authorities: String?) throws {
        try set(CURLOPT_URL, webhook.url)
        try set(CURLOPT_PROTOCOLS_STR, "https")
        try set(CURLOPT_FOLLOWLOCATION, 0)
        try setAuthorities(file: authorities)
        try setTimeouts(connecting: WebhookSender.secondsMax, total: WebhookSender.secondsMax)
    }

    /// Refuses addresses of this machine and its network, whatever name leads there.
    ///
    /// What is judged is the very address of the connection: a name that changes its address in between gains nothing (DNS rebinding).
    fileprivate func connectOnlyToPublicAddresses() throws {
        try setSocketOpener { _, _, address in
            guard let address else { return CURL_SOCKET_BAD }
            var bytes = [UInt8](repeating: 0, count: 16)
            let count = Int(curl_address_bytes(address, &bytes))
            guard let found = IPAddress(networkOrder: bytes.prefix(count)), AddressReach.isPublic(found) else {
                return CURL_SOCKET_BAD
            }
            return curl_open_socket(address)
        }
    }
}

extension IPAddress {
    /// Creates an address from 4 or 16 bytes; `nil` for another number of them.
    package init?(networkOrder bytes: some Collection<UInt8>) {
        let words = bytes.count == 4 ? [0xFFFF] + bytes.map(UInt64.init) : bytes.map(UInt64.init)
        switch bytes.count {
        case 4: self.init(high: 0, low: words.reduce(0) { $0 << 8 | $1 })
        case 16:
            self.init(high: words[..<8].reduce(0) { $0 << 8 | $1 }, low: words[8...].reduce(0) { $0 << 8 | $1 })
        default: return nil
        }
    }
}
