import HTTPTypes
import Hummingbird
import Sessions

/// Asks for the password before other sessions are ended, where the log-in is old (decision C5).
struct FreshAuthentication: Sendable {
    let gate: SessionGate
    let security: AccountSecurity

    /// What a form must ask for; `nil` while the log-in is fresh.
    func question(_ current: LiveSession) async throws -> Reauthentication? {
        guard !gate.isFresh(current) else { return nil }
        return Reauthentication(
            username: current.username.description,
            asksForCode: try await security.asksForCode(current)
        )
    }

    /// Does what a form asks for, once the proof that it brings along was taken, if one is needed.
    ///
    /// - Parameters:
    ///   - form: The form.
    ///   - call: The request that brought it.
    ///   - current: The session that it was sent with.
    ///   - again: Shows the form again, with what was wrong.
    ///   - body: Does it, in the session as it goes on. Whatever comes of it, an error too, takes the new cookies along: the old
    ///     token opens nothing any more.
    /// - Returns: What `body` answers, or the form again.
    /// - Throws: ``Problem`` when the session has ended by the proof; what `body` throws; the store's or the hasher's error.
    func require(
        _ form: FormFields,
        _ call: Call,
        _ current: LiveSession,
        again: (Reauthentication, FormErrors) async throws -> HTML,
        then body: (LiveSession) async throws -> Response
    ) async throws -> Response {
        guard let question = try await question(current) else { return try await body(current) }
        guard let password = form["password"], !password.isEmpty else {
            let errors = FormErrors(fields: [.init(name: "password", message: "Enter your password.")])
            return Response(page: try await again(question, errors), status: .unprocessableContent)
        }
        let outcome = try await security.reauthenticate(
            password: Password(password),
            code: form["code"],
            by: call.caller(current)
        )
        switch outcome {
        case .failure(let refusal):
            let errors = try question.asksForCode ? FormErrors(ofProof: refusal) : FormErrors(refusal)
            return Response(page: try await again(question, errors), refusing: refusal)
        case .success(let renewed):
            let cookies = call.settings.cookies(renewed)
            do {
                let session = try await gate.session(of: Array(renewed.token.headerValue.utf8), call)
                var response = try await body(session)
                response.headers[values: .setCookie] += cookies
                return response
            } catch {
                var problem = Problem(error)
                problem.cookies = cookies
                throw problem
            }
        }
    }
}
