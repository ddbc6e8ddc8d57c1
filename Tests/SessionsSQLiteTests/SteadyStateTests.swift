import Sessions
import SessionsTesting
import Testing

@testable import SessionsSQLite

@Suite struct `Steady state` {
    @Test func `a check of a session that was seen before runs no statement`() async throws {
        let database = try TemporaryDatabase()
        let authority = try await SessionAuthority(
            store: database.store,
            keys: SigningKeys(secret: "a secret of at least 32 characters"),
            clock: ManualClock().wallClock
        )
        let account = try await database.add("ada")
        let authentication = Authentication(
            userID: account.id,
            credentialVersion: 1,
            epoch: 1,
            methods: .password,
            at: ManualClock.start
        )
        let opened = try #require(try await authority.open(for: authentication, from: .desktop, isRemembered: false))
        _ = try await authority.verify(opened.token.bytes, from: .desktop)
        let statements = database.database.statementCount

        for _ in 0..<1_000 {
            guard case .valid = try await authority.verify(opened.token.bytes, from: .mobile) else {
                Issue.record("a live session is refused")
                return
            }
        }

        #expect(database.database.statementCount == statements)
        #expect(statements > 0)
    }

    @Test func `a token that is not ours runs no statement`() async throws {
        let database = try TemporaryDatabase()
        let authority = try await SessionAuthority(
            store: database.store,
            keys: SigningKeys(secret: "a secret of at least 32 characters"),
            clock: ManualClock().wallClock
        )
        let statements = database.database.statementCount

        for token in ["", "x", "a.b.c", String(repeating: "x", count: 700)] {
            guard case .invalid(.notOurs) = try await authority.verify(Array(token.utf8), from: .desktop) else {
                Issue.record("garbage is taken for a token")
                return
            }
        }

        #expect(database.database.statementCount == statements)
    }
}
