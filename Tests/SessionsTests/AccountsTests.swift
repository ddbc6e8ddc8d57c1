import Sessions
import SessionsTesting
import Testing

@testable import Sessions

@Suite struct `Making and changing accounts` {
    @Test func `an account is made with what was given, by the system or by the operator`() async throws {
        let scene = try await Scene()
        let user = try await scene.register("ada")

        let account = try #require(await scene.memory.account(user.id))
        #expect(account.user == user)
        #expect(user.email.description == "ada@example.org")
        #expect(!user.isEmailVerified)
        #expect(user.createdAt == scene.clock.now)
        #expect(account.passwordHash?.encoded.hasPrefix("$argon2id$v=19$m=64,t=1,p=1$") == true)
        await #expect(scene.memory.events.map(\.actor) == [.system])

        _ = try await scene.accounts.register(
            email: #require(EmailAddress("bob@example.org")),
            username: #require(Username("bob")),
            password: Scene.password,
            from: nil
        )
        await #expect(scene.memory.events.last?.actor == .operator)
        await #expect(scene.memory.events.last?.kind == .accountCreated)
    }

    @Test func `a weak password makes no account and sets none`() async throws {
        let scene = try await Scene()
        let user = try await scene.register("ada")
        let opened = try await scene.logIn(user)
        let before = await scene.memory.account(user.id)

        let registration = try await scene.accounts.register(
            email: #require(EmailAddress("bob@example.org")),
            username: #require(Username("bob")),
            password: Password("password"),
            from: .desktop
        )
        guard case .weakPassword(.common) = registration else {
            Issue.record("\(registration)")
            return
        }
        try await #expect(scene.accounts.setPassword(Password("short"), of: user.id) == .weakPassword(.tooShort))

        await #expect(scene.memory.account(user.id) == before)
        await #expect(scene.memory.accounts(after: nil, limit: 9).count == 1)
        try await #expect(scene.authority.worth(opened.token) == .valid)
    }

    @Test func `the owner's own words may not be chosen, by the owner or by the operator`() async throws {
        let scene = try await Scene()
        let user = try await scene.register("countess")
        let password = Password("kettle ocean countess ladder")

        let registration = try await scene.accounts.register(
            email: #require(EmailAddress("countess@example.com")),
            username: #require(Username("somebody")),
            password: password,
            from: .desktop
        )
        guard case .weakPassword(.personal) = registration else {
            Issue.record("\(registration)")
            return
        }
        try await #expect(scene.accounts.setPassword(password, of: user.id) == .weakPassword(.personal))
        let other = try await scene.register("somebody-else")
        try await #expect(scene.accounts.setPassword(password, of: other.id) == .set(ended: 0))
    }

    @Test(arguments: [("ada@example.org", "bob"), ("bob@example.org", "ada"), ("ADA@example.org", "ADA")])
    func `a taken address or name makes no second account`(email: String, username: String) async throws {
        let scene = try await Scene()
        _ = try await scene.register("ada")

        let registration = try await scene.accounts.register(
            email: #require(EmailAddress(email)),
            username: #require(Username(username)),
            password: Scene.password,
            from: .desktop
        )

        guard case .taken = registration else {
            Issue.record("\(registration)")
            return
        }
        await #expect(scene.memory.accounts(after: nil, limit: 9).count == 1)
    }

    @Test func `a password that is set ends the sessions, and only it logs in from then on`() async throws {
        let scene = try await Scene()
        let user = try await scene.register("ada")
        let opened = try await [scene.logIn(user), scene.logIn(user)]
        for opened in opened { _ = try await scene.live(opened) }
        let password = Password("another one that is good")

        try await #expect(scene.accounts.setPassword(password, of: user.id) == .set(ended: 2))

        for opened in opened {
            try await #expect(scene.authority.worth(opened.token) == .invalid(.ended(.passwordChanged)))
        }
        try await #expect(scene.verifies("ada", Scene.password) == false)
        try await #expect(scene.verifies("ada", password))
    }

    @Test func `a disabled account is out at once, and its old sessions stay ended when it is enabled`() async throws {
        let scene = try await Scene()
        let user = try await scene.register("ada")
        let opened = try await scene.logIn(user)
        _ = try await scene.live(opened)

        try await #expect(scene.accounts.disable(user.id) == 1)
        try await #expect(scene.authority.worth(opened.token) == .invalid(.ended(.disabled)))
        try await #expect(scene.verifies("ada", Scene.password) == false)

        try await #expect(scene.accounts.enable(user.id))
        try await #expect(scene.verifies("ada", Scene.password))
        try await #expect(scene.authority.worth(opened.token) == .invalid(.ended(.disabled)))
    }

