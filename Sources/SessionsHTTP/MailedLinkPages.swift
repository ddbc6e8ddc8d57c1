import HTTPTypes
import Hummingbird
import Sessions

/// The pages that links in mails lead to, and the one to ask for such a mail.
///
/// A link shows what it would do, and does it when its form is sent: programs that look at mail follow links, and send no forms. None
/// of the pages needs a cookie, which browsers keep back from who comes by a link (SameSite=Strict).
struct MailedLinkPages: Sendable {
    let gate: SessionGate
    let links: MailedLinks
    let security: AccountSecurity
    let pages: PageShell

    static let forgotten = "/forgot-password"
    private static let email = "/settings/profile/email"
    // Pages of their own: whoever reads them may be signed in, to this account or to another, or not.
    private static let reported = "/report/done"
    private static let confirmed = "/confirm-email/done"

    var routes: [Route] {
        [
            route(.get, Self.forgotten, forgottenPage),
            route(.post, Self.forgotten, requestPassword),
            route(.get, "/reset/{id}", resetPage),
            route(.post, "/reset/{id}", reset),
            route(.get, "/report/{id}", reportPage),
            route(.post, "/report/{id}", report),
            route(.get, "/confirm-email/{id}", confirmEmailPage),
            route(.post, "/confirm-email/{id}", confirmEmail),
            route(.get, Self.reported) { _ in Response(page: MessagePage.reported(site: pages.site).html) },
            route(.get, Self.confirmed) { _ in Response(page: MessagePage.emailConfirmed(site: pages.site).html) },
            route(.get, Self.email, gate.page(emailPage)),
            route(.post, Self.email, gate.page(requestEmail)),
        ]
    }

    private func route(_ method: HTTPRequest.Method, _ path: String, _ handler: @escaping Route.Handler) -> Route {
        Route(method: method, path: path, kind: .page) { call in
            guard call.settings.sendsMail else { throw Problem.notFound }
            return try await handler(call)
        }
    }

    // MARK: A forgotten password

    private func forgottenPage(_ call: Call) async throws -> Response {
        let query = (try? call.query("sent")) ?? FormFields()
        return Response(page: ForgottenPasswordPage(site: pages.site, isSent: query["sent"] == "1").html)
    }

    private func requestPassword(_ call: Call) async throws -> Response {
        let form = try await call.form("identifier")
        let identifier = form["identifier"] ?? ""
        var page = ForgottenPasswordPage(
            site: pages.site,
            identifier: identifier.prefix(utf8BytesMax: LoginName.bytesMax)
        )
        guard !identifier.isEmpty, identifier.utf8.count <= LoginName.bytesMax else {
            page.errors.fields = [.init(name: "identifier", message: "Enter your email or username.")]
            return Response(page: page.html, status: .unprocessableContent)
        }
        if let seconds = try await links.requestPassword(named: identifier, from: call.client) {
            let problem = Problem.tooManyAttempts(retryAfterSeconds: seconds)
            page.errors.message = problem.detail
            return Response(page: page.html, refusing: problem)
        }
        return Response(seeOther: Self.forgotten + "?sent=1")
    }

    // MARK: Links

    private func subject(_ call: Call, _ purpose: MailedLink.Purpose) async throws -> MailedLinks.Subject? {
        try await links.subject(of: call.pathID, for: purpose)
    }

    private func invalid(_ purpose: MailedLink.Purpose) -> Response {
        Response(page: MessagePage.invalidLink(site: pages.site, purpose).html, status: Problem.linkInvalid.status)
    }

    private func resetPage(_ call: Call) async throws -> Response {
        guard let subject = try await subject(call, .password) else { return invalid(.password) }
        return Response(page: resetPage(call, subject).html)
    }

    private func resetPage(_ call: Call, _ subject: MailedLinks.Subject) -> ResetPasswordPage {
        ResetPasswordPage(site: pages.site, username: subject.user.username.description, token: call.pathID)
    }

