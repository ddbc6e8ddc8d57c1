import HTTPTypes
import Hummingbird
import Sessions

/// `GET /api/auth/verify`: what a reverse proxy asks before it lets a request through.
struct VerifyRoute: Sendable {
    let gate: SessionGate

    var routes: [Route] {
        [Route(method: .get, path: "/api/auth/verify", kind: .api, takesAnyHost: true, handler: verify)]
    }

    private func verify(_ call: Call) async throws -> Response {
        do {
            let session = try await session(of: call)
            return Response(status: .noContent, headers: Self.identity(of: session))
        } catch let problem as Problem where problem.status == .unauthorized {
            guard (try? call.query("redirect"))?["redirect"] == "1" else { throw problem }
            var location = (call.settings.publicURL?.description ?? "") + "/login"
            if call.isFromTrustedProxy,
                let next = NextPage(forwarded: call.request.headers, settings: call.settings)
            {
                location += "?next=\(next.text.percentEncoded)"
            }
            return Response(status: .found, headers: [.location: location, .cacheControl: "no-store"])
        }
    }

    /// The cookie decides; `Authorization` may be meant for the application behind the proxy and counts only without one.
    private func session(of call: Call) async throws -> LiveSession {
        switch Credentials.cookie(call.request.headers, name: call.settings.cookieName) {
        case .token(let token): return try await gate.session(of: token, call)
        case .none:
            if case .token(let token) = Credentials(call.request.headers, cookieName: call.settings.cookieName) {
                return try await gate.session(of: token, call)
            }
            throw Problem.sessionMissing
        case .ambiguous:
            // A proxy turns 400 into 500: here two cookies are no session.
            throw Problem(
                status: .unauthorized,
                code: Problem.ambiguousCredentials.code,
                detail: Problem.ambiguousCredentials.detail
            )
        }
    }

    /// Always all of them and never empty, so that a proxy that copies them never lets the client's own through.
    private static func identity(of session: LiveSession) -> HTTPFields {
        [
            .cacheControl: "no-store",
            .userID: session.identity.userID,
            .username: session.identity.username,
            .userEmail: session.identity.email,
            .sessionID: session.identity.sessionID,
            .sessionExpires: session.identity.expiresAt,
        ]
    }
}
