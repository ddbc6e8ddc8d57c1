import HTTPTypes
import Sessions
import SessionsTesting
import Testing

@testable import Sessions
@testable import SessionsHTTP
@testable import SessionsSQLite

extension Stage {
    /// The account with its second factor on.
    struct Guarded: Sendable {
        let stage: Stage
        /// The token that the current session has since.
        let token: String
        let secret: TOTPSecret
        let recoveryCodes: [String]

        /// What the app shows now.
        var code: String { TOTP(secret).code(TOTP.step(at: stage.clock.now)).text }
    }

    /// Makes a seed in the current session.
    func setUpSecondFactor() async throws -> TOTPSecret {
        let reply = try await send(
            .init(
                .post,
                "/api/account/two-factor/setup",
                cookie: current.text,
                json: ["password": .string(Self.password)]
            )
        )
        let text = try #require(JSON(parsing: reply.body.utf8)["secret"]?.string)
        let bytes = try #require(Base32.standard.decode(Array(text.utf8)))
        return try #require(TOTPSecret(bytes: bytes))
    }

    /// Turns the second factor on; the other sessions end by it, and the app shows another code afterwards.
    func enableSecondFactor() async throws -> Guarded {
        let secret = try await setUpSecondFactor()
        let code = TOTP(secret).code(TOTP.step(at: clock.now)).text
        let reply = try await send(
            .init(.post, "/api/account/two-factor/enable", cookie: current.text, json: ["code": .string(code)])
        )
        let cookie = try #require(reply.headers[values: .setCookie].first { $0.hasPrefix("token=") })
        let codes = try #require(JSON(parsing: reply.body.utf8)["recoveryCodes"]?.array).compactMap(\.string)
        clock.advance(seconds: TOTP.stepSeconds)
        return Guarded(
            stage: self,
            token: String(cookie.dropFirst("token=".count).prefix { $0 != ";" }),
            secret: secret,
            recoveryCodes: codes
        )
    }

    /// The first step of a log-in.
    func challenge() async throws -> String {
        let reply = try await send(
            .init(
                .post,
                "/api/auth/login",
                json: ["identifier": "ada", "password": .string(Self.password)]
            )
        )
        return try #require(JSON(parsing: reply.body.utf8)["challenge"]?.string)
    }

    /// The newest event of the account.
    func newestEvent() async throws -> AuditEventID {
        try #require(try await database.store.events(of: account.id, before: nil, limit: 1).first?.id)
    }
}

extension Scenario {
    private static let password: JSON = .string(Stage.password)
    private static let passwordField = "password=" + Stage.password.replacing(" ", with: "+")

    /// What owners do to the credentials of their accounts.
    static let accountSecurity = [
        Scenario("logging in where a code is needed", 200) { stage in
            _ = try await stage.enableSecondFactor()
            return .init(.post, "/api/auth/login", json: ["identifier": "ada", "password": password])
        },
        Scenario("logging in with the form where a code is needed", 200) { stage in
            _ = try await stage.enableSecondFactor()
            return .init(.post, "/login", form: "identifier=ada&" + passwordField)
        },
        Scenario("giving the code", 200) { stage in
            let guarded = try await stage.enableSecondFactor()
            return .init(
                .post,
                "/api/auth/login/two-factor",
                json: ["challenge": .string(try await stage.challenge()), "code": .string(guarded.code)]
            )
        },
        Scenario("giving a recovery code", 200) { stage in
            let guarded = try await stage.enableSecondFactor()
            return .init(
                .post,
                "/api/auth/login/two-factor",
                json: [
                    "challenge": .string(try await stage.challenge()), "code": .string(guarded.recoveryCodes[0]),
                ]
            )
        },
        Scenario("giving a wrong code", 401) { stage in
            _ = try await stage.enableSecondFactor()
            return .init(
                .post,
                "/api/auth/login/two-factor",
                json: ["challenge": .string(try await stage.challenge()), "code": "wrong"]
            )
        },
        Scenario("giving the code in the form", 303) { stage in
            let guarded = try await stage.enableSecondFactor()
            let challenge = try await stage.challenge()
            return .init(.post, "/login/two-factor", form: "challenge=\(challenge)&code=\(guarded.code)")
        },
        Scenario("showing again who is there", 200) { stage in
            .init(.post, "/api/auth/reauthenticate", cookie: stage.current.text, json: ["password": password])
        },
        Scenario("showing it with a wrong password", 403) { stage in
            .init(.post, "/api/auth/reauthenticate", cookie: stage.current.text, json: ["password": "wrong"])
        },
        Scenario("changing the password", 200) { stage in
            .init(
                .post,
                "/api/account/password",
                cookie: stage.current.text,
                json: ["currentPassword": password, "newPassword": "seven green kettles"]
            )
        },
        Scenario("changing the password and keeping the others", 200) { stage in
            .init(
                .post,
                "/api/account/password",
                cookie: stage.current.text,
                json: [
                    "currentPassword": password, "newPassword": "seven green kettles", "revokeOtherSessions": false,
                ]
            )
        },
        Scenario("changing the password with the form", 303) { stage in
            .init(
                .post,
                "/settings/security/password",
                cookie: stage.current.text,
                form: "currentP" + passwordField.dropFirst()
                    + "&newPassword=seven+green+kettles&revokeOtherSessions=true"
            )
        },
        Scenario("setting up the second factor", 200) { stage in
            .init(.post, "/api/account/two-factor/setup", cookie: stage.current.text, json: ["password": password])
        },
        Scenario("looking at the seed", 200) { stage in
            _ = try await stage.setUpSecondFactor()
            return .init(.get, "/settings/security/two-factor/enable", cookie: stage.current.text)
        },
        Scenario("turning the second factor on", 200) { stage in
            let secret = try await stage.setUpSecondFactor()
            let code = TOTP(secret).code(TOTP.step(at: stage.clock.now)).text
            return .init(
                .post,
                "/api/account/two-factor/enable",
                cookie: stage.current.text,
                json: ["code": .string(code)]
            )
        },
        Scenario("turning the second factor off", 200) { stage in
            let guarded = try await stage.enableSecondFactor()
            return .init(
                .post,
                "/api/account/two-factor/disable",
                cookie: guarded.token,
                json: ["password": password, "code": .string(guarded.code)]
            )
        },
        Scenario("turning the second factor off with the form", 303) { stage in
            let guarded = try await stage.enableSecondFactor()
            return .init(
                .post,
                "/settings/security/two-factor/disable",
                cookie: guarded.token,
                form: passwordField + "&code=" + guarded.code
            )
        },
        Scenario("making new recovery codes", 200) { stage in
            let guarded = try await stage.enableSecondFactor()
            return .init(
                .post,
                "/api/account/two-factor/recovery-codes",
                cookie: guarded.token,
                json: ["password": password, "code": .string(guarded.recoveryCodes[0])]
            )
        },
        Scenario("reading one's history", 200) { .init(.get, "/api/account/activity", cookie: $0.current.text) },
        Scenario("reading one's history on the page", 200) {
            .init(.get, "/settings/security/activity", cookie: $0.current.text)
        },
        Scenario("reporting what was not oneself", 200) { stage in
            let id = try await stage.newestEvent()
            return .init(.post, "/api/account/activity/\(id)/report", cookie: stage.current.text, json: [:])
        },
    ]
}
