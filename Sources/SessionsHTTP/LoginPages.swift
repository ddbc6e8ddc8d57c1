import HTTPTypes
import Hummingbird
import Sessions

/// The pages before one is signed in, and their forms.
struct LoginPages: Sendable {
    let gate: SessionGate
    let login: LoginFlow
    let pages: PageShell

    private static let start = "/settings/security"

    var routes: [Route] {
        [
            Route(method: .get, path: "/", kind: .page, handler: root),
            Route(method: .get, path: "/login", kind: .page, handler: loginPage),
            Route(method: .post, path: "/login", kind: .page, handler: logIn),
            Route(method: .get, path: "/login/two-factor", kind: .page) { _ in Response(seeOther: "/login") },
            Route(method: .post, path: "/login/two-factor", kind: .page, handler: secondStep),
            Route(method: .get, path: "/register", kind: .page, handler: registerPage),
            Route(method: .post, path: "/register", kind: .page, handler: register),
            Route(method: .post, path: "/logout", kind: .page, handler: logOut),
            Route(method: .get, path: "/help", kind: .page, handler: help),
        ]
    }

    private func root(_ call: Call) async throws -> Response {
        Response(seeOther: try await visitor(call) == nil ? "/login" : Self.start)
    }

    /// The session of a visitor, if there is one.
    ///
    /// Who has none may be here all the same.
    private func visitor(_ call: Call) async throws -> LiveSession? {
        do {
            return try await gate.session(of: call)
        } catch let problem as Problem where problem.status == .unauthorized {
            return nil
        }
    }

    private func loginPage(_ call: Call) async throws -> Response {
        let query = (try? call.query("next", "reason", "registered", "again")) ?? FormFields()
        let next = NextPage(query["next"], cookieDomain: call.settings.cookieDomain)
        if try await visitor(call) != nil { return proceed(to: next, after: .get) }
        if mustRefresh(call, query) { return refresh(reason: query["reason"], next: next) }
        return Response(
            page: LoginPage(
                site: pages.site,
                reason: query["reason"].flatMap(LoginPage.Reason.init),
                next: next?.text,
                isRegistrationOpen: call.settings.isRegistrationOpen,
                sendsMail: call.settings.sendsMail,
                isRegistered: query["registered"] == "1"
            ).html
        )
    }

    /// SameSite=Strict keeps the cookie back when one comes by a link from another site.
    ///
    /// A page that loads itself again comes from this site, with the cookie; the mark in the address keeps it from
    /// doing so twice.
    private func mustRefresh(_ call: Call, _ query: FormFields) -> Bool {
        guard call.request.headers[.secFetchSite] == "cross-site", query["again"] == nil else { return false }
        if case .none = Credentials.cookie(call.request.headers, name: call.settings.cookieName) { return true }
        return false
    }

    private func refresh(reason: String?, next: NextPage?) -> Response {
        var url = "/login?again=1"
        if let reason = reason.flatMap(LoginPage.Reason.init) { url += "&reason=\(reason.rawValue)" }
        if let next { url += "&next=\(next.text.percentEncoded)" }
        return Response(page: MessagePage.refreshing(site: pages.site, url: url).html)
    }

    private func logIn(_ call: Call) async throws -> Response {
        let form = try await call.form("identifier", "password", "rememberMe", "next")
        let identifier = form["identifier"] ?? ""
        let password = form["password"] ?? ""
        let isRemembered = form["rememberMe"] != nil
        let next = NextPage(form["next"], cookieDomain: call.settings.cookieDomain)
        var page = LoginPage(
            site: pages.site,
            next: next?.text,
            isRegistrationOpen: call.settings.isRegistrationOpen,
            sendsMail: call.settings.sendsMail,
            identifier: identifier.prefix(utf8BytesMax: LoginName.bytesMax),
            rememberMe: isRemembered
        )
        if identifier.isEmpty {
            page.errors.fields.append(.init(name: "identifier", message: "Enter your email or username."))
        }
        if password.isEmpty { page.errors.fields.append(.init(name: "password", message: "Enter your password.")) }
        guard page.errors.isEmpty else { return Response(page: page.html, status: .unprocessableContent) }
        let isPossible = identifier.utf8.count <= LoginName.bytesMax && password.utf8.count <= Password.bytesMax
        let outcome: LoginFlow.Outcome =
            if isPossible {
                try await login.logIn(
                    identifier: identifier,
                    password: password,
                    isRemembered: isRemembered,
                    call
                )
            } else {
                .invalidCredentials
            }
        switch outcome {
        case .loggedIn(_, let opened): return loggedIn(opened, next, call)
        case .secondFactorRequired(let challenge, _):
            // The challenge is in the page alone: addresses are kept by browsers and told to others.
            let page = TwoFactorLoginPage(site: pages.site, challenge: challenge.text, next: next?.text)
            return Response(page: page.html)
        case .invalidCredentials:
            page.errors.fields = [.init(name: "password", message: Problem.invalidCredentials.detail)]
            return Response(page: page.html, status: .unprocessableContent)
        case .throttled(let seconds):
            let problem = Problem.tooManyAttempts(retryAfterSeconds: seconds)
            page.errors.message = problem.detail
            var response = Response(page: page.html, status: problem.status)
            response.headers[.retryAfter] = "\(seconds)"
            return response
        }
    }

