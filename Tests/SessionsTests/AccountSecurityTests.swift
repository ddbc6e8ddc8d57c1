import Sessions
import SessionsTesting
import Testing

@testable import Sessions

@Suite struct `What owners change` {
    @Test func `a session that goes on under a new token keeps id and expiry, and its old token opens nothing`()
        async throws
    {
        let scene = try await Scene()
        let opened = try await scene.logIn(scene.register("ada"), isRemembered: true)
        let caller = try await scene.caller(opened)
        scene.clock.advance(seconds: 100)

        let renewed = try await scene.security.reauthenticate(password: Scene.password, code: nil, by: caller).get()

        #expect(renewed.session.id == opened.session.id && renewed.session.expiresAt == opened.session.expiresAt)
        #expect(renewed.session.authenticatedAt == scene.clock.now)
        for authority in [scene.authority, try await scene.restarted()] {
            try await #expect(authority.worth(opened.token) == .invalid(.notOurs))
            try await #expect(authority.worth(renewed.token) == .valid)
        }
    }

    @Test func `a look-up that was under way when the token was renewed does not bring the old one back`()
        async throws
    {
        let gate = TaskGate()
        let isGated = Tally()
        let scene = try await Scene.behind { memory in
            StoreProxy(base: memory) { call, moment in
                if call == .record, moment == .after, isGated.count == 1 {
                    isGated.increment()
                    await gate.wait()
                }
            }
        }
        let opened = try await scene.logIn(scene.register("ada"))
        let caller = try await scene.caller(opened)
        scene.authority.live.endAll()
        isGated.increment()

        async let early = scene.authority.worth(opened.token)
        await gate.arrived()
        _ = try await scene.security.reauthenticate(password: Scene.password, code: nil, by: caller).get()
        gate.open()
        _ = try await early

        try await #expect(scene.authority.worth(opened.token) == .invalid(.notOurs))
    }

    @Test func `of changes at once with one token one is made`() async throws {
        let scene = try await Scene()
        let caller = try await scene.caller(scene.logIn(scene.register("ada")))

        let outcomes = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    switch try await scene.security.reauthenticate(password: Scene.password, code: nil, by: caller) {
                    case .success: return true
                    case .failure(.sessionChanged): return false
                    case .failure(let refusal): throw Unexpected(what: "\(refusal)")
                    }
                }
            }
            return try await group.reduce(into: [Bool]()) { $0.append($1) }
        }

        #expect(outcomes.count(where: \.self) == 1)
    }

    @Test func `a password alone makes no log-in fresh where there is a second factor`() async throws {
        let scene = try await Scene()
        let opened = try await scene.logIn(scene.register("ada"))
        let enabled = try await scene.enable(by: scene.caller(opened))
        scene.clock.advance(seconds: 1_000)
        let caller = try await scene.caller(enabled.renewed.token)

        let changed = try await scene.security.changePassword(
            from: Scene.password,
            to: Password("seven green kettles"),
            endingOthers: true,
            by: caller
        ).get()

        #expect(changed.session.authenticatedAt == enabled.renewed.session.authenticatedAt)
        #expect(changed.session.authentication == .passwordAndCode)
    }

    @Test func `after a report the reporting session alone sets a password, without the old one`() async throws {
        let scene = try await Scene()
        let user = try await scene.register("ada")
        let opened = try await scene.logIn(user)
        let other = try await scene.logIn(user)
        let caller = try await scene.caller(opened)
        let event = try #require(await scene.memory.events.last)

        let ended = try await scene.security.report(event.id, by: caller).get()

        #expect(ended == 1)
        try await #expect(scene.authority.worth(other.token) == .invalid(.ended(.reported)))
        await #expect(throws: Unexpected.self) { try await scene.authenticate(user) }
        try await #expect(scene.security.report(.make(at: scene.clock.now), by: caller).get() == nil)
        let changed = try await scene.security.changePassword(
            from: Password(""),
            to: Scene.password,
            endingOthers: true,
            by: caller
        ).get()
        try await #expect(scene.authority.worth(changed.token) == .valid)
        _ = try await scene.authenticate(user)
    }
}

@Suite struct `Seeds of second factors` {
    private static let newer = "another battery staple horse 9876543210"

    @Test func `are sealed anew under the current secret, and open afterwards without the older one`() async throws {
        let scene = try await Scene()
        let opened = try await scene.logIn(scene.register("ada"))
        _ = try await scene.enable(by: scene.caller(opened))
        let both = try SigningKeys(secret: Self.newer, previous: [Scene.secret])
        let new = try SigningKeys(secret: Self.newer)

        try await #expect(SeedRenewal(of: scene.memory, keys: both).run() == 1)

        try await #expect(SeedRenewal(of: scene.memory, keys: both).run() == 0)
        try await #expect(SeedRenewal(of: scene.memory, keys: new).run() == 0)
        let account = try #require(await scene.memory.account(opened.session.userID))
        _ = try #require(account.secondFactor).seed.secret(of: account.id, with: new)
    }

    @Test func `that no given secret opens stop the start, with their number, and none is touched`() async throws {
        let scene = try await Scene()
        let opened = try await scene.logIn(scene.register("ada"))
        _ = try await scene.enable(by: scene.caller(opened))
        let before = await scene.memory.account(opened.session.userID)

        let failure = await #expect(throws: SeedRenewal.UnknownSecret.self) {
            try await SeedRenewal(of: scene.memory, keys: SigningKeys(secret: Self.newer)).run()
        }

        #expect(failure?.count == 1)
        await #expect(scene.memory.account(opened.session.userID) == before)
    }
}

extension Scene {
    var security: AccountSecurity { AccountSecurity(accounts: accounts, verifier: verifier) }

    func caller(_ opened: SessionAuthority.OpenedSession) async throws -> AccountSecurity.Caller {
        try await caller(opened.token)
    }

    func caller(_ token: SessionToken) async throws -> AccountSecurity.Caller {
        AccountSecurity.Caller(try await authority.live(token), from: .desktop, browser: nil)
    }

    /// Turns the second factor on.
    func enable(by caller: AccountSecurity.Caller) async throws -> AccountSecurity.Enabled {
        let setup = try await security.setUp(password: Self.password, by: caller).get()
        let code = TOTP(setup.secret).code(TOTP.step(at: clock.now)).text
        return try await security.enable(code: code, by: caller).get()
    }
}
