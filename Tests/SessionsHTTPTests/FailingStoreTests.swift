import HTTPTypes
import Sessions
import SessionsTesting
import Testing

@testable import SessionsHTTP

/// Whatever fails, and whenever: nobody is let in or told that something was done, and nothing is done without its event.
@Suite struct `A store that fails` {
    @Test(arguments: Scenario.all + Scenario.accountSecurity + Scenario.mailedLinks, Outage.Place.allCases)
    func `is 503 wherever it fails: no success, no 401, no cookie, and no change without its event`(
        scenario: Scenario,
        place: Outage.Place
    ) async throws {
        for isLasting in [false, true] {
            for isCold in [false, true] {
                for number in 1...100 {
                    let outage = Outage(place: place, number: number, isLasting: isLasting)
                    let hasFailed = try await check(scenario, outage, isCold: isCold)
                    if !hasFailed {
                        #expect(number > 1 || !isCold || scenario.isStoreless, "it never asks the store")
                        break
                    }
                    try #require(number < 100, "it does not end")
                }
            }
        }
    }

    /// Plays a scenario through an outage.
    ///
    /// - Returns: Whether the outage has come.
    private func check(_ scenario: Scenario, _ outage: Outage, isCold: Bool) async throws -> Bool {
        let stage = try await Stage(isCold: isCold)
        let request = try await scenario.request(stage)
        let before = try await stage.truth()

        stage.failing.fail(outage)
        let reply = try await stage.send(request)
        let hasFailed = stage.failing.hasFailed
        stage.failing.fail(nil)

        let comment: Comment = "\(outage)\(isCold ? ", cold" : ""): \(reply.status.code) \(reply.body.prefix(300))"
        let after = try await stage.truth()
        #expect(after.isExplained(since: before), comment)
        if hasFailed {
            #expect(reply.status == .serviceUnavailable, comment)
            #expect(reply.headers[values: .setCookie].isEmpty, comment)
            #expect(reply.headers[.retryAfter] != nil, comment)
            #expect(reply.headers[.cacheControl] == "no-store", comment)
            #expect(reply.headers[.location] == nil, comment)
            #expect(!reply.body.contains("SELECT") && !reply.body.contains("Unavailable("), comment)
            if request.path.hasPrefix("/api/") {
                #expect(reply.body.contains(#""code":"storage_unavailable""#), comment)
            }
        } else {
            #expect(reply.status.code == scenario.success, comment)
        }
        for token in stage.tokens {
            let reply = try await stage.send(.init(.get, "/api/auth/me", cookie: token.text))
            #expect(reply.status.code == (after.accepts(token) ? 200 : 401), comment)
        }
        return hasFailed
    }
}

/// Something that people do.
struct Scenario: Sendable, CustomStringConvertible {
    let description: String
    let success: Int
    let isStoreless: Bool
    let request: @Sendable (Stage) async throws -> Stage.Request

    init(
        _ description: String,
        _ success: Int,
        isStoreless: Bool = false,
        request: @escaping @Sendable (Stage) async throws -> Stage.Request
    ) {
        self.description = description
        self.success = success
        self.isStoreless = isStoreless
        self.request = request
    }

    private static let credentials: JSON = ["identifier": "ada", "password": .string(Stage.password)]
    private static let form =
        "identifier=ada%40example.org&rememberMe=on&password=" + Stage.password.replacing(" ", with: "+")

