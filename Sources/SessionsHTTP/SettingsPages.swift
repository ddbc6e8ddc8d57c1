import HTTPTypes
import Hummingbird
import Sessions

/// The pages of a signed-in person, and their forms.
struct SettingsPages: Sendable {
    let gate: SessionGate
    let authority: SessionAuthority
    let accounts: Accounts
    let security: AccountSecurity
    let pages: PageShell

    private var fresh: FreshAuthentication { FreshAuthentication(gate: gate, security: security) }

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
        let query = (try? call.query("cursor", "ended", "others", "password", "two-factor", "show")) ?? FormFields()
        let cursor = query["cursor"].flatMap(SessionCursor.init)
        let findings = try await authority.findings(visiting: current.userID)
        let attention = try await authority.sessions(of: current.userID, needingAttention: findings)
        let showsAttentionOnly = query["show"] == "attention"
        let page =
            showsAttentionOnly && cursor == nil
            ? attention : try await authority.sessions(of: current.userID, after: cursor)
        // A cursor that is too old leads back to the first page.
        guard let page else { return Response(seeOther: Self.security) }
        guard let user = try await accounts.user(current.userID) else { throw Problem.notFound }
        let activity = try await authority.activity(of: user.id, limit: AccountCards.eventsMax + 1)
        return Response(
            page: SecurityPage(
                site: pages.site,
                account: pages.account(current),
                sessions: page.sessions.map { SessionCard.Model($0, current: current.id, findings: findings) },
                sessionCount: page.total,
                attentionCount: attention.total,
                showsAttentionOnly: showsAttentionOnly,
                places: places(of: page.sessions, activity, findings, current),
                nextCursor: page.next?.description,
                isFirstPage: cursor == nil,
                nowMilliseconds: authority.now.milliseconds,
                accountCards: try await accountCards(user, activity, current),
                reauthentication: try await fresh.question(current),
                news: try await news(query, user, current)
            ).html
        )
    }

    /// What matters most first: on a map that is full, it is what is shown.
    private func places(
        of sessions: [Session],
        _ activity: [SessionAuthority.Activity],
        _ findings: AccountFindings,
        _ current: LiveSession
    ) -> [WorldMap.Place] {
        let shown = sessions.compactMap { session in
            WorldMap.Place(
                session.location,
                device: session.device,
                kind: findings.needsAttention(session.id) ? .attention : session.id == current.id ? .current : .session
            )
        }
        let recent = activity.compactMap { activity in
            activity.sighting.flatMap { WorldMap.Place($0.location, device: $0.device, kind: .recent) }
        }
        return shown.sorted { $0.kind > $1.kind } + recent
    }

    private func accountCards(
        _ user: User,
        _ events: [SessionAuthority.Activity],
        _ current: LiveSession
    ) async throws -> AccountCards.Model {
        let count = AccountCards.eventsMax
        var twoFactor = AccountCards.TwoFactor.off
        if let since = user.secondFactorSince {
            let left = try await security.recoveryCodesLeft(of: current)
            twoFactor = .on(sinceMilliseconds: since.milliseconds, recoveryCodesLeft: left)
        }
        return AccountCards.Model(
            twoFactor: twoFactor,
            passwordChangedMilliseconds: user.passwordChangedAt.milliseconds,
            events: events.prefix(count).map { ActivityEvent($0, current: current.id) },
            hasMoreEvents: events.count > count
        )
    }

    /// What a form that led here has done; what an address says is told only as far as it is true.
    private func news(_ query: FormFields, _ user: User, _ current: LiveSession) async throws -> SecurityPage.News? {
        if let id = query["ended"].flatMap(SessionID.init) {
            return try await authority.endedDevice(id, of: current.userID).map { .ended($0.info) }
        }
        if let count = query["others"].flatMap(Int.init), count >= 0 { return .othersEnded(count) }
        if let count = query["password"].flatMap(Int.init), count >= 0,
            authority.now < user.passwordChangedAt.adding(seconds: Self.newsSeconds)
        {
            return .passwordChanged(othersEnded: count)
        }
        if query["two-factor"] == "off", user.secondFactorSince == nil { return .twoFactorDisabled }
        return nil
    }

    /// How long a change is news, in seconds.
    private static let newsSeconds: Int64 = 60

    private func profilePage(_ call: Call, _ current: LiveSession) async throws -> Response {
        guard let user = try await accounts.user(current.userID) else { throw Problem.notFound }
        let query = (try? call.query("email")) ?? FormFields()
        return Response(
            page: ProfilePage(
                site: pages.site,
                account: pages.account(current),
                profile: ProfilePage.Model(
                    email: user.email.description,
                    isEmailConfirmed: user.isEmailVerified,
                    canChangeEmail: call.settings.sendsMail,
                    username: user.username.description,
                    createdMilliseconds: user.createdAt.milliseconds
                ),
                exportURL: gate.isFresh(current)
                    ? ExportRoute.path : "/settings/security/reauthenticate?return=\(ExportRoute.path)",
                isLinkSent: call.settings.sendsMail && query["email"] == "sent",
                nowMilliseconds: authority.now.milliseconds
            ).html
        )
    }

    // MARK: One session

    private func confirmRevoke(_ call: Call, _ current: LiveSession) async throws -> Response {
        guard let page = try await revokePage(call, current, fresh.question(current)) else {
            return Response(seeOther: "\(Self.security)?ended=\(call.pathID)")
        }
        return Response(page: page.html, status: page.session.isCurrent ? .conflict : .ok)
    }

    /// The question; `nil` when the session has ended already.
    private func revokePage(
        _ call: Call,
        _ current: LiveSession,
        _ question: Reauthentication?,
        _ errors: FormErrors = FormErrors()
    ) async throws -> RevokeConfirmPage? {
        guard let id = SessionID(call.pathID) else { throw Problem.notFound }
        guard let session = try await authority.session(id, of: current.userID) else {
            if try await authority.endedDevice(id, of: current.userID) != nil { return nil }
            throw Problem.notFound
        }
        return RevokeConfirmPage(
            site: pages.site,
            account: pages.account(current),
            session: SessionCard.Model(session, current: current.id),
            reauthentication: question,
            errors: errors
        )
    }

    private func revoke(_ call: Call, _ current: LiveSession) async throws -> Response {
        let form = try await call.form("password", "code")
        // What cannot be done anyway asks for no proof.
        guard let page = try await revokePage(call, current, nil), !page.session.isCurrent,
            let id = SessionID(call.pathID)
        else { return try await confirmRevoke(call, current) }
        return try await fresh.require(form, call, current) { question, errors in
            var page = page
            page.reauthentication = question
            page.errors = errors
            return page.html
        } then: { session in
            // It may have ended meanwhile, by itself too: what was asked for is so.
            _ = try await authority.revoke(id, by: session, from: call.client)
            return Response(seeOther: "\(Self.security)?ended=\(id)")
        }
    }

    // MARK: Several sessions

    private func confirmRevokeOthers(_ call: Call, _ current: LiveSession) async throws -> Response {
        Response(page: revokeOthersPage(current, try await fresh.question(current)))
    }

    private func revokeOthersPage(
        _ current: LiveSession,
        _ question: Reauthentication?,
        _ errors: FormErrors = FormErrors()
    ) -> HTML {
        RevokeOthersConfirmPage(
            site: pages.site,
            account: pages.account(current),
            reauthentication: question,
            errors: errors
        ).html
    }

    private func revokeOthers(_ call: Call, _ current: LiveSession) async throws -> Response {
        try await fresh.require(call.form("password", "code"), call, current) { question, errors in
            revokeOthersPage(current, question, errors)
        } then: { session in
            let count = try await authority.revokeOthers(than: session, from: call.client)
            return Response(seeOther: "\(Self.security)?others=\(count)")
        }
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
}

extension WorldMap.Place {
    /// Where something is; `nil` where that is not known.
    fileprivate init?(_ location: Location?, device: Device, kind: WorldMap.Kind) {
        guard let location, let latitude = location.latitude, let longitude = location.longitude else { return nil }
        let label = [location.summary, device.info].compactMap(\.self).joined(separator: ", ")
        self.init(latitude: latitude, longitude: longitude, label: label, kind: kind)
    }
}
