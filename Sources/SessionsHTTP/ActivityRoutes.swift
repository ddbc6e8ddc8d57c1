import HTTPTypes
import Hummingbird
import Sessions

/// An account's history, for its owner: as JSON and as a page.
struct ActivityRoutes: Sendable {
    let gate: SessionGate
    let authority: SessionAuthority
    let security: AccountSecurity
    let pages: PageShell

    private static let path = "/settings/security/activity"
    private static let reportPath = "/settings/security/activity/{id}/report"
    private static let pageSize = 50

    private var fresh: FreshAuthentication { FreshAuthentication(gate: gate, security: security) }

    var routes: [Route] {
        [
            Route(method: .get, path: "/api/account/activity", kind: .api, handler: gate.api(list)),
            Route(method: .post, path: "/api/account/activity/{id}/confirm", kind: .api, handler: gate.api(confirm)),
            Route(method: .post, path: "/api/account/activity/{id}/report", kind: .api, handler: gate.api(report)),
            Route(method: .get, path: Self.path, kind: .page, handler: gate.page(page)),
            Route(method: .post, path: Self.path + "/{id}/confirm", kind: .page, handler: gate.page(confirmByForm)),
            Route(method: .get, path: Self.reportPath, kind: .page, handler: gate.page(reportPage)),
            Route(method: .post, path: Self.reportPath, kind: .page, handler: gate.page(reportByForm)),
        ]
    }

    private func list(_ call: Call, _ current: LiveSession) async throws -> Response {
        let query = try call.query("limit", "cursor")
        let limit = try query.limit(orElse: Self.pageSize, max: SessionAuthority.activityPageMax)
        let cursor = try await cursor(query, current)
        let (activity, next) = try await events(of: current, before: cursor, limit: limit)
        return Response([
            "events": .array(activity.map(JSON.activity)), "nextCursor": .text(next?.description),
        ])
    }

    private func page(_ call: Call, _ current: LiveSession) async throws -> Response {
        let query = (try? call.query("cursor")) ?? FormFields()
        let cursor: AuditEventID?
        do {
            cursor = try await self.cursor(query, current)
        } catch is Problem {
            // A cursor that is too old leads back to the first page.
            return Response(seeOther: Self.path)
        }
        let (activity, next) = try await events(of: current, before: cursor, limit: Self.pageSize)
        let page = ActivityPage(
            site: pages.site,
            account: pages.account(current),
            events: activity.map { ActivityEvent($0, current: current.id) },
            nextCursor: next?.description,
            isFirstPage: cursor == nil,
            nowMilliseconds: authority.now.milliseconds
        )
        return Response(page: page.html)
    }

    private func events(
        of current: LiveSession,
        before cursor: AuditEventID?,
        limit: Int
    ) async throws -> (events: ArraySlice<SessionAuthority.Activity>, next: AuditEventID?) {
        let found = try await authority.activity(of: current.userID, before: cursor, limit: limit + 1)
        let shown = found.prefix(limit)
        return (shown, found.count > limit ? shown.last?.event.id : nil)
    }

    /// The event that a page starts after.
    private func cursor(_ query: FormFields, _ current: LiveSession) async throws -> AuditEventID? {
        guard let text = query["cursor"] else { return nil }
        guard let id = AuditEventID(text), try await authority.activity(id, of: current.userID) != nil else {
            throw Problem.invalidCursor
        }
        return id
    }

    private func confirm(_ call: Call, _ current: LiveSession) async throws -> Response {
        _ = try await call.object(orNone: true)
        guard let id = AuditEventID(call.pathID), try await security.confirm(id, by: call.caller(current)) else {
            throw Problem.eventNotFound
        }
        return Response(status: .noContent, headers: [.cacheControl: "no-store"])
    }

    private func confirmByForm(_ call: Call, _ current: LiveSession) async throws -> Response {
        let form = try await call.form("from")
        guard let id = AuditEventID(call.pathID), try await security.confirm(id, by: call.caller(current)) else {
            throw Problem.notFound
        }
        return Response(seeOther: form["from"] == "sessions" ? "/settings/security" : Self.path)
    }

    private func report(_ call: Call, _ current: LiveSession) async throws -> Response {
        _ = try await call.object(orNone: true)
        guard let id = AuditEventID(call.pathID) else { throw Problem.eventNotFound }
        try gate.requireFreshAuthentication(current)
        guard let count = try await security.report(id, by: call.caller(current)).orProblem() else {
            throw Problem.eventNotFound
        }
        return Response(["revoked": .integer(Int64(count)), "passwordChangeRequired": true])
    }
}

extension ActivityRoutes {
    private func reportPage(_ call: Call, _ current: LiveSession) async throws -> Response {
        var page = try await question(call, current)
        page.reauthentication = try await fresh.question(current)
        return Response(page: page.html)
    }

    private func question(_ call: Call, _ current: LiveSession) async throws -> ReportPage {
        guard let id = AuditEventID(call.pathID),
            let activity = try await authority.activity(id, of: current.userID)
        else { throw Problem.notFound }
        return ReportPage(
            site: pages.site,
            account: pages.account(current),
            event: ActivityEvent(activity, current: current.id),
            id: "\(id)",
            nowMilliseconds: authority.now.milliseconds
        )
    }

    private func reportByForm(_ call: Call, _ current: LiveSession) async throws -> Response {
        let form = try await call.form("password", "code")
        let page = try await question(call, current)
        guard let id = AuditEventID(call.pathID) else { throw Problem.notFound }
        return try await fresh.require(form, call, current) { question, errors in
            var page = page
            page.reauthentication = question
            page.errors = errors
            return page.html
        } then: { session in
            _ = try await security.report(id, by: call.caller(session)).orProblem()
            return Response(seeOther: "/settings/security/password")
        }
    }
}

extension JSON {
    /// An event as the API shows it.
    static func activity(_ activity: SessionAuthority.Activity) -> JSON {
        let event = activity.event
        return [
            "id": .id(event.id), "type": .string(event.kind.rawValue), "at": .time(event.at),
            "ipAddress": .text(event.address?.description),
            "location": activity.sighting?.location.map(JSON.location) ?? .null, "deviceInfo": .text(event.deviceInfo),
            "sessionId": event.sessionID.map { .id($0) } ?? .null,
            "sessionDeviceInfo": .text(activity.sessionDevice?.info), "actor": .string(event.actor.word),
            "sessionsEnded": .integer(Int64(event.endedCount)), "count": .integer(Int64(event.count)),
            "detail": .text(event.detail), "signals": .signals(activity.signals),
            "verdict": .text(activity.sighting?.verdict?.rawValue),
        ]
    }
}

extension Actor {
    /// Who did it, as the API says it.
    fileprivate var word: String {
        switch self {
        case .session: "owner"
        case .operator: "operator"
        case .system: "system"
        }
    }
}
