import HTTPTypes
import Hummingbird
import Sessions

/// Lets requests with a live session through, and says why to the others.
struct SessionGate: Sendable {
    let authority: SessionAuthority
    let settings: HTTPSettings

    /// The session that a request was made with.
    ///
    /// - Throws: ``Problem`` with 401 when there is none, 400 when there are several; the store's error when it fails.
    func session(of call: Call) async throws -> LiveSession {
        switch Credentials(call.request.headers, cookieName: settings.cookieName) {
        case .none: throw Problem.sessionMissing
        case .ambiguous: throw Problem.ambiguousCredentials
        case .token(let token): return try await session(of: token, call)
        }
    }

    /// The session of a token.
    ///
    /// - Throws: ``Problem`` with 401 when it opens none; the store's error when it fails.
    func session(of token: [UInt8], _ call: Call) async throws -> LiveSession {
        switch try await authority.verify(token, from: call.client) {
        case .valid(let session): return session
        case .invalid(.notOurs): throw Problem.tokenInvalid
        case .invalid(.expired): throw Problem.sessionExpired
        case .invalid(.ended): throw Problem.sessionRevoked
        }
    }

    /// A route for signed-in callers.
    func api(
        _ handler: @escaping @Sendable (Call, LiveSession) async throws -> Response
    ) -> Route.Handler {
        { call in try await handler(call, session(of: call)) }
    }

    /// A page for signed-in people.
    ///
    /// The others are shown to the log-in page, and told what happened.
    func page(
        _ handler: @escaping @Sendable (Call, LiveSession) async throws -> Response
    ) -> Route.Handler {
        { call in
            let token: [UInt8]
            switch Credentials.cookie(call.request.headers, name: settings.cookieName) {
            case .none: return toLogin(call, reason: comesFromLogin(call) ? .cookieMissing : nil)
            case .ambiguous: throw Problem.ambiguousCredentials
            case .token(let presented): token = presented
            }
            switch try await authority.verify(token, from: call.client) {
            case .valid(let session):
                do {
                    return try await handler(call, session)
                } catch let problem as Problem where problem.status == .unauthorized {
                    // It was live when the request came, and has ended by it.
                    return toLogin(call, reason: .revoked)
                }
            case .invalid(let refusal): return toLogin(call, reason: refusal.loginReason)
            }
        }
    }

    /// Ending others takes a fresh authentication (decision C5).
    ///
    /// - Throws: ``Problem/reauthenticationRequired`` when the last one is too old.
    func requireFreshAuthentication(_ session: LiveSession) throws {
        guard isFresh(session) else { throw Problem.reauthenticationRequired }
    }

    /// Whether the last authentication is young enough.
    func isFresh(_ session: LiveSession) -> Bool {
        authority.now <= session.authenticatedAt.adding(seconds: settings.reauthenticateAfterSeconds)
    }

    /// Whether the log-in form led here: then the browser may not have kept its cookie.
    private func comesFromLogin(_ call: Call) -> Bool {
        guard let referer = call.request.headers[.referer], let host = call.request.head.authority.flatMap(Host.init)
        else {
            return false
        }
        let page = referer.prefix { $0 != "?" }
        return ["/login", "/login/two-factor"].contains { page == settings.origin(for: host) + $0 }
    }

    private func toLogin(_ call: Call, reason: LoginPage.Reason?) -> Response {
        var query: [String] = []
        if let reason { query.append("reason=\(reason.rawValue)") }
        if call.request.method == .get, let path = call.request.head.path, path != "/settings/security",
            path.utf8.count <= 1_024
        {
            query.append("next=\(path.percentEncoded)")
        }
        return Response(seeOther: query.isEmpty ? "/login" : "/login?" + query.joined(separator: "&"))
    }
}

extension SessionAuthority.Refusal {
    /// The log-in page's word for what happened; `nil` when there is nothing to tell.
    var loginReason: LoginPage.Reason? {
        switch self {
        case .notOurs: nil
        case .expired, .ended(.expired): .expired
        case .ended(.loggedOut), .ended(.replaced): .loggedOut
        case .ended(.revoked), .ended(.disabled), .ended(.reported): .revoked
        case .ended(.passwordChanged): .passwordChanged
        }
    }
}
