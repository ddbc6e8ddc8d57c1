import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Sessions
import SessionsHTTP

/// Comes through the proxy as a client would, with things made up, and looks what the server takes for true.
struct ProxyExamination: Sendable {
    let url: PublicURL
    let settings: Settings
    let client: HTTPClient

    private static let patience = Duration.seconds(10)
    private static let subject = "proxy"

    /// What came back.
    private struct Answer {
        let status: Int
        let headers: HTTPHeaders
    }

    /// All findings, in the order of the requests.
    func findings() async -> [Finding] {
        guard await get("/health") != nil else {
            return [
                .failure(
                    Self.subject,
                    "\(url) does not answer",
                    mend: "Look whether the proxy runs, and whether its certificate is valid for the name."
                )
            ]
        }
        var found = [await reach(), await verify(), await cookie()]
        if url.scheme == "https" { found.append(await redirect()) }
        return found + (await address())
    }

    private func reach() async -> Finding {
        let status = await get("/login")?.status
        guard status == 200 else {
            return .failure(
                Self.subject,
                "\(url)/login answers \(status.map(String.init) ?? "nothing")",
                mend: "Pass /login to the server, with the Host that people type; PUBLIC_URL has to be \(url)."
            )
        }
        return .ok(Self.subject, "the log-in page is reached")
    }

    /// Nobody without a session may be let in, whatever they say they are.
    private func verify() async -> Finding {
        let claims = [
            ("X-Auth-User-Id", UserID.make(at: WallClock.system.now).description), ("X-Auth-Username", "admin"),
        ]
        guard let answer = await get("/api/auth/verify", headers: claims) else {
            return .warning(Self.subject, "/api/auth/verify does not answer", mend: "Look at the proxy's log.")
        }
        guard !(200..<300).contains(answer.status) else {
            return .failure(
                Self.subject,
                "/api/auth/verify answers \(answer.status) to somebody without a session",
                mend: "The proxy must hand cookies and answers on as they are, and cache nothing of it."
            )
        }
        return .ok(Self.subject, "/api/auth/verify answers \(answer.status) to somebody without a session")
    }

    private func cookie() async -> Finding {
        // A log-out takes the cookie away by setting it, with the same attributes.
        let answer = await get(
            "/api/auth/logout",
            method: .POST,
            headers: [
                ("Cookie", "\(settings.cookieName)=made-up"), ("Origin", url.description),
                ("Sec-Fetch-Site", "same-origin"),
                ("Content-Type", "application/json"),
            ]
        )
        let set = answer?.headers["set-cookie"].filter { $0.hasPrefix("\(settings.cookieName)=") } ?? []
        guard let first = set.first else {
            return .warning(
                Self.subject,
                "no cookie was set by a log-out: \(answer.map { "it answers \($0.status)" } ?? "it does not answer")",
                mend: "Let the proxy hand Set-Cookie on; PUBLIC_URL has to be \(url)."
            )
        }
        let attributes = first.lowercased().split(separator: ";").map { $0.drop { $0 == " " } }
        guard url.scheme != "https" || attributes.contains("secure") else {
            return .failure(
                Self.subject,
                "the session cookie lacks Secure: it is sent over http too, where anybody on the way reads it",
                mend: "Set APP_ENV=production, and let the proxy hand Set-Cookie on as it is."
            )
        }
        guard attributes.contains("httponly") else {
            return .failure(
                Self.subject,
                "the session cookie lacks HttpOnly",
                mend: "Let the proxy hand Set-Cookie on as it is."
            )
        }
        return .ok(Self.subject, "the session cookie has the attributes that it needs")
    }

    private func redirect() async -> Finding {
        let host = String(url.authority.prefix { $0 != ":" })
        guard let answer = await get("/login", at: "http://\(host)") else {
            return .ok(Self.subject, "http is not served")
        }
        let target = answer.headers.first(name: "location") ?? ""
        guard [301, 302, 303, 307, 308].contains(answer.status), target.hasPrefix("https://") else {
            return .failure(
                Self.subject,
                "http://\(host)/login answers \(answer.status) and does not lead to https",
                mend: "Let the proxy answer http with 308 to https, and send Strict-Transport-Security."
            )
        }
        return .ok(Self.subject, "http leads to https")
    }

    // MARK: Which address the server sees

