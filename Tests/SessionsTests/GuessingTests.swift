import SessionsTesting
import Testing

@testable import Sessions

@Suite struct `Guessing passwords` {
    private let wrong = Password("not the password")

    @Test func `ten wrong passwords are compared, whichever name they are tried with; then one waits`() async throws {
        let scene = try await Scene()
        _ = try await scene.register("ada")
        for round in 0..<10 {
            let name = round.isMultiple(of: 2) ? "ada" : "ADA@example.org"
            try await #expect(scene.attempt(name, wrong, from: round) == .wrong)
        }

        try await #expect(scene.attempt("ada", Scene.password, from: 10) == .waiting(60))
        try await #expect(scene.attempt("ada@example.org", Scene.password, from: 11) == .waiting(60))

        scene.clock.advance(seconds: 60)
        try await #expect(scene.attempt("ada", Scene.password, from: 10) == .right)
    }

    @Test func `a clock that is set back makes nobody wait for days`() async throws {
        let scene = try await Scene()
        _ = try await scene.register("ada")
        for round in 0..<10 { _ = try await scene.attempt("ada", wrong, from: round) }

        scene.clock.advance(seconds: -400_000)

        try await #expect(scene.attempt("ada", Scene.password, from: 10) == .waiting(3_600))
    }

    @Test func `a name that no account has, and one that is disabled, wait at the same attempt`() async throws {
        let scene = try await Scene()
        let user = try await scene.register("ada")
        _ = try await scene.accounts.disable(user.id)
        for name in ["ada", "nobody", "nobody@example.org", "not a name at all"] {
            for round in 0..<10 { try await #expect(scene.attempt(name, wrong, from: round) == .wrong) }
            try await #expect(scene.attempt(name, Scene.password, from: 10) == .waiting(60))
            scene.clock.advance(seconds: 900)
        }
    }

    @Test func `a network has thirty failures, at however many accounts`() async throws {
        let scene = try await Scene()
        _ = try await scene.register("ada")
        for round in 0..<30 { try await #expect(scene.attempt("nobody\(round)", wrong, from: 7) == .wrong) }

        try await #expect(scene.attempt("ada", Scene.password, from: 7) == .waiting(60))
        try await #expect(scene.attempt("ada", Scene.password, from: 8) == .right)
    }

    @Test func `a log-in of one's own does not give a network its failures back`() async throws {
        let scene = try await Scene()
        let mallory = try await scene.register("mallory")
        for round in 0..<29 { _ = try await scene.attempt("nobody\(round)", wrong, from: 7) }

        _ = try await scene.signIn(mallory, from: 7)
        try await #expect(scene.attempt("nobody", wrong, from: 7) == .wrong)

        try await #expect(scene.attempt("nobody", wrong, from: 7) == .waiting(60))
    }

    @Test func `nobody locks the owner's own browser out`() async throws {
        let scene = try await Scene()
        let user = try await scene.register("ada")
        let opened = try await scene.signIn(user, from: 1)
        for round in 0..<200 { _ = try await scene.attempt("ada", wrong, from: round) }

        try await #expect(scene.attempt("ada", Scene.password, from: 2) != .right)
        try await #expect(scene.attempt("ada", Scene.password, from: 1, opened.browser) == .right)
    }

    @Test func `a browser that guesses is a stranger's after ten failures`() async throws {
        let scene = try await Scene()
        let user = try await scene.register("ada")
        let opened = try await scene.signIn(user, from: 1)
        for _ in 0..<10 { try await #expect(scene.attempt("ada", wrong, from: 1, opened.browser) == .wrong) }
        await #expect(scene.memory.events.last?.kind == .knownBrowserForgotten)

        // Now it has what all strangers have together, and no more.
        for _ in 0..<10 { try await #expect(scene.attempt("ada", wrong, from: 1, opened.browser) == .wrong) }
        try await #expect(scene.attempt("ada", Scene.password, from: 1, opened.browser) == .waiting(60))
    }

    @Test func `a known browser is known to its account, after a log-in, by its newest secret`() async throws {
        let scene = try await Scene()
        let (ada, bob) = (try await scene.register("ada"), try await scene.register("bob"))
        let first = try await scene.signIn(ada, from: 1).browser
        let second = try await scene.signIn(ada, from: 1, first).browser
        func isKnown(_ secret: BrowserSecret, to user: User) async -> Bool {
            await scene.memory.knows(scene.authority.browsers.all(secret, of: user.id), of: user.id)
        }

        await #expect(isKnown(second, to: ada))
        await #expect(!isKnown(first, to: ada))
        await #expect(!isKnown(second, to: bob))
    }

    @Test func `a secret that somebody planted is never the one that becomes known`() async throws {
        let scene = try await Scene()
        let user = try await scene.register("ada")
        let planted = BrowserSecret.make()

        let opened = try await scene.signIn(user, from: 1, planted)

        #expect(opened.browser.headerValue != planted.headerValue)
        for _ in 0..<10 { _ = try await scene.attempt("ada", wrong, from: 1) }
        try await #expect(scene.attempt("ada", Scene.password, from: 1, planted) == .waiting(60))
    }

    @Test func `after a hundred failures in a row only a known browser gets in, and whoever guesses does not learn it`()
        async throws
    {
        let scene = try await Scene()
        let user = try await scene.register("ada")
        let browser = try await scene.signIn(user, from: 0).browser
        var failures = 0
        while failures < 100 {
            if try await scene.attempt("ada", wrong, from: failures) == .wrong { failures += 1 }
            scene.clock.advance(seconds: 900)
        }

        try await #expect(scene.attempt("ada", Scene.password, from: 500) == .wrong)
        scene.clock.advance(seconds: 30 * 86_400)
        try await #expect(scene.attempt("ada", Scene.password, from: 500) == .wrong)
        try await #expect(scene.attempt("ada", Scene.password, from: 0, browser) == .right)
        _ = try await scene.signIn(user, from: 0, browser)
        try await #expect(scene.attempt("ada", Scene.password, from: 500) == .right)
    }

    @Test func `guesses in parallel are counted one by one`() async throws {
        let scene = try await Scene()
        _ = try await scene.register("ada")

        let outcomes = try await withThrowingTaskGroup(of: Attempt.self) { group in
            for round in 0..<50 { group.addTask { try await scene.attempt("ada", wrong, from: round) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }

        #expect(outcomes.count { $0 == .wrong } == 10)
        #expect(outcomes.count { $0 == .waiting(60) } == 40)
    }

    @Test func `a log-in that was right is no failure`() async throws {
        let scene = try await Scene()
        let user = try await scene.register("ada")
        for _ in 0..<40 { _ = try await scene.signIn(user, from: 1) }
        for _ in 0..<9 { try await #expect(scene.attempt("ada", wrong, from: 1) == .wrong) }
        _ = try await scene.signIn(user, from: 1)
        for _ in 0..<10 { try await #expect(scene.attempt("ada", wrong, from: 1) == .wrong) }
        try await #expect(scene.attempt("ada", wrong, from: 1) == .waiting(60))
    }

    @Test func `a password that was not compared is no failure`() async throws {
        let scene = try await Scene()
        _ = try await scene.register("ada")
        let hasher = try PasswordHasher(cost: .cheap, width: 1, waitingMax: 0)
        let verifier = CredentialVerifier(
            store: scene.memory,
            hasher: hasher,
            keys: try SigningKeys(secret: Scene.secret),
            clock: scene.clock.wallClock
        )
        let gate = Gate()
        let (started, isStarted) = AsyncStream.makeStream(of: Void.self)
        async let busy: Void = hasher.run {
            isStarted.finish()
            gate.wait()
        }
        for await _ in started {}
        for _ in 0..<20 {
            await #expect(throws: PasswordHasher.Overloaded.self) {
                try await verifier.verify(identifier: "ada", password: wrong, from: .nowhere)
            }
        }
        gate.open()
        try await busy

        for round in 0..<10 { try await #expect(scene.attempt("ada", wrong, from: round) == .wrong) }
    }

    @Test func `so many accounts are made from a network in an hour, and no more`() async throws {
        let scene = try await Scene()
        let address = IPAddress("203.0.113.45")
        for _ in 0..<20 { try await #expect(scene.verifier.admitRegistration(from: address) == nil) }
        scene.clock.advance(seconds: 600)
        try await #expect(scene.verifier.admitRegistration(from: address) == 3_000)
        try await #expect(scene.verifier.admitRegistration(from: IPAddress("203.0.113.46")) == nil)
        scene.clock.advance(seconds: 3_000)
        try await #expect(scene.verifier.admitRegistration(from: address) == nil)
    }

    @Test func `logging out everywhere forgets all browsers, and gives the caller's another secret if it had one`()
        async throws
    {
        let scene = try await Scene()
        let user = try await scene.register("ada")
        let other = try await scene.signIn(user, from: 1)
        let current = try await scene.signIn(user, from: 2)

        let (count, browser) = try await scene.authority.revokeAll(
            by: scene.live(current),
            from: .desktop,
            browser: current.browser
        )

        #expect(count == 2)
        let renewed = try #require(browser)
        #expect(renewed.headerValue != current.browser.headerValue)
        for (secret, isKnown) in [(other.browser, false), (current.browser, false), (renewed, true)] {
            let digests = scene.authority.browsers.all(secret, of: user.id)
            await #expect(scene.memory.knows(digests, of: user.id) == isKnown)
        }
        let stranger = try await scene.signIn(user, from: 3)
        try await #expect(scene.authority.revokeAll(by: scene.live(stranger), from: .desktop).browser == nil)
    }
}

private enum Attempt: Hashable {
    case right
    case wrong
    case waiting(Int64)
}

extension Scene {
    fileprivate func attempt(
        _ name: String,
        _ password: Password,
        from host: Int,
        _ browser: BrowserSecret? = nil
    ) async throws -> Attempt {
        switch try await verifier.verify(
            identifier: name,
            password: password,
            from: Client(address: address(host), userAgent: nil),
            browser: browser
        ) {
        case .authenticated, .secondFactorRequired: .right
        case .invalidCredentials: .wrong
        case .throttled(let seconds): .waiting(seconds)
        }
    }

    fileprivate func signIn(
        _ user: User,
        from host: Int,
        _ browser: BrowserSecret? = nil
    ) async throws -> SessionAuthority.OpenedSession {
        let outcome = try await verifier.verify(
            identifier: user.username.description,
            password: Self.password,
            from: Client(address: address(host), userAgent: nil),
            browser: browser
        )
        guard case .authenticated(let authentication, _) = outcome else { throw Unexpected(what: "\(outcome)") }
        return try #require(try await authority.open(for: authentication, from: .desktop, isRemembered: false))
    }

    private func address(_ host: Int) -> IPAddress? { IPAddress("198.51.\(host / 256).\(host % 256)") }
}
