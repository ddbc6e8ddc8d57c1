import HTTPTypes
import Hummingbird
import Sessions

/// `/api/sessions`: seeing and ending one's sessions.
struct SessionRoutes: Sendable {
    let gate: SessionGate
    let authority: SessionAuthority

    var routes: [Route] {
        [
            Route(method: .get, path: "/api/sessions", kind: .api, handler: gate.api(list)),
            Route(method: .delete, path: "/api/sessions/{id}", kind: .api, handler: gate.api(revoke)),
            Route(method: .post, path: "/api/sessions/revoke-others", kind: .api, handler: gate.api(revokeOthers)),
            Route(method: .post, path: "/api/sessions/revoke-all", kind: .api, handler: gate.api(revokeAll)),
        ]
    }

    private func list(_ call: Call, _ current: LiveSession) async throws -> Response {
        let query = try call.query("limit", "cursor", "attention")
        var errors: [Problem.FieldError] = []
        var limit = 50
        if let text = query["limit"] {
            if let number = Int(text), (1...SessionAuthority.pageMax).contains(number), String(number) == text {
                limit = number
            } else {
                errors.append(
                    .init(field: "limit", message: "limit is a number from 1 to \(SessionAuthority.pageMax).")
                )
            }
        }
        let attention = query["attention"] ?? "false"
        if !["true", "false"].contains(attention) {
            errors.append(.init(field: "attention", message: "attention is true or false."))
        }
        guard errors.isEmpty else { throw Problem.invalid(errors) }
        let page = try await page(of: current.userID, cursor: query["cursor"], limit: limit)
        let now = authority.now
        // No session has a signal yet, so none needs attention.
        let sessions = attention == "true" ? [] : page.sessions.map { JSON.session($0, current: current.id, at: now) }
        return Response(["sessions": .array(sessions), "nextCursor": .text(page.next?.description)])
    }

    private func page(of user: UserID, cursor text: String?, limit: Int) async throws -> SessionAuthority.SessionPage {
        let invalid = Problem.invalid(
            [.init(field: "cursor", message: "The cursor is not valid any more. Start with the first page.")],
            code: "invalid_cursor"
        )
        var cursor: SessionCursor?
        if let text {
            guard let parsed = SessionCursor(text) else { throw invalid }
            cursor = parsed
        }
        guard let page = try await authority.sessions(of: user, after: cursor, limit: limit) else { throw invalid }
        return page
    }

    private func revoke(_ call: Call, _ current: LiveSession) async throws -> Response {
        guard let id = SessionID(call.pathID) else { throw Problem.sessionNotFound }
        guard id != current.id else { throw Problem.currentSession }
        try gate.requireFreshAuthentication(current)
        switch try await authority.revoke(id, by: current, from: call.client) {
        case .ended: return Response(status: .noContent, headers: [.cacheControl: "no-store"])
        case .isCurrent: throw Problem.currentSession
        case .notFound: throw Problem.sessionNotFound
        }
    }

    private func revokeOthers(_ call: Call, _ current: LiveSession) async throws -> Response {
        _ = try await call.object(orNone: true)
        try gate.requireFreshAuthentication(current)
        let count = try await authority.revokeOthers(than: current, from: call.client)
        return Response(["revoked": .integer(Int64(count))])
    }

    private func revokeAll(_ call: Call, _ current: LiveSession) async throws -> Response {
        _ = try await call.object(orNone: true)
        let (count, browser) = try await authority.revokeAll(
            by: current,
            from: call.client,
            browser: call.knownBrowser
        )
        var response = Response(["revoked": .integer(Int64(count))])
        response.headers[values: .setCookie] = call.settings.clearedCookies(renewing: browser)
        return response
    }
}
