import HTTPTypes
import Hummingbird
import Sessions

/// `/api/auth`: accounts and log-in.
struct AccountRoutes: Sendable {
    let gate: SessionGate
    let login: LoginFlow
    let accounts: Accounts
    let authority: SessionAuthority

    var routes: [Route] {
        [
            Route(method: .post, path: "/api/auth/register", kind: .api, handler: register),
            Route(method: .post, path: "/api/auth/login", kind: .api, handler: logIn),
            Route(method: .post, path: "/api/auth/login/two-factor", kind: .api, handler: secondStep),
            Route(method: .post, path: "/api/auth/logout", kind: .api, handler: logOut),
            Route(method: .get, path: "/api/auth/me", kind: .api, handler: gate.api(me)),
        ]
    }

    private func register(_ call: Call) async throws -> Response {
        let fields = try await call.object()
        guard call.settings.isRegistrationOpen else { throw Problem.registrationClosed }
        var errors: [Problem.FieldError] = []
        // Each has its own rule about length, with a code of its own.
        let email = fields.text("email", &errors)
        let username = fields.text("username", &errors)
        let password = fields.text("password", &errors)
        guard errors.isEmpty else { throw Problem.invalid(errors) }
        let user = try await login.register(email: email, username: username, password: password, call)
        return Response(["user": .user(user)], status: .created)
    }

    private func logIn(_ call: Call) async throws -> Response {
        let fields = try await call.object()
        var errors: [Problem.FieldError] = []
        let identifier = fields.text("identifier", bytesMax: LoginName.bytesMax, &errors)
        let password = fields.text("password", bytesMax: Password.bytesMax, &errors)
        let isRemembered = fields.bool("rememberMe", &errors)
        guard errors.isEmpty else { throw Problem.invalid(errors) }
        switch try await login.logIn(identifier: identifier, password: password, isRemembered: isRemembered, call) {
        case .invalidCredentials: throw Problem.invalidCredentials
        case .throttled(let seconds): throw Problem.tooManyAttempts(retryAfterSeconds: seconds)
        case .loggedIn(let user, let opened): return loggedIn(user, opened, call)
        case .secondFactorRequired(let challenge, let instant):
            return Response([
                "twoFactorRequired": true, "challenge": .string(challenge.text), "expiresAt": .time(instant),
                "methods": .array(TwoFactorLoginPage.Method.allCases.map { .string($0.rawValue) }),
            ])
        }
    }

    private func secondStep(_ call: Call) async throws -> Response {
        let fields = try await call.object()
        var errors: [Problem.FieldError] = []
        let challenge = fields.text("challenge", bytesMax: SecondFactorCode.textBytesMax, &errors)
        let code = fields.text("code", bytesMax: SecondFactorCode.textBytesMax, &errors)
        guard errors.isEmpty else { throw Problem.invalid(errors) }
        switch try await login.logIn(challenge: challenge, code: code, call) {
        case .invalidCode: throw Problem.invalidLoginCode
        case .challengeExpired: throw Problem.challengeExpired
        case .throttled(let seconds): throw Problem.tooManyAttempts(retryAfterSeconds: seconds)
        case .loggedIn(let user, let opened): return loggedIn(user, opened, call)
        }
    }

    private func loggedIn(_ user: User, _ opened: SessionAuthority.OpenedSession, _ call: Call) -> Response {
        let session = JSON.session(opened, at: authority.now)
        var response = Response(["user": .user(user), "session": session])
        response.headers[values: .setCookie] = call.settings.cookies(opened)
        return response
    }

    private func logOut(_ call: Call) async throws -> Response {
        let fields = try await call.object(orNone: true)
        var errors: [Problem.FieldError] = []
        let forgetsBrowser = fields.bool("forgetBrowser", &errors)
        guard errors.isEmpty else { throw Problem.invalid(errors) }
        try await login.logOut(call, forgettingBrowser: forgetsBrowser)
        var response = Response(status: .noContent, headers: [.cacheControl: "no-store"])
        response.headers[values: .setCookie] =
            [call.settings.clearedCookie] + (forgetsBrowser ? [call.settings.clearedKnownBrowserCookie] : [])
        return response
    }

    private func me(_ call: Call, _ current: LiveSession) async throws -> Response {
        guard let user = try await accounts.user(current.userID),
            let session = try await authority.session(current.id, of: current.userID)
        else { throw Problem.sessionRevoked }
        return Response(["user": .user(user), "session": .session(session, current: current.id, at: authority.now)])
    }
}