    private func address() async -> [Finding] {
        var random = SystemRandomNumberGenerator()
        let number = Settings.randomSecret()
        do {
            guard try announce(number) else {
                return [
                    .warning(
                        Self.subject,
                        "no server runs on \(settings.dataDirectory): which address it sees cannot be told",
                        mend: "Run the doctor where the server runs, while it runs."
                    )
                ]
            }
            // Nobody has these (RFC 5737).
            let made = ["192.0.2.", "198.51.100.", "203.0.113."].map {
                "\($0)\(UInt8.random(in: 1...254, using: &random))"
            }
            _ = await get(
                "/login?\(ArrivalWatch.parameter)=\(number)",
                headers: [
                    ("X-Forwarded-For", made[0]), ("X-Real-IP", made[1]), ("Forwarded", "for=\(made[2])"),
                    ("X-Auth-User-Id", "made-up"), ("X-Auth-Username", "made-up"),
                ]
            )
            guard let arrival = try await arrival(of: number) else {
                return [
                    .warning(
                        Self.subject,
                        "a request through \(url) did not arrive at this server",
                        mend: "Where there are several nodes, run the doctor on each until it meets its own."
                    )
                ]
            }
            return [finding(of: arrival, made: made)] + identityFindings(arrival)
        } catch {
            return [.warning(Self.subject, error.sentence, mend: "Run the doctor as the server's user.")]
        }
    }

    /// - Returns: Whether there is a server to be told.
    private func announce(_ number: String) throws(CommandFailure) -> Bool {
        guard let connection = try OperatorConnection(path: settings.socketPath) else { return false }
        switch try connection.run(.announceArrival(number), rows: { _ in }) {
        case .done: return true
        case .refused(let sentence), .unavailable(let sentence): throw .unavailable(sentence)
        }
    }

    private func arrival(of number: String) async throws(CommandFailure) -> JSON? {
        guard let connection = try OperatorConnection(path: settings.socketPath) else { return nil }
        var found: JSON?
        _ = try connection.run(.findArrival(number)) { found = $0.first ?? found }
        return found
    }

    private func finding(of arrival: JSON, made: [String]) -> Finding {
        let client = arrival["client"]?.string ?? "unknown"
        let peer = arrival["peer"]?.string ?? "unknown"
        if let index = made.firstIndex(of: client) {
            let header = ["X-Forwarded-For", "X-Real-IP", "Forwarded"][index]
            return .failure(
                Self.subject,
                "an address that was made up in \(header) is believed: anybody may have any address",
                mend: "The proxy has to write \(header) itself, from the connection: docs/proxies.md says how."
            )
        }
        if arrival["trusted"]?.bool != true {
            return arrival["named"]?.bool == true
                ? .failure(
                    Self.subject,
                    "requests come from \(peer), which TRUSTED_PROXIES does not name: all clients have that address",
                    mend: "Add \(peer) to TRUSTED_PROXIES, if it is the proxy."
                )
                : .failure(
                    Self.subject,
                    "requests come from \(peer), and nothing names their client: all clients have that address",
                    mend: "Let the proxy set X-Forwarded-For, and name it in TRUSTED_PROXIES."
                )
        }
        if arrival["named"]?.bool != true {
            return .failure(
                Self.subject,
                "the proxy names no client: all of them have its address, \(peer)",
                mend: "Let the proxy set X-Forwarded-For from the connection: docs/proxies.md says how."
            )
        }
        return .ok(Self.subject, "the server sees \(client); an address that was made up is not believed")
    }

    private func identityFindings(_ arrival: JSON) -> [Finding] {
        let names = arrival["identity"]?.array?.compactMap(\.string) ?? []
        guard !names.isEmpty else { return [.ok(Self.subject, "X-Auth-* of a client does not get through")] }
        return [
            .warning(
                Self.subject,
                "\(names.joined(separator: ", ")) of a client gets through to the server: "
                    + "where applications get it too, anybody may be anybody",
                mend: "Let the proxy take X-Auth-* out of every request before it sets its own: docs/proxies.md."
            )
        ]
    }

    // MARK: Requests

    private func get(
        _ path: String,
        at origin: String? = nil,
        method: HTTPMethod = .GET,
        headers: [(String, String)] = []
    ) async -> Answer? {
        var request = HTTPClientRequest(url: "\(origin ?? url.description)\(path)")
        request.method = method
        request.headers.add(name: "User-Agent", value: "sessiond-doctor/\(Sessiond.version)")
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if method == .POST { request.body = .bytes(ByteBuffer(string: "{}")) }
        guard let response = try? await client.execute(request, timeout: .seconds(Self.patience.components.seconds))
        else {
            return nil
        }
        return Answer(status: Int(response.status.code), headers: response.headers)
    }
}