    private func reset(_ call: Call) async throws -> Response {
        let form = try await call.form("newPassword")
        let outcome = try await links.setPassword(
            call.pathID,
            to: Password(form["newPassword"] ?? ""),
            from: call.client
        )
        switch outcome {
        case .success: return Response(seeOther: "/login?reason=password_changed")
        case .failure(.weakPassword(let weakness)):
            guard let subject = try await subject(call, .password) else { return invalid(.password) }
            var page = resetPage(call, subject)
            page.errors.fields = [.init(name: "newPassword", message: weakness.message)]
            return Response(page: page.html, status: .unprocessableContent)
        case .failure(let refusal): return try refused(refusal, .password)
        }
    }

    private func reportPage(_ call: Call) async throws -> Response {
        guard let subject = try await subject(call, .report) else { return invalid(.report) }
        let page = ReportLinkPage(
            site: pages.site,
            username: subject.user.username.description,
            address: subject.address.description,
            isFormerAddress: subject.address != subject.user.email,
            event: subject.activity.map { ActivityEvent($0, current: nil) },
            nowMilliseconds: gate.authority.now.milliseconds,
            token: call.pathID
        )
        return Response(page: page.html)
    }

    private func report(_ call: Call) async throws -> Response {
        _ = try await call.form()
        switch try await links.report(call.pathID, from: call.client) {
        case .success: return Response(seeOther: Self.reported)
        case .failure(let refusal): return try refused(refusal, .report)
        }
    }

    private func confirmEmailPage(_ call: Call) async throws -> Response {
        guard let subject = try await subject(call, .email) else { return invalid(.email) }
        let page = ConfirmEmailPage(
            site: pages.site,
            username: subject.user.username.description,
            address: subject.address.description,
            token: call.pathID
        )
        return Response(page: page.html)
    }

    private func confirmEmail(_ call: Call) async throws -> Response {
        _ = try await call.form()
        switch try await links.confirmEmail(call.pathID, from: call.client) {
        case .success: return Response(seeOther: Self.confirmed)
        case .failure(let refusal): return try refused(refusal, .email)
        }
    }

    private func refused(_ refusal: MailedLinks.Refusal, _ purpose: MailedLink.Purpose) throws(Problem) -> Response {
        if refusal == .invalid { return invalid(purpose) }
        throw Problem(refusal)
    }

    // MARK: The address

    private func emailPage(_ call: Call, _ current: LiveSession) async throws -> Response {
        Response(page: try await emailPage(current).html)
    }

    private func emailPage(_ current: LiveSession) async throws -> EmailPage {
        guard let user = try await security.user(of: current) else { throw Problem.notFound }
        return EmailPage(
            site: pages.site,
            account: pages.account(current),
            email: user.email.description,
            isConfirmed: user.isEmailVerified,
            asksForCode: user.secondFactorSince != nil
        )
    }

    private func requestEmail(_ call: Call, _ current: LiveSession) async throws -> Response {
        let form = try await call.form("email", "password", "code")
        var page = try await emailPage(current)
        page.email = (form["email"] ?? "").prefix(utf8BytesMax: 254)
        guard let address = EmailAddress(form["email"] ?? "") else {
            page.errors.fields = Problem.invalidEmail.errors.map { .init(name: $0.field, message: $0.message) }
            return Response(page: page.html, status: .unprocessableContent)
        }
        let outcome = try await security.requestEmail(
            address,
            password: Password(form["password"] ?? ""),
            code: form["code"],
            by: call.caller(current)
        )
        switch outcome {
        case .success: return Response(seeOther: "/settings/profile?email=sent")
        case .failure(let refusal):
            page.errors = try FormErrors(refusal)
            return Response(page: page.html, refusing: refusal)
        }
    }
}

extension Response {
    /// A form that is shown again, with how long to wait.
    fileprivate init(page: HTML, refusing problem: Problem) {
        self.init(page: page, status: problem.status)
        if let seconds = problem.retryAfterSeconds { headers[.retryAfter] = "\(seconds)" }
    }
}