    private func secondStep(_ call: Call) async throws -> Response {
        let form = try await call.form("challenge", "code", "method", "next")
        let challenge = form["challenge"] ?? ""
        let code = form["code"] ?? ""
        let next = NextPage(form["next"], cookieDomain: call.settings.cookieDomain)
        var page = TwoFactorLoginPage(
            site: pages.site,
            challenge: challenge.prefix(utf8BytesMax: SecondFactorCode.textBytesMax),
            next: next?.text,
            method: form["method"].flatMap(TwoFactorLoginPage.Method.init) ?? .oneTimeCode
        )
        guard !code.isEmpty else {
            page.errors.fields = [.init(name: "code", message: "Enter a code.")]
            return Response(page: page.html, status: .unprocessableContent)
        }
        switch try await login.logIn(challenge: challenge, code: code, call) {
        case .loggedIn(_, let opened): return loggedIn(opened, next, call)
        case .invalidCode:
            page.errors.fields = [.init(name: "code", message: Problem.invalidLoginCode.detail)]
            return Response(page: page.html, status: .unprocessableContent)
        case .challengeExpired:
            page.challenge = nil
            return Response(page: page.html, status: .unprocessableContent)
        case .throttled(let seconds):
            let problem = Problem.tooManyAttempts(retryAfterSeconds: seconds)
            page.errors.message = problem.detail
            var response = Response(page: page.html, status: problem.status)
            response.headers[.retryAfter] = "\(seconds)"
            return response
        }
    }

    private func loggedIn(_ opened: SessionAuthority.OpenedSession, _ next: NextPage?, _ call: Call) -> Response {
        var response = proceed(to: next, after: .post)
        response.headers[values: .setCookie] = call.settings.cookies(opened)
        return response
    }

    /// To the next page.
    ///
    /// Another host is reached by a page that loads it: `form-action` stops a redirection of a form there.
    private func proceed(to next: NextPage?, after method: HTTPRequest.Method) -> Response {
        switch next {
        case nil: Response(seeOther: Self.start)
        case .path(let path): Response(seeOther: path)
        case .url(let url):
            method == .get
                ? Response(seeOther: url) : Response(page: MessagePage.leaving(site: pages.site, url: url).html)
        }
    }

    private func registerPage(_ call: Call) async throws -> Response {
        guard call.settings.isRegistrationOpen else { throw Problem.registrationClosed }
        return Response(page: RegisterPage(site: pages.site).html)
    }

    private func register(_ call: Call) async throws -> Response {
        let form = try await call.form("email", "username", "password")
        let email = form["email"] ?? ""
        let username = form["username"] ?? ""
        do {
            _ = try await login.register(email: email, username: username, password: form["password"] ?? "", call)
            return Response(seeOther: "/login?registered=1")
        } catch let problem as Problem where problem.status == .unprocessableContent || problem == .accountExists {
            var page = RegisterPage(
                site: pages.site,
                email: email.prefix(utf8BytesMax: 254),
                username: username.prefix(utf8BytesMax: 32)
            )
            page.errors = FormErrors(
                message: problem == .accountExists ? problem.detail : nil,
                fields: problem.errors.map { .init(name: $0.field, message: $0.message) }
            )
            return Response(page: page.html, status: .unprocessableContent)
        }
    }

    private func logOut(_ call: Call) async throws -> Response {
        try await login.logOut(call)
        var response = Response(seeOther: "/login?reason=logged_out")
        response.headers[.setCookie] = call.settings.clearedCookie
        return response
    }

    private func help(_ call: Call) async throws -> Response {
        let visitor = try await visitor(call)
        let page = HelpPage(
            site: pages.site,
            account: visitor.map(pages.account),
            sendsMail: call.settings.sendsMail
        )
        return Response(page: page.html)
    }
}
