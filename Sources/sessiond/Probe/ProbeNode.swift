import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Sessions
import SessionsHTTP

/// One node, asked over HTTP.
struct ProbeNode: Sendable {
    let url: PublicURL
    /// The origin that people type; the node judges `Host` and `Origin` against it.
    let publicURL: PublicURL
    let client: HTTPClient

    /// What came back.
    ///
    /// Its headers and body may hold tokens: nothing but its reason is ever told.
    struct Answer: Sendable, CustomStringConvertible, CustomReflectable {
        /// `nil` when nothing came in time.
        var status: Int?
        var headers = HTTPHeaders()
        var body: [UInt8] = []
        /// Why there is no status.
        var failure = ""
        /// Whether the request cannot have reached the node.
        var isUnsent = false

        /// What is told of an answer that says nothing.
        var reason: String { status.map { "it answers \($0)" } ?? failure }

        var description: String { "<redacted>" }
        var customMirror: Mirror { Mirror(self, children: []) }
    }

    /// What a node may take for an answer, in seconds: it waits 300 ms for a lease at most.
    static let checkSeconds = 3
    /// A revocation may wait 3.111 s for a silent node, and a log-in for its turn.
    static let changeSeconds = 15
    static let connectSeconds: Int64 = 3
    /// Kept shorter than the 30 s after which a node closes an idle connection, so that no request meets one that is closing.
    static let idleSeconds: Int64 = 10
    /// More than any answer that is asked for.
    static let bodyBytesMax = 64 * 1024

    /// The settings of the client for all nodes: nothing is followed, nothing is sent twice, certificates are verified.
    static var clientConfiguration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        configuration.httpVersion = .http1Only
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(connectSeconds)
        configuration.connectionPool.idleTimeout = .seconds(idleSeconds)
        configuration.connectionPool.retryConnectionEstablishment = false
        return configuration
    }

    /// Sends a request and reads its whole answer.
    func send(
        _ method: HTTPMethod,
        _ path: String,
        cookies: [String] = [],
        json: JSON? = nil,
        seconds: Int
    ) async -> Answer {
        var request = HTTPClientRequest(url: "\(url)\(path)")
        request.method = method
        request.headers.add(name: "Host", value: publicURL.authority)
        request.headers.add(name: "User-Agent", value: "sessiond-probe/\(Sessiond.version)")
        if !cookies.isEmpty { request.headers.add(name: "Cookie", value: cookies.joined(separator: "; ")) }
        if method != .GET {
            request.headers.add(name: "Origin", value: publicURL.description)
            request.headers.add(name: "Sec-Fetch-Site", value: "same-origin")
        }
        if let json {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: json.utf8))
        }
        do {
            return try await answer(to: request, within: .seconds(seconds))
        } catch {
            return Answer(failure: error)
        }
    }

    /// The client's own time limit ends with the head of an answer; this one counts for all of it.
    private func answer(to request: HTTPClientRequest, within limit: Duration) async throws -> Answer {
        try await withThrowingTaskGroup(of: Answer.self) { group in
            group.addTask { [client] in
                let response = try await client.execute(request, deadline: .distantFuture)
                let body = try await response.body.collect(upTo: Self.bodyBytesMax)
                return Answer(
                    status: Int(response.status.code),
                    headers: response.headers,
                    body: Array(body.readableBytesView)
                )
            }
            group.addTask {
                try await Task.sleep(for: limit)
                return Answer(failure: "it does not answer within \(limit.components.seconds) s")
            }
            defer { group.cancelAll() }
            return try await group.next() ?? Answer()
        }
    }
}
