import HTTPTypes
import Hummingbird
import Sessions

/// The pages of a signed-in person, and their forms.
struct SettingsPages: Sendable {
    let gate: SessionGate
    let authority: SessionAuthority
    let accounts: Accounts
    let pages: PageShell

    private static let security = "/settings/security"
    private static let oneSession = "/settings/security/sessions/{id}/revoke"
    private static let otherSessions = "/settings/security/revoke-others"
    private static let allSessions = "/settings/security/revoke-all"

    var routes: [Route] {
        [
            Route(
                method: .get,
                path: "/settings",
                kind: .page,
                handler: gate.page { _, _ in Response(seeOther: Self.security) }
            ),
            Route(method: .get, path: Self.security, kind: .page, handler: gate.page(securityPage)),
            Route(method: .get, path: "/settings/profile", kind: .page, handler: gate.page(profilePage)),
            Route(method: .get, path: Self.oneSession, kind: .page, handler: gate.page(confirmRevoke)),
            Route(method: .post, path: Self.oneSession, kind: .page, handler: gate.page(revoke)),
            Route(method: .get, path: Self.otherSessions, kind: .page, handler: gate.page(confirmRevokeOthers)),
            Route(method: .post, path: Self.otherSessions, kind: .page, handler: gate.page(revokeOthers)),
            Route(method: .get, path: Self.allSessions, kind: .page, handler: gate.page(confirmRevokeAll)),
            Route(method: .post, path: Self.allSessions, kind: .page, handler: gate.page(revokeAll)),
        ]
    }

    private func securityPage(_ call: Call, _ current: LiveSession) async throws -> Response {
        let query = (try? call.query("cursor", "ended", "others")) ?? FormFields()
        let cursor = query["cursor"].flatMap(SessionCursor.init)
        let page = try await authority.sessions(of: current.userID, after: cursor)
        // A cursor that is too old leads back to the first page.
        guard let page else { return Response(seeOther: Self.security) }
        return Response(
            page: SecurityPage(
                site: pages.site,
                account: pages.account(current),
                sessions: page.sessions.map { SessionCard.Model($0, current: current.id) },
                sessionCount: page.total,
                nextCursor: page.next?.description,
                isFirstPage: cursor == nil,
                nowMilliseconds: authority.now.milliseconds,
                news: try await news(query, current)
            ).html
        )
    }

    /// What a form that led here has done.
    private func news(_ query: FormFields, _ current: LiveSession) async throws -> SecurityPage.News? {
        if let id = query["ended"].flatMap(SessionID.init) {
            return try await authority.endedDevice(id, of: current.userID).map { .ended($0.info) }
        }
        if let count = query["others"].flatMap(Int.init), count >= 0 { return .othersEnded(count) }
        return nil
    }

    private func profilePage(_ call: Call, _ current: LiveSession) async throws -> Response {
        guard let user = try await accounts.user(current.userID) else { throw Problem.notFound }
        return Response(
            page: ProfilePage(
                site: pages.site,
                account: pages.account(current),
                profile: ProfilePage.Model(
                    email: user.email.description,
                    username: user.username.description,
                    createdMilliseconds: user.createdAt.milliseconds
                ),
                nowMilliseconds: authority.now.milliseconds
            ).html
        )
    }

    // MARK: One session

    private func confirmRevoke(_ call: Call, _ current: LiveSession) async throws -> Response {
        try await revokePage(call, current, problem: nil)
    }

    private func revokePage(_ call: Call, _ current: LiveSession, problem: SessionProblem?) async throws -> Response {
        guard let id = SessionID(call.pathID) else { throw Problem.notFound }
        guard let session = try await authority.session(id, of: current.userID) else {
            if try await authority.endedDevice(id, of: current.userID) != nil {
                return Response(seeOther: "\(Self.security)?ended=\(id)")
            }
            throw Problem.notFound
        }
        let shown = id == current.id ? SessionProblem.currentSession : problem
        let page = RevokeConfirmPage(
            site: pages.site,
            account: pages.account(current),
            session: SessionCard.Model(session, current: current.id),
            problem: shown
        )
        return Response(page: page.html, status: Self.status(of: shown))
    }

    private func revoke(_ call: Call, _ current: LiveSession) async throws -> Response {
        guard let id = SessionID(call.pathID) else { throw Problem.notFound }
        guard isFresh(current) else { return try await revokePage(call, current, problem: .reauthenticationRequired) }
        switch try await authority.revoke(id, by: current, from: call.client) {
        case .ended: return Response(seeOther: "\(Self.security)?ended=\(id)")
        case .isCurrent: return try await revokePage(call, current, problem: .currentSession)
        case .notFound: throw Problem.notFound
        }
    }

    // MARK: Several sessions

    private func confirmRevokeOthers(_ call: Call, _ current: LiveSession) async throws -> Response {
        Response(page: RevokeOthersConfirmPage(site: pages.site, account: pages.account(current)).html)
    }

    private func revokeOthers(_ call: Call, _ current: LiveSession) async throws -> Response {
        guard isFresh(current) else {
            let page = RevokeOthersConfirmPage(
                site: pages.site,
                account: pages.account(current),
                problem: .reauthenticationRequired
            )
            return Response(page: page.html, status: .forbidden)
        }
        let count = try await authority.revokeOthers(than: current, from: call.client)
        return Response(seeOther: "\(Self.security)?others=\(count)")
    }

    private func confirmRevokeAll(_ call: Call, _ current: LiveSession) async throws -> Response {
        Response(page: RevokeAllConfirmPage(site: pages.site, account: pages.account(current)).html)
    }

    private func revokeAll(_ call: Call, _ current: LiveSession) async throws -> Response {
        let (_, browser) = try await authority.revokeAll(by: current, from: call.client, browser: call.knownBrowser)
        var response = Response(seeOther: "/login?reason=everywhere")
        response.headers[values: .setCookie] = call.settings.clearedCookies(renewing: browser)
        return response
    }

    private func isFresh(_ session: LiveSession) -> Bool {
        (try? gate.requireFreshAuthentication(session)) != nil
    }

    private static func status(of problem: SessionProblem?) -> HTTPResponse.Status {
        switch problem {
        case nil: .ok
        case .currentSession: .conflict
        case .alreadyEnded: .notFound
        case .reauthenticationRequired: .forbidden
        case .unavailable: .serviceUnavailable
        }
    }
}