    @Test func `a deleted account is out at once, and one of the same name does not revive its sessions`() async throws
    {
        let scene = try await Scene()
        let user = try await scene.register("ada")
        let opened = try await scene.logIn(user)
        _ = try await scene.live(opened)

        try await #expect(scene.accounts.delete(user.id) == 1)
        try await #expect(scene.authority.worth(opened.token) == .invalid(.ended(.revoked)))
        _ = try await scene.register("ada")

        try await #expect(scene.authority.worth(opened.token) == .invalid(.ended(.revoked)))
    }

    @Test func `an account that does not exist is told as such`() async throws {
        let scene = try await Scene()
        let nobody = UserID.make(at: scene.clock.now)

        try await #expect(scene.accounts.user(nobody) == nil)
        try await #expect(scene.accounts.setPassword(Scene.password, of: nobody) == .notFound)
        try await #expect(scene.accounts.disable(nobody) == nil)
        try await #expect(scene.accounts.enable(nobody) == false)
        try await #expect(scene.accounts.delete(nobody) == nil)
    }
}

@Suite struct `Credential verifier` {
    @Test(arguments: ["ada", "ADA", "ada@example.org", "Ada@Example.ORG"])
    func `name and address, in any case, and the password belong together`(identifier: String) async throws {
        let scene = try await Scene()
        let user = try await scene.register("ada")
        scene.clock.advance(seconds: 5)

        let outcome = try await scene.verifier.verify(identifier: identifier, password: Scene.password, from: .nowhere)

        guard case .authenticated(let authentication, let found) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(found == user)
        #expect(authentication.userID == user.id)
        #expect(authentication.methods == .password)
        #expect(authentication.at == scene.clock.now)
        #expect([authentication.credentialVersion, authentication.epoch] == [1, 1])
    }

    @Test(arguments: [
        ("ada", "a password that nobody else use"), ("ada", "A password that nobody else uses"),
        ("ada", "a password that nobody else uses "), ("ada", ""), ("bob", "a password that nobody else uses"),
        ("ada@example.com", "a password that nobody else uses"), ("", "a password that nobody else uses"),
        ("ada ", "a password that nobody else uses"), ("ada\0", "a password that nobody else uses"),
        ("' OR 1=1 --", "a password that nobody else uses"),
    ])
    func `anything else is refused, and nothing is told apart`(identifier: String, password: String) async throws {
        let scene = try await Scene()
        _ = try await scene.register("ada")

        try await #expect(!scene.verifies(identifier, Password(password)))
    }

    @Test func `an account without a password lets nobody in`() async throws {
        let scene = try await Scene()
        let account = try Account.sample("ada", passwordHash: nil)
        _ = await scene.memory.add(account, .sample(.accountCreated, user: account.id))

        for password in ["", "null", "password"] { try await #expect(!scene.verifies("ada", Password(password))) }
    }

    @Test func `a hash of another cost is renewed at log-in, and of today's is not`() async throws {
        let scene = try await Scene()
        let user = try await scene.register("ada")
        let older = try #require(await scene.memory.account(user.id))
        _ = try await scene.authenticate(user)
        await #expect(scene.memory.account(user.id) == older)
        let stronger = try PasswordHasher(cost: .init(memoryKiB: 128, passes: 2, lanes: 1), width: 1)
        let verifier = CredentialVerifier(
            store: scene.memory,
            hasher: stronger,
            keys: try SigningKeys(secret: Scene.secret),
            clock: scene.clock.wallClock
        )
        let session = try await scene.logIn(user)

        let wrong = try await verifier.verify(identifier: "ada", password: Password("wrong"), from: .nowhere)
        guard case .invalidCredentials = wrong else {
            Issue.record("\(wrong)")
            return
        }
        await #expect(scene.memory.account(user.id) == older)
        let outcome = try await verifier.verify(identifier: "ada", password: Scene.password, from: .nowhere)

        guard case .authenticated(let authentication, _) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        let renewed = try #require(await scene.memory.account(user.id))
        #expect(renewed.passwordHash?.encoded.hasPrefix("$argon2id$v=19$m=128,t=2,p=1$") == true)
        #expect([renewed.credentialVersion, renewed.epoch] == [1, 1])
        try await #expect(scene.authority.worth(session.token) == .valid)
        try await #expect(scene.verifies("ada", Scene.password))
        try await #expect(
            scene.authority.open(for: authentication, from: .desktop, isRemembered: false) != nil
        )
    }

    @Test func `a store that fails lets nobody in and says nothing of the password`() async throws {
        let scene = try await Scene.behind { memory in
            StoreProxy(base: memory) { call, _ in if call == .account { throw StoreFailure() } }
        }

        for identifier in ["ada", "ada@example.org"] {
            await #expect(throws: StoreFailure.self) { try await scene.verifies(identifier, Scene.password) }
        }
    }
}

extension Scene {
    fileprivate func verifies(_ identifier: String, _ password: Password) async throws -> Bool {
        if case .authenticated = try await verifier.verify(identifier: identifier, password: password, from: .nowhere) {
            true
        } else {
            false
        }
    }
}
