import Sessions
import SessionsTesting
import Testing

@testable import Sessions

@Suite struct `Session feed` {
    @Test func `tells an owner's other pages what starts and ends, and the ended one that it is signed out`()
        async throws
    {
        let scene = try await Scene()
        let user = try await scene.register("ada")
        let current = try await scene.live(scene.logIn(user))
        let other = try await scene.live(scene.logIn(user))
        let mine = try #require(scene.authority.feed.subscribe(current))
        let others = try #require(scene.authority.feed.subscribe(other))
        let bob = try await scene.register("bob")
        let bobs = try #require(scene.authority.feed.subscribe(try await scene.live(scene.logIn(bob))))

        let third = try await scene.logIn(user)
        _ = try await scene.authority.revoke(other.id, by: current, from: .desktop)
        let fourth = try await scene.logIn(user, replacing: third.token)
        try await scene.authority.logOut(current, from: .desktop)

        await #expect(
            Self.words(mine) == [
                "started \(third.session.id)", "ended \(other.id) revoked", "ended \(third.session.id) replaced",
                "started \(fourth.session.id)", "signed out logged_out",
            ]
        )
        await #expect(Self.words(others) == ["started \(third.session.id)", "signed out revoked"])
        _ = try await scene.accounts.disable(bob.id)
        await #expect(Self.words(bobs) == ["signed out disabled"])
    }

    @Test(arguments: [
        (Session.EndReason.passwordChanged, "password_changed"), (.disabled, "disabled"), (.revoked, "revoked"),
        (.expired, "expired"),
    ])
    func `says why a page is signed out`(reason: Session.EndReason, word: String) async throws {
        let scene = try await Scene()
        let user = try await scene.register("ada")
        let subscription = try #require(scene.authority.feed.subscribe(try await scene.live(scene.logIn(user))))

        switch reason {
        case .passwordChanged: _ = try await scene.accounts.setPassword(Password("a new one that is fine"), of: user.id)
        case .disabled: _ = try await scene.accounts.delete(user.id)
        case .expired:
            scene.clock.advance(seconds: SessionPolicy.lifetimeSeconds)
            try await scene.authority.sweepExpired()
        default: _ = try await scene.authority.revoke(.all(of: user.id))
        }

        await #expect(Self.words(subscription) == ["signed out \(word)"])
    }

    @Test func `says nothing of a change that failed`() async throws {
        let scene = try await Scene.behind { memory in
            StoreProxy(base: memory) { call, moment in if call == .end, moment == .before { throw StoreFailure() } }
        }
        let user = try await scene.register("ada")
        let current = try await scene.live(scene.logIn(user))
        let other = try await scene.live(scene.logIn(user))
        let subscription = try #require(scene.authority.feed.subscribe(other))

        await #expect(throws: StoreFailure.self) {
            try await scene.authority.revoke(other.id, by: current, from: .desktop)
        }
        _ = try await scene.accounts.disable(user.id)

        let words = await Self.words(subscription)
        #expect(words.last == "signed out disabled")
        #expect(!words.contains { $0.hasSuffix("revoked") })
    }

    @Test func `serves eight streams of a session and refuses the ninth, until one is given up`() async throws {
        let scene = try await Scene()
        let user = try await scene.register("ada")
        let current = try await scene.live(scene.logIn(user))
        let other = try await scene.live(scene.logIn(user))
        let feed = scene.authority.feed

        var streams = (0..<8).compactMap { _ in feed.subscribe(current) }
        #expect(streams.count == 8)
        #expect(feed.subscribe(current) == nil)
        #expect(feed.subscribe(other) != nil)

        streams.removeLast()
        streams += [feed.subscribe(current)].compactMap(\.self)
        #expect(streams.count == 8)
        #expect(feed.subscribe(current) == nil)
    }

    @Test func `drops the oldest for a reader that does not read, and never who is signed out`() async throws {
        let scene = try await Scene()
        let user = try await scene.register("ada")
        let current = try await scene.live(scene.logIn(user))
        let subscription = try #require(scene.authority.feed.subscribe(current))

        for _ in 0..<200 { _ = try await scene.logIn(user) }
        try await scene.authority.logOut(current, from: .desktop)

        let words = await Self.words(subscription)
        #expect(words.count == SessionFeed.waitingMax)
        #expect(words.last == "signed out logged_out")
    }

    /// All that a subscription was told, until it ended.
    private static func words(_ subscription: SessionFeed.Subscription) async -> [String] {
        var words: [String] = []
        for await event in subscription.events {
            switch event {
            case .started(let id): words.append("started \(id)")
            case .ended(let id, let reason): words.append("ended \(id) \(reason.rawValue)")
            case .signedOut(let reason): words.append("signed out \(reason.rawValue)")
            case .tokenReplaced: words.append("token replaced")
            }
        }
        return words
    }
}
