import HTTPTypes
import Hummingbird
import Sessions

/// `POST /api/auth/password-strength`: what the meter beside a new password asks while somebody types.
///
/// Nothing is looked up by what was typed, so the answer tells nothing of other accounts; nothing of it is kept or logged.
struct PasswordStrengthRoute: Sendable {
    let gate: SessionGate
    let accounts: Accounts

    var routes: [Route] {
        [Route(method: .post, path: "/api/auth/password-strength", kind: .api, handler: judge)]
    }

    private func judge(_ call: Call) async throws -> Response {
        let fields = try await call.object()
        var errors: [Problem.FieldError] = []
        let password = fields.text("password", &errors)
        let email = fields.optionalText("email", bytesMax: LoginName.bytesMax, &errors)
        let username = fields.optionalText("username", bytesMax: LoginName.bytesMax, &errors)
        guard errors.isEmpty else { throw Problem.invalid(errors) }
        let owner = try await owner(call)
        // Who is still typing an address or a name has none yet.
        let strength = try await accounts.strength(
            of: Password(password),
            email: email.flatMap(EmailAddress.init) ?? owner?.email,
            username: username.flatMap(Username.init) ?? owner?.username
        )
        return Response([
            "acceptable": .bool(strength.isAcceptable),
            "bits": .number("\((strength.bits * 10).rounded() / 10)"),
            "message": .string(strength.message),
        ])
    }

    /// The account of a signed-in caller, who is about to choose a new password for it.
    private func owner(_ call: Call) async throws -> User? {
        do {
            return try await accounts.user(gate.session(of: call).userID)
        } catch let problem as Problem where problem.status == .unauthorized {
            return nil
        }
    }
}
