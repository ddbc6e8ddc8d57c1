import HTTPTypes
import Sessions
import SessionsTesting
import Testing

@testable import Sessions
@testable import SessionsHTTP
@testable import SessionsSQLite

extension Stage {
    /// The token of the newest link for something that was mailed.
    func link(for purpose: MailedLink.Purpose) async throws -> String {
        let late = clock.now.adding(seconds: 1_000)
        let notices = try await database.store.takeNotices(of: .mail, at: late, until: late, limit: 100)
        let notice = try #require(notices.last { $0.kind.linkPurpose == purpose })
        let keys = try SigningKeys(secret: "correct horse battery staple 0123456789")
        return LinkSigner(keys: keys).token(of: notice.id, for: purpose).text
    }

    /// The same for a password that somebody has forgotten.
    func passwordLink() async throws -> String {
        try await database.store.note(failure: .sample(.passwordResetRequested, user: account.id, by: .system))
        return try await link(for: .password)
    }
}

extension Scenario {
    static let mailedLinks = [
        Scenario("asking for mail to set a password", 202) { _ in
            .init(.post, "/api/auth/forgot-password", json: ["identifier": "ada"])
        },
        Scenario("asking for mail to set a password with the form", 303) { _ in
            .init(.post, "/forgot-password", form: "identifier=nobody")
        },
        Scenario("setting a password by a link", 200) { stage in
            let token = JSON.string(try await stage.passwordLink())
            return .init(
                .post,
                "/api/auth/reset-password",
                json: ["token": token, "newPassword": "seven green kettles"]
            )
        },
        Scenario("looking at a link", 200) { stage in .init(.get, "/reset/\(try await stage.passwordLink())") },
        Scenario("setting a weak password by a link", 422) { stage in
            .init(.post, "/reset/\(try await stage.passwordLink())", form: "newPassword=short")
        },
        Scenario("presenting what is no link", 404) { _ in
            .init(.post, "/api/auth/report", json: ["token": "no link"])
        },
        Scenario("reporting by a link", 303) { stage in
            try await stage.database.store.note(failure: .sample(.passwordChanged, user: stage.account.id))
            return .init(.post, "/report/\(try await stage.link(for: .report))", form: "")
        },
        Scenario("asking for an address", 202) { stage in
            .init(
                .post,
                "/api/account/email",
                cookie: stage.current.text,
                json: ["email": "new@example.net", "password": .string(Stage.password)]
            )
        },
        Scenario("confirming an address by a link", 204) { stage in
            let token = JSON.string(try await stage.link(for: .email))
            return .init(.post, "/api/auth/confirm-email", json: ["token": token])
        },
    ]
}
