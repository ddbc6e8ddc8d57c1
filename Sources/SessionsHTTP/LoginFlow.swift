import HTTPTypes
import Hummingbird
import Sessions

/// Making accounts, logging in and out: the same code for JSON and for forms.
struct LoginFlow: Sendable {
    let authority: SessionAuthority
    let accounts: Accounts
    let verifier: CredentialVerifier
    let settings: HTTPSettings

    /// The outcome of a log-in's first step.
    enum Outcome {
        case loggedIn(User, SessionAuthority.OpenedSession)
        case secondFactorRequired(ChallengeToken, until: Timestamp)
        case invalidCredentials
        case throttled(retryAfterSeconds: Int64)
    }

    /// The outcome of a log-in's second step.
    enum SecondStepOutcome {
        case loggedIn(User, SessionAuthority.OpenedSession)
        case invalidCode
        case challengeExpired
        case throttled(retryAfterSeconds: Int64)
    }

    /// Logs somebody in, in place of whoever the browser was logged in as.
    ///
    /// - Throws: ``Problem`` with 400 when the browser presents two cookies; the store's or the hasher's error.
    func logIn(identifier: String, password: String, isRemembered: Bool, _ call: Call) async throws -> Outcome {
        let presented = try presentedToken(call)
        switch try await verifier.verify(
            identifier: identifier,
            password: Password(password),
            isRemembered: isRemembered,
            from: call.client,
            browser: call.knownBrowser
        ) {
        case .invalidCredentials: return .invalidCredentials
        case .throttled(let seconds): return .throttled(retryAfterSeconds: seconds)
        case .secondFactorRequired(let challenge, let instant):
            return .secondFactorRequired(challenge, until: instant)
        case .authenticated(let authentication, let user):
            let opened = try await authority.open(
                for: authentication,
                from: call.client,
                isRemembered: isRemembered,
                replacing: presented
            )
            return opened.map { .loggedIn(user, $0) } ?? .invalidCredentials
        }
    }

    /// Finishes a log-in with the second factor, in place of whoever the browser was logged in as.
    ///
    /// - Throws: ``Problem`` with 400 when the browser presents two cookies; the store's error.
    func logIn(challenge text: String, code: String, _ call: Call) async throws -> SecondStepOutcome {
        let presented = try presentedToken(call)
        guard let challenge = ChallengeToken(text) else { return .challengeExpired }
        switch try await verifier.verify(code: code, for: challenge, from: call.client) {
        case .invalidCode: return .invalidCode
        case .challengeExpired: return .challengeExpired
        case .throttled(let seconds): return .throttled(retryAfterSeconds: seconds)
        case .authenticated(let authentication, let user, let isRemembered):
            let opened = try await authority.open(
                for: authentication,
                from: call.client,
                isRemembered: isRemembered,
                replacing: presented
            )
            guard let opened else {
                try await verifier.noteUsedCode(of: user.id, from: call.client)
                return .invalidCode
            }
            return .loggedIn(user, opened)
        }
    }

    /// The session that the browser has so far.
    private func presentedToken(_ call: Call) throws -> [UInt8]? {
        switch Credentials.cookie(call.request.headers, name: settings.cookieName) {
        case .none: nil
        case .token(let token): token
        case .ambiguous: throw Problem.ambiguousCredentials
        }
    }

    /// Makes an account.
    ///
    /// - Throws: ``Problem`` with 403, 409, 422 or 429; the store's or the hasher's error.
    func register(email: String, username: String, password: String, _ call: Call) async throws -> User {
        guard settings.isRegistrationOpen else { throw Problem.registrationClosed }
        let address = EmailAddress(email)
        let name = Username(username)
        var errors: [Problem.FieldError] = []
        if address == nil {
            errors += Problem.invalidEmail.errors
        }
        if name == nil {
            let rule = "Use 3 to 32 of a-z, 0-9, dot, underscore and hyphen, starting with a letter or digit."
            errors.append(.init(field: "username", message: rule))
        }
        guard let address, let name else {
            let strength = try await accounts.strength(of: Password(password), email: address, username: name)
            if let weakness = strength.weakness {
                errors.append(.init(field: "password", message: weakness.message))
            }
            throw Problem.invalid(errors, code: address == nil ? "invalid_email" : "invalid_username")
        }
        if let seconds = try await verifier.admitRegistration(from: call.client.address) {
            throw Problem.tooManyAttempts(retryAfterSeconds: seconds)
        }
        switch try await accounts.register(
            email: address,
            username: name,
            password: Password(password),
            from: call.client
        ) {
        case .registered(let user): return user
        case .weakPassword(let weakness):
            throw Problem.invalid([.init(field: "password", message: weakness.message)], code: "weak_password")
        case .taken: throw Problem.accountExists
        }
    }

    /// Logs out, whatever the request carries: who has no session is logged out already.
    ///
    /// - Throws: ``Problem`` with 400 when the request carries two tokens; the store's error.
    func logOut(_ call: Call, forgettingBrowser: Bool = false) async throws {
        switch Credentials(call.request.headers, cookieName: settings.cookieName) {
        case .none: break
        case .ambiguous: throw Problem.ambiguousCredentials
        case .token(let token):
            let user = try await authority.logOut(token: token, from: call.client)
            if forgettingBrowser, let user, let browser = call.knownBrowser {
                try await verifier.forget(browser, of: user)
            }
        }
    }
}
