import HTTPTypes
import Hummingbird
import Sessions

/// The pages on which owners change their password and second factor, and their forms.
struct AccountSecurityPages: Sendable {
    let gate: SessionGate
    let security: AccountSecurity
    let pages: PageShell

    private static let start = "/settings/security"
    private static let password = "/settings/security/password"
    private static let setup = "/settings/security/two-factor/setup"
    private static let enable = "/settings/security/two-factor/enable"
    private static let disable = "/settings/security/two-factor/disable"
    private static let recoveryCodes = "/settings/security/two-factor/recovery-codes"

    var routes: [Route] {
        [
            Route(method: .get, path: Self.password, kind: .page, handler: gate.page(passwordPage)),
            Route(method: .post, path: Self.password, kind: .page, handler: gate.page(changePassword)),
            Route(method: .get, path: Self.setup, kind: .page, handler: gate.page(setupPage)),
            Route(method: .post, path: Self.setup, kind: .page, handler: gate.page(setUp)),
            Route(method: .get, path: Self.enable, kind: .page, handler: gate.page(enablePage)),
            Route(method: .post, path: Self.enable, kind: .page, handler: gate.page(enable)),
            Route(method: .get, path: Self.disable, kind: .page, handler: gate.page(disablePage)),
            Route(method: .post, path: Self.disable, kind: .page, handler: gate.page(disable)),
            Route(method: .get, path: Self.recoveryCodes, kind: .page, handler: gate.page(recoveryCodesPage)),
            Route(method: .post, path: Self.recoveryCodes, kind: .page, handler: gate.page(renewRecoveryCodes)),
        ]
    }

    // MARK: Password

    private func passwordPage(_ call: Call, _ current: LiveSession) async throws -> Response {
        let asksForPassword = try await security.asksForPassword(current)
        let page = PasswordPage(
            site: pages.site,
            account: pages.account(current),
            asksForPassword: asksForPassword
        )
        return Response(page: page.html)
    }

    private func changePassword(_ call: Call, _ current: LiveSession) async throws -> Response {
        let form = try await call.form("currentPassword", "newPassword", "revokeOtherSessions")
        let endsOthers = form["revokeOtherSessions"] != nil
        let outcome = try await security.changePassword(
            from: Password(form["currentPassword"] ?? ""),
            to: Password(form["newPassword"] ?? ""),
            endingOthers: endsOthers,
            by: call.caller(current)
        )
        switch outcome {
        case .success(let renewed):
            let count = renewed.endedCount
            return Response(seeOther: "\(Self.start)?password=\(count)", renewing: renewed, call)
        case .failure(let refusal):
            let page = PasswordPage(
                site: pages.site,
                account: pages.account(current),
                asksForPassword: try await security.asksForPassword(current),
                revokeOtherSessions: endsOthers,
                errors: try FormErrors(refusal, password: "currentPassword")
            )
            return Response(page: page.html, refusing: refusal)
        }
    }

    // MARK: Second factor

    private func setupPage(_ call: Call, _ current: LiveSession) async throws -> Response {
        if try await security.asksForCode(current) { return Response(seeOther: Self.start) }
        return Response(page: TwoFactorSetupPage(site: pages.site, account: pages.account(current)).html)
    }

    private func setUp(_ call: Call, _ current: LiveSession) async throws -> Response {
        let form = try await call.form("password")
        switch try await security.setUp(password: Password(form["password"] ?? ""), by: call.caller(current)) {
        case .success: return Response(seeOther: Self.enable)
        case .failure(let refusal):
            let page = TwoFactorSetupPage(
                site: pages.site,
                account: pages.account(current),
                errors: try FormErrors(refusal)
            )
            return Response(page: page.html, refusing: refusal)
        }
    }

    private func enablePage(_ call: Call, _ current: LiveSession) async throws -> Response {
        guard let page = try await enablePage(current, call, errors: FormErrors()) else {
            return Response(seeOther: Self.setup)
        }
        return Response(page: page.html)
    }

