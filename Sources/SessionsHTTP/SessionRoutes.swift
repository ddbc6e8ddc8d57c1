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
        let limit = try query.limit(orElse: 50, max: SessionAuthority.pageMax)
        let attention = query["attention"] ?? "false"
        guard ["true", "false"].contains(attention) else {
            throw Problem.invalid([.init(field: "attention", message: "attention is true or false.")])
        }
        let findings = try await authority.findings(of: current.userID)
        let page =
            if attention == "true", query["cursor"] == nil {
                try await authority.sessions(of: current.userID, needingAttention: findings, limit: limit)
            } else {
                try await page(of: current.userID, cursor: query["cursor"], limit: limit)
            }
        let now = authority.now
        let sessions = page.sessions.map { JSON.session($0, current: current.id, at: now, findings: findings) }
        return Response(["sessions": .array(sessions), "nextCursor": .text(page.next?.description)])
    }

    private func page(of user: UserID, cursor text: String?, limit: Int) async throws -> SessionAuthority.SessionPage {
        var cursor: SessionCursor?
        if let text {
            guard let parsed = SessionCursor(text) else { throw Problem.invalidCursor }
            cursor = parsed
        }
        guard let page = try await authority.sessions(of: user, after: cursor, limit: limit) else {
            throw Problem.invalidCursor
        }
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

extension FormFields {
    /// How many items a page shall hold, from 1 to `max`.
    ///
    /// - Throws: ``Problem`` with 422 for anything else.
    func limit(orElse usual: Int, max: Int) throws(Problem) -> Int {
        guard let text = self["limit"] else { return usual }
        guard let number = Int(text), (1...max).contains(number), String(number) == text else {
            throw Problem.invalid([.init(field: "limit", message: "limit is a number from 1 to \(max).")])
        }
        return number
    }
}