    static let all = [
        Scenario("registering", 201) { _ in
            .init(
                .post,
                "/api/auth/register",
                json: ["email": "b@example.org", "username": "bob", "password": "seven green kettles"]
            )
        },
        Scenario("registering with the form", 303) { _ in
            .init(.post, "/register", form: "email=b%40example.org&username=bob&password=seven+green+kettles")
        },
        Scenario("registering a name that is taken", 409) { _ in
            .init(
                .post,
                "/api/auth/register",
                json: ["email": "a@example.org", "username": "ada", "password": "seven green kettles"]
            )
        },
        Scenario("logging in", 200) { _ in .init(.post, "/api/auth/login", json: credentials) },
        Scenario("logging in with a wrong password", 401) { _ in
            .init(.post, "/api/auth/login", json: ["identifier": "ada", "password": "wrong"])
        },
        Scenario("logging in with the form", 303) { _ in .init(.post, "/login", form: form) },
        Scenario("logging in again in the same browser", 200) { stage in
            .init(.post, "/api/auth/login", cookie: stage.current.text, json: credentials)
        },
        Scenario("logging in with the form again in the same browser", 303) { stage in
            .init(.post, "/login", cookie: stage.current.text, form: form)
        },
        Scenario("logging in where the hash is renewed", 200) { stage in
            try await stage.weakenHash()
            return .init(.post, "/api/auth/login", json: credentials)
        },
        Scenario("asking who one is", 200) { .init(.get, "/api/auth/me", cookie: $0.current.text) },
        Scenario("being checked", 204) { .init(.get, "/api/auth/verify", cookie: $0.current.text) },
        Scenario("being checked on the way to a page", 204) {
            .init(.get, "/api/auth/verify?redirect=1", cookie: $0.current.text)
        },
        Scenario("listing", 200) { .init(.get, "/api/sessions", cookie: $0.current.text) },
        Scenario("listing the first page of several", 200) {
            .init(.get, "/api/sessions?limit=1", cookie: $0.current.text)
        },
        Scenario("listing the next page", 200) { stage in
            .init(.get, "/api/sessions?limit=1&cursor=\(try await stage.cursor())", cookie: stage.current.text)
        },
        Scenario("revoking one", 204) {
            .init(.delete, "/api/sessions/\($0.other.session)", cookie: $0.current.text, json: [:])
        },
        Scenario("revoking one that is not there", 404) { stage in
            .init(
                .delete,
                "/api/sessions/\(SessionID.make(at: ManualClock.start))",
                cookie: stage.current.text,
                json: [:]
            )
        },
        Scenario("revoking one with the form", 303) { stage in
            .init(
                .post,
                "/settings/security/sessions/\(stage.other.session)/revoke",
                cookie: stage.current.text,
                form: ""
            )
        },
        Scenario("asking to revoke one", 200) { stage in
            .init(.get, "/settings/security/sessions/\(stage.other.session)/revoke", cookie: stage.current.text)
        },
        Scenario("revoking the others", 200) {
            .init(.post, "/api/sessions/revoke-others", cookie: $0.current.text, json: [:])
        },
        Scenario("revoking the others with the form", 303) { stage in
            .init(.post, "/settings/security/revoke-others", cookie: stage.current.text, form: "")
        },
        Scenario("logging out everywhere", 200) {
            .init(.post, "/api/sessions/revoke-all", cookie: $0.current.text, json: [:])
        },
        Scenario("logging out everywhere with the form", 303) { stage in
            .init(.post, "/settings/security/revoke-all", cookie: stage.current.text, form: "")
        },
        Scenario("logging out", 204) { .init(.post, "/api/auth/logout", cookie: $0.current.text, json: [:]) },
        Scenario("logging out with the form", 303) { .init(.post, "/logout", cookie: $0.current.text, form: "") },
        Scenario("looking at the security page", 200) { .init(.get, "/settings/security", cookie: $0.current.text) },
        Scenario("looking at the security page after a revocation", 200) { stage in
            .init(.get, "/settings/security?ended=\(stage.other.session)", cookie: stage.current.text)
        },
        Scenario("looking at the profile", 200) { .init(.get, "/settings/profile", cookie: $0.current.text) },
        Scenario("coming to the log-in page while signed in", 303) { .init(.get, "/login", cookie: $0.current.text) },
        Scenario("coming to the first page", 303) { .init(.get, "/", cookie: $0.current.text) },
        Scenario("asking for help", 200) { .init(.get, "/help", cookie: $0.current.text) },
        Scenario("asking whether it is ready", 200) { _ in .init(.get, "/ready") },
        Scenario("asking whether it lives", 200, isStoreless: true) { _ in .init(.get, "/health") },
    ]
}