    /// The page with the seed; `nil` when none is being set up in this session.
    private func enablePage(
        _ current: LiveSession,
        _ call: Call,
        errors: FormErrors
    ) async throws -> TwoFactorEnablePage? {
        guard let setup = try await security.pendingSetup(of: current) else { return nil }
        let uri = setup.uri(call.settings)
        return TwoFactorEnablePage(
            site: pages.site,
            account: pages.account(current),
            secret: setup.secret.base32,
            uri: uri,
            // A name that is too long for a code can still be typed.
            qrCode: try? QRCode(uri).svg(label: TwoFactorEnablePage.qrCodeLabel),
            errors: errors
        )
    }

    private func enable(_ call: Call, _ current: LiveSession) async throws -> Response {
        let form = try await call.form("code")
        switch try await security.enable(code: form["code"] ?? "", by: call.caller(current)) {
        case .success(let enabled):
            return codes(enabled.recoveryCodes, RecoveryCodesPage.enabled, renewing: enabled.renewed, call, current)
        case .failure(.alreadyEnabled), .failure(.setupRequired): return Response(seeOther: Self.setup)
        case .failure(let refusal):
            let errors = try FormErrors(refusal)
            guard let page = try await enablePage(current, call, errors: errors) else {
                return Response(seeOther: Self.setup)
            }
            return Response(page: page.html, refusing: refusal)
        }
    }

    private func disablePage(_ call: Call, _ current: LiveSession) async throws -> Response {
        guard try await security.asksForCode(current) else { return Response(seeOther: Self.start) }
        return Response(page: TwoFactorDisablePage(site: pages.site, account: pages.account(current)).html)
    }

    private func disable(_ call: Call, _ current: LiveSession) async throws -> Response {
        let form = try await call.form("password", "code")
        let outcome = try await security.disable(
            password: Password(form["password"] ?? ""),
            code: form["code"] ?? "",
            by: call.caller(current)
        )
        switch outcome {
        case .success(let renewed): return Response(seeOther: Self.start + "?two-factor=off", renewing: renewed, call)
        case .failure(.notEnabled): return Response(seeOther: Self.start)
        case .failure(let refusal):
            let page = TwoFactorDisablePage(
                site: pages.site,
                account: pages.account(current),
                errors: try FormErrors(refusal)
            )
            return Response(page: page.html, refusing: refusal)
        }
    }

    private func recoveryCodesPage(_ call: Call, _ current: LiveSession) async throws -> Response {
        guard try await security.asksForCode(current) else { return Response(seeOther: Self.start) }
        return Response(page: NewRecoveryCodesPage(site: pages.site, account: pages.account(current)).html)
    }

    private func renewRecoveryCodes(_ call: Call, _ current: LiveSession) async throws -> Response {
        let form = try await call.form("password", "code")
        let outcome = try await security.renewRecoveryCodes(
            password: Password(form["password"] ?? ""),
            code: form["code"] ?? "",
            by: call.caller(current)
        )
        switch outcome {
        case .success(let new): return codes(new, RecoveryCodesPage.renewed, call, current)
        case .failure(.notEnabled): return Response(seeOther: Self.start)
        case .failure(let refusal):
            let page = NewRecoveryCodesPage(
                site: pages.site,
                account: pages.account(current),
                errors: try FormErrors(refusal)
            )
            return Response(page: page.html, refusing: refusal)
        }
    }

    /// The only page that ever shows these codes: an answer to the form, since nothing can be asked for them again.
    private func codes(
        _ codes: [RecoveryCode],
        _ news: HTML,
        renewing renewed: AccountSecurity.Renewed? = nil,
        _ call: Call,
        _ current: LiveSession
    ) -> Response {
        let page = RecoveryCodesPage(
            site: pages.site,
            account: pages.account(current),
            codes: codes.map(\.text),
            news: news
        )
        var response = Response(page: page.html)
        if let renewed { response.headers[values: .setCookie] = call.settings.cookies(renewed) }
        return response
    }
}

extension Response {
    /// A redirection after a form, with the session's new cookie.
    init(seeOther location: String, renewing renewed: AccountSecurity.Renewed, _ call: Call) {
        self.init(seeOther: location)
        headers[values: .setCookie] = call.settings.cookies(renewed)
    }

    /// A form that is shown again; 429 tells how long to wait.
    init(page: HTML, refusing refusal: AccountSecurity.Refusal) {
        guard case .throttled(let seconds) = refusal else {
            self.init(page: page, status: .unprocessableContent)
            return
        }
        self.init(page: page, status: .tooManyRequests)
        headers[.retryAfter] = "\(seconds)"
    }
}
