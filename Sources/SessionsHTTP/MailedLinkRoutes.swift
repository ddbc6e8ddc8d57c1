import HTTPTypes
import Hummingbird
import Sessions

/// What goes by mail, in JSON: a forgotten password, the links, and the e-mail address.
///
/// Without mail there is none of it.
struct MailedLinkRoutes: Sendable {
    let gate: SessionGate
    let links: MailedLinks
    let security: AccountSecurity

    static let requested = "If there is such an account, a mail with a link is on its way."
    static let emailRequested = "If the address can be used, a mail with a link is on its way to it."

    var routes: [Route] {
        [
            route("/api/auth/forgot-password", requestPassword),
            route("/api/auth/reset-password", resetPassword),
            route("/api/auth/confirm-email", confirmEmail),
            route("/api/auth/report", report),
            route("/api/account/email", gate.api(requestEmail)),
        ]
    }

    private func route(_ path: String, _ handler: @escaping Route.Handler) -> Route {
        Route(method: .post, path: path, kind: .api) { call in
            guard call.settings.sendsMail else { throw Problem.notFound }
            return try await handler(call)
        }
    }

    private func requestPassword(_ call: Call) async throws -> Response {
        let fields = try await call.object()
        var errors: [Problem.FieldError] = []
        let identifier = fields.text("identifier", bytesMax: LoginName.bytesMax, &errors)
        guard errors.isEmpty else { throw Problem.invalid(errors) }
        if let seconds = try await links.requestPassword(named: identifier, from: call.client) {
            throw Problem.tooManyAttempts(retryAfterSeconds: seconds)
        }
        return Response(["message": .string(Self.requested)], status: .accepted)
    }

    private func resetPassword(_ call: Call) async throws -> Response {
        let fields = try await call.object()
        var errors: [Problem.FieldError] = []
        let token = fields.text("token", bytesMax: LinkToken.textBytesMax, &errors)
        let password = fields.text("newPassword", &errors)
        guard errors.isEmpty else { throw Problem.invalid(errors) }
        let count = try await links.setPassword(token, to: Password(password), from: call.client).orProblem()
        return Response(["revoked": .integer(Int64(count))])
    }

    private func confirmEmail(_ call: Call) async throws -> Response {
        _ = try await links.confirmEmail(try await token(call), from: call.client).orProblem()
        return Response(status: .noContent, headers: [.cacheControl: "no-store"])
    }

    private func report(_ call: Call) async throws -> Response {
        let count = try await links.report(try await token(call), from: call.client).orProblem()
        return Response(["revoked": .integer(Int64(count)), "passwordChangeRequired": true])
    }

    private func token(_ call: Call) async throws -> String {
        let fields = try await call.object()
        var errors: [Problem.FieldError] = []
        let token = fields.text("token", bytesMax: LinkToken.textBytesMax, &errors)
        guard errors.isEmpty else { throw Problem.invalid(errors) }
        return token
    }

    private func requestEmail(_ call: Call, _ current: LiveSession) async throws -> Response {
        let fields = try await call.object()
        var errors: [Problem.FieldError] = []
        let email = fields.text("email", &errors)
        let password = fields.text("password", bytesMax: Password.bytesMax, &errors)
        let code = fields.optionalText("code", bytesMax: SecondFactorCode.textBytesMax, &errors)
        guard errors.isEmpty else { throw Problem.invalid(errors) }
        guard let address = EmailAddress(email) else { throw Problem.invalidEmail }
        try await security.requestEmail(address, password: Password(password), code: code, by: call.caller(current))
            .orProblem()
        return Response(["message": .string(Self.emailRequested)], status: .accepted)
    }
}

extension Problem {
    static let linkInvalid = Problem(
        status: .notFound,
        code: "link_invalid",
        detail:
            "The link is not valid any more: it was used, it is too old, or something has changed since. Nothing was done."
    )
    static let invalidEmail = Problem.invalid(
        [.init(field: "email", message: "Give an email address, such as ada@example.org.")],
        code: "invalid_email"
    )

    /// Why a link was not used.
    init(_ refusal: MailedLinks.Refusal) {
        self =
            switch refusal {
            case .invalid: .linkInvalid
            case .throttled(let seconds): .tooManyAttempts(retryAfterSeconds: seconds)
            case .weakPassword(let weakness):
                .invalid([.init(field: "newPassword", message: weakness.message)], code: "weak_password")
            }
    }
}

extension Result where Failure == MailedLinks.Refusal {
    /// What was done.
    ///
    /// - Throws: ``Problem`` when nothing was.
    func orProblem() throws(Problem) -> Success {
        switch self {
        case .success(let value): return value
        case .failure(let refusal): throw Problem(refusal)
        }
    }
}
