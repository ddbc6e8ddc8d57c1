import HTTPTypes
public import Hummingbird
public import Logging
public import Sessions

/// Answers every request: the way of a request, top to bottom.
public struct SessionResponder: HTTPResponder {
    /// What comes with a request.
    public typealias Context = SessionRequestContext

    private let settings: HTTPSettings
    private let table: RouteTable
    private let pages: PageShell
    private let logger: Logger

    /// Creates a responder over the product's parts.
    public init(
        authority: SessionAuthority,
        accounts: Accounts,
        verifier: CredentialVerifier,
        settings: HTTPSettings,
        logger: Logger
    ) {
        self.settings = settings
        self.logger = logger
        pages = PageShell(settings: settings)
        let gate = SessionGate(authority: authority, settings: settings)
        let login = LoginFlow(authority: authority, accounts: accounts, verifier: verifier, settings: settings)
        let security = AccountSecurity(accounts: accounts, verifier: verifier)
        let fresh = FreshAuthentication(gate: gate, security: security)
        let links = MailedLinks(accounts: accounts, verifier: verifier)
        table = RouteTable(
            AccountRoutes(gate: gate, login: login, accounts: accounts, authority: authority).routes
                + AccountSecurityRoutes(gate: gate, authority: authority, security: security).routes
                + ActivityRoutes(gate: gate, authority: authority, security: security, pages: pages).routes
                + ExportRoute(gate: gate, authority: authority, security: security).routes
                + PasswordStrengthRoute(gate: gate, accounts: accounts).routes
                + VerifyRoute(gate: gate).routes + SessionRoutes(gate: gate, authority: authority).routes
                + EventStreamRoute(gate: gate, authority: authority).routes
                + ServiceRoutes(authority: authority, settings: settings).routes
                + LoginPages(gate: gate, login: login, pages: pages).routes
                + SettingsPages(
                    gate: gate,
                    authority: authority,
                    accounts: accounts,
                    security: security,
                    pages: pages
                ).routes
                + AccountSecurityPages(gate: gate, security: security, pages: pages).routes
                + ReauthenticationPages(fresh: fresh, pages: pages).routes
                + MailedLinkRoutes(gate: gate, links: links, security: security).routes
                + MailedLinkPages(gate: gate, links: links, security: security, pages: pages).routes
        )
    }

    /// Answers a request.
    ///
    /// Never throws: an error is an answer too.
    public func respond(to request: Request, context: SessionRequestContext) async -> Response {
        settings.arrivals?.note(
            target: request.head.path ?? "",
            headers: request.headers,
            peer: context.peer,
            settings: settings
        )
        let (path, routes, id) = resolve(request)
        let kind = routes.first?.kind ?? (path.hasPrefix("/api/") ? .api : .page)
        var response: Response
        do {
            response = try await answer(request, context, routes, id)
        } catch {
            response = refusal(error, kind: kind, routes)
            note(error, request, context)
        }
        if request.method == .head {
            // The length that GET would have told, and no body.
            let length = response.headers[.contentLength]
            response.body = .init()
            response.headers[.contentLength] = length
        }
        harden(&response.headers)
        return response
    }

    private func resolve(_ request: Request) -> (path: String, routes: [Route], id: String) {
        let target = request.head.path ?? ""
        let path = String(Substring(target.utf8.prefix { $0 != UInt8(ascii: "?") }))
        let found = table.routes(at: path)
        return (path, found?.routes ?? [], found?.id ?? "")
    }

    private func answer(
        _ request: Request,
        _ context: SessionRequestContext,
        _ routes: [Route],
        _ id: String
    ) async throws -> Response {
        guard let host = request.head.authority.flatMap(Host.init) else { throw Problem.invalidHost }
        guard routes.first?.takesAnyHost == true || settings.accepts(host) else { throw Problem.invalidHost }
        guard !routes.isEmpty else { throw Problem.notFound }
        let method = request.method == .head ? .get : request.method
        guard let route = routes.first(where: { $0.method == method }) else { throw Problem.methodNotAllowed }
        if method != .get { try judge(request.head, for: route, host: host) }
        return try await route.handler(Call(request, context, settings, pathID: id))
    }

    /// Everything that is decided before a body is read.
    private func judge(_ request: HTTPRequest, for route: Route, host: Host) throws {
        let isExempt =
            route.kind == .api && Credentials.isBearerAlone(request.headerFields, cookieName: settings.cookieName)
        let origin = settings.origin(for: host)
        guard isExempt || CrossSite.allows(request, isForm: route.kind == .page, origin: origin) else {
            throw Problem.crossSite
        }
        switch (route.kind, MediaType(request.headerFields)) {
        case (.api, .json), (.page, .form): break
        case (_, .none):
            let hasBody =
                request.headerFields[.transferEncoding] != nil || (request.headerFields[.contentLength] ?? "0") != "0"
            if hasBody { throw Problem.unsupportedMediaType }
        default: throw Problem.unsupportedMediaType
        }
        if let length = request.headerFields[.contentLength].flatMap(Int.init), length > Call.bodyBytesMax {
            throw Problem.bodyTooLarge
        }
    }

    private func refusal(_ error: any Error, kind: Route.Kind, _ routes: [Route]) -> Response {
        let problem = Problem(error)
        var response = kind == .api ? problem.response : pages.refusal(problem)
        if problem == .methodNotAllowed {
            var methods = routes.map(\.method.rawValue)
            if methods.contains("GET") { methods.append("HEAD") }
            response.headers[.allow] = methods.sorted().joined(separator: ", ")
        }
        // A body that was not read is not read to its end: the connection goes with it.
        if problem == .bodyTooLarge { response.headers[.connection] = "close" }
        return response
    }

    /// Attempts to get past a check are worth a line; who is merely not logged in is not.
    private static let noted: Set<String> = [
        "ambiguous_credentials", "cross_site_request", "invalid_credentials", "invalid_host", "token_invalid",
    ]

    private func note(_ error: any Error, _ request: Request, _ context: SessionRequestContext) {
        let problem = Problem(error)
        if problem.status == .serviceUnavailable {
            logger.error("request failed", metadata: ["code": "\(problem.code)", "error": "\(type(of: error))"])
        } else if Self.noted.contains(problem.code) {
            let client = settings.clientAddress(peer: context.peer, headers: request.headers)
            logger.notice(
                "request refused",
                metadata: ["code": "\(problem.code)", "address": "\(client.map { "\($0)" } ?? "unknown")"]
            )
        }
    }

    private func harden(_ headers: inout HTTPFields) {
        for field in SecurityHeaders.fields { headers.append(field) }
    }
}
