import HTTPTypes
import Hummingbird
import Sessions

/// `/api/account` and re-authentication: what owners do to their accounts.
struct AccountSecurityRoutes: Sendable {
    let gate: SessionGate
    let authority: SessionAuthority
    let security: AccountSecurity

    var routes: [Route] {
        [
            route("/api/auth/reauthenticate", reauthenticate),
            route("/api/account/password", changePassword),
            route("/api/account/two-factor/setup", setUp),
            route("/api/account/two-factor/enable", enable),
            route("/api/account/two-factor/disable", disable),
            route("/api/account/two-factor/recovery-codes", renewRecoveryCodes),
        ]
    }

    private func route(
        _ path: String,
        _ handler: @escaping @Sendable (Call, LiveSession) async throws -> Response
    ) -> Route {
        Route(method: .post, path: path, kind: .api, handler: gate.api(handler))
    }

    private func reauthenticate(_ call: Call, _ current: LiveSession) async throws -> Response {
        let fields = try await call.object()
        var errors: [Problem.FieldError] = []
        let password = fields.text("password", bytesMax: Password.bytesMax, &errors)
        let code = fields.optionalText("code", bytesMax: SecondFactorCode.textBytesMax, &errors)
        guard errors.isEmpty else { throw Problem.invalid(errors) }
        let outcome = try await security.reauthenticate(
            password: Password(password),
            code: code,
            by: call.caller(current)
        )
        switch outcome {
        case .success(let renewed):
            let session = JSON.session(renewed.session, current: renewed.session.id, at: authority.now)
            return Response(["session": session], renewing: renewed, call)
        // Which of the two was wrong is the owner's to know; whoever has found the browser open learns nothing of the password.
        case .failure(.wrongPassword), .failure(.wrongCode): throw Problem.wrongProof
        case .failure(let refusal): throw Problem(refusal)
        }
    }

    private func changePassword(_ call: Call, _ current: LiveSession) async throws -> Response {
        let fields = try await call.object()
        var errors: [Problem.FieldError] = []
        let currentPassword = fields.optionalText("currentPassword", bytesMax: Password.bytesMax, &errors)
        // The rules for passwords have a word for one that is too long.
        let newPassword = fields.text("newPassword", &errors)
        let endsOthers = fields.bool("revokeOtherSessions", orElse: true, &errors)
        if currentPassword == nil, errors.isEmpty, try await security.asksForPassword(current) {
            errors.append(.init(field: "currentPassword", message: "currentPassword is missing."))
        }
        guard errors.isEmpty else { throw Problem.invalid(errors) }
        let renewed = try await security.changePassword(
            from: Password(currentPassword ?? ""),
            to: Password(newPassword),
            endingOthers: endsOthers,
            by: call.caller(current)
        ).orProblem()
        return Response(["revoked": .integer(Int64(renewed.endedCount))], renewing: renewed, call)
    }

    private func setUp(_ call: Call, _ current: LiveSession) async throws -> Response {
        let fields = try await call.object()
        var errors: [Problem.FieldError] = []
        let password = fields.text("password", bytesMax: Password.bytesMax, &errors)
        guard errors.isEmpty else { throw Problem.invalid(errors) }
        let setup = try await security.setUp(password: Password(password), by: call.caller(current)).orProblem()
        let uri = setup.uri(call.settings)
        let code = try QRCode(uri).svg(label: TwoFactorEnablePage.qrCodeLabel)
        return Response([
            "secret": .string(setup.secret.base32), "otpauthUri": .string(uri),
            "qrCode": .string(String(decoding: code.bytes, as: UTF8.self)),
        ])
    }

    private func enable(_ call: Call, _ current: LiveSession) async throws -> Response {
        let fields = try await call.object()
        var errors: [Problem.FieldError] = []
        let code = fields.text("code", bytesMax: SecondFactorCode.textBytesMax, &errors)
        guard errors.isEmpty else { throw Problem.invalid(errors) }
        let enabled = try await security.enable(code: code, by: call.caller(current)).orProblem()
        let body: JSON = [
            "recoveryCodes": .array(enabled.recoveryCodes.map { .string($0.text) }),
            "revoked": .integer(Int64(enabled.renewed.endedCount)),
        ]
        return Response(body, renewing: enabled.renewed, call)
    }

    private func disable(_ call: Call, _ current: LiveSession) async throws -> Response {
        let (password, code) = try await passwordAndCode(call)
        let renewed = try await security.disable(password: password, code: code, by: call.caller(current)).orProblem()
        return Response(["revoked": .integer(Int64(renewed.endedCount))], renewing: renewed, call)
    }

    private func renewRecoveryCodes(_ call: Call, _ current: LiveSession) async throws -> Response {
        let (password, code) = try await passwordAndCode(call)
        let codes = try await security.renewRecoveryCodes(password: password, code: code, by: call.caller(current))
            .orProblem()
        return Response(["recoveryCodes": .array(codes.map { .string($0.text) })])
    }

    private func passwordAndCode(_ call: Call) async throws -> (Password, String) {
        let fields = try await call.object()
        var errors: [Problem.FieldError] = []
        let password = fields.text("password", bytesMax: Password.bytesMax, &errors)
        let code = fields.text("code", bytesMax: SecondFactorCode.textBytesMax, &errors)
        guard errors.isEmpty else { throw Problem.invalid(errors) }
        return (Password(password), code)
    }
}

extension AccountSecurity.Setup {
    /// What an authenticator app reads.
    func uri(_ settings: HTTPSettings) -> String {
        secret.uri(issuer: settings.appName, account: username.description)
    }
}

extension Call {
    /// Who asks for a change.
    func caller(_ session: LiveSession) -> AccountSecurity.Caller {
        AccountSecurity.Caller(session, from: client, browser: knownBrowser)
    }
}

extension Response {
    /// An answer in JSON, with the session's new cookie.
    init(_ json: JSON, renewing renewed: AccountSecurity.Renewed, _ call: Call) {
        self.init(json)
        headers[values: .setCookie] = call.settings.cookies(renewed)
    }
}
