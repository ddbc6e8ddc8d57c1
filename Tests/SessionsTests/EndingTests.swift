import Sessions
import SessionsTesting
import Testing

@testable import Sessions

@Suite struct `Ending sessions` {
    @Test func `a revoked session is refused on its next request, and the others are not`() async throws {
        let scene = try await Scene()
        let user = try await scene.register("ada")
        let current = try await scene.logIn(user)
        let other = try await scene.logIn(user)
        let third = try await scene.logIn(user)
        for opened in [other, third] { _ = try await scene.live(opened) }

        let outcome = try await scene.authority.revoke(other.session.id, by: scene.live(current), from: .mobile)

        #expect(outcome == .ended)
        try await #expect(scene.authority.worth(other.token) == .invalid(.ended(.revoked)))
        try await #expect(scene.restarted().worth(other.token) == .invalid(.ended(.revoked)))
        try await #expect(scene.authority.worth(current.token) == .valid)
        try await #expect(scene.authority.worth(third.token) == .valid)
        let event = try #require(await scene.memory.events.last)
        #expect(event.kind == .sessionRevoked)
        #expect(event.sessionID == other.session.id)
        #expect(event.userID == user.id)
        #expect(event.actor == .session(current.session.id))
        #expect(event.address == Client.mobile.address)
        #expect(event.deviceInfo == "Mobile Device - Safari")
        #expect(event.endedCount == 1)
    }

    @Test func `the current session is not revoked: that is a log-out`() async throws {
        let scene = try await Scene()
        let current = try await scene.logIn(scene.register("ada"))

        let outcome = try await scene.authority.revoke(current.session.id, by: scene.live(current), from: .desktop)

        #expect(outcome == .isCurrent)
        try await #expect(scene.authority.worth(current.token) == .valid)
    }

    @Test func `another user's session and one that is unknown are not found, and nothing happens`() async throws {
        let scene = try await Scene()
        let current = try await scene.live(scene.logIn(scene.register("ada")))
        let bobs = try await scene.logIn(scene.register("bob"))
        let events = await scene.memory.events

        for id in [bobs.session.id, .make(at: scene.clock.now)] {
            try await #expect(scene.authority.revoke(id, by: current, from: .desktop) == .notFound)
        }

        try await #expect(scene.authority.worth(bobs.token) == .valid)
        await #expect(scene.memory.events == events)
    }

    @Test func `a session that has ended while its request was under way ends no other`() async throws {
        let scene = try await Scene()
        let user = try await scene.register("ada")
        let other = try await scene.logIn(user)
        let stolen = try await scene.live(scene.logIn(user))
        _ = try await scene.authority.revoke(stolen.id, by: scene.live(other), from: .desktop)
        let events = await scene.memory.events

        await #expect(throws: CallerEnded.self) {
            try await scene.authority.revoke(other.session.id, by: stolen, from: .desktop)
        }
        await #expect(throws: CallerEnded.self) {
            try await scene.authority.revokeOthers(than: stolen, from: .desktop)
        }
        await #expect(throws: CallerEnded.self) {
            try await scene.authority.revokeAll(by: stolen, from: .desktop)
        }

        try await scene.authority.logOut(stolen, from: .desktop)
        try await #expect(scene.authority.worth(other.token) == .valid)
        await #expect(scene.memory.events == events)
    }

    @Test func `a session that has ended already is ended, without a second event`() async throws {
        let scene = try await Scene()
        let user = try await scene.register("ada")
        let current = try await scene.live(scene.logIn(user))
        let other = try await scene.logIn(user)
        _ = try await scene.authority.revoke(other.session.id, by: current, from: .desktop)
        let events = await scene.memory.events

        try await #expect(scene.authority.revoke(other.session.id, by: current, from: .desktop) == .ended)

        await #expect(scene.memory.events == events)
    }

    @Test(arguments: [1, SessionPolicy.lifetimeSeconds] as [Int64])
    func `a clock that is set back revives no session that was ended after its time`(seconds: Int64) async throws {
        let scene = try await Scene()
        let user = try await scene.register("ada")
        let due = try await scene.logIn(user)
        _ = try await scene.live(due)
        let current = try await scene.logIn(user, isRemembered: true)
        scene.clock.advance(seconds: SessionPolicy.lifetimeSeconds)

        try await #expect(scene.authority.revoke(due.session.id, by: scene.live(current), from: .desktop) == .ended)
        scene.clock.advance(seconds: -seconds)

        try await #expect(scene.authority.worth(due.token) == .invalid(.expired))
        try await #expect(scene.restarted().worth(due.token) == .invalid(.expired))
        await #expect(scene.memory.events.last?.kind == .sessionExpired)
    }

    @Test func `revoking the others leaves the current one alone, and other users`() async throws {
        let scene = try await Scene()
        let user = try await scene.register("ada")
        let opened = try await [scene.logIn(user), scene.logIn(user), scene.logIn(user)]
        let bobs = try await scene.logIn(scene.register("bob"))
        for opened in opened { _ = try await scene.live(opened) }

        try await #expect(scene.authority.revokeOthers(than: scene.live(opened[1]), from: .desktop) == 2)

        try await #expect(scene.authority.worth(opened[1].token) == .valid)
        try await #expect(scene.authority.worth(bobs.token) == .valid)
        for ended in [opened[0], opened[2]] {
            try await #expect(scene.authority.worth(ended.token) == .invalid(.ended(.revoked)))
        }
        try await #expect(scene.authority.revokeOthers(than: scene.live(opened[1]), from: .desktop) == 0)
    }

    @Test func `logging out everywhere ends the current one too, and log-ins that were under way`() async throws {
        let scene = try await Scene()
        let user = try await scene.register("ada")
        let opened = try await [scene.logIn(user), scene.logIn(user)]
        let live = try await scene.live(opened[0])
        let verified = try await scene.authenticate(user)

        try await #expect(scene.authority.revokeAll(by: live, from: .desktop).count == 2)

        for ended in opened {
            try await #expect(scene.authority.worth(ended.token) == .invalid(.ended(.revoked)))
        }
        // The password is still right: what was verified before opens a session of the new epoch.
        let later = try #require(try await scene.authority.open(for: verified, from: .desktop, isRemembered: false))
        #expect(later.session.epoch == 2)
        try await #expect(scene.authority.worth(later.token) == .valid)
    }

    @Test func `who logs out is logged out`() async throws {
        let scene = try await Scene()
        let user = try await scene.register("ada")
        let current = try await scene.logIn(user)
        let other = try await scene.logIn(user)

        try await scene.authority.logOut(scene.live(current), from: .desktop)

        try await #expect(scene.authority.worth(current.token) == .invalid(.ended(.loggedOut)))
        try await #expect(scene.authority.worth(other.token) == .valid)
        await #expect(scene.memory.events.last?.kind == .sessionLoggedOut)
    }

    @Test func `the operator ends one, a user's, or everybody's`() async throws {
        let scene = try await Scene()
        let ada = try await scene.register("ada")
        let bob = try await scene.register("bob")
        let opened = try await [scene.logIn(ada), scene.logIn(ada), scene.logIn(ada), scene.logIn(bob)]
        for opened in opened { _ = try await scene.live(opened) }
        scene.clock.advance(milliseconds: 1)

        try await #expect(scene.authority.revoke(.any(opened[0].session.id)).active.count == 1)
        try await #expect(scene.authority.worth(opened[0].token) == .invalid(.ended(.revoked)))
        try await #expect(scene.authority.worth(opened[1].token) == .valid)

        try await #expect(scene.authority.revoke(.all(of: ada.id)).active.count == 2)
        try await #expect(scene.authority.worth(opened[1].token) == .invalid(.ended(.revoked)))
        try await #expect(scene.authority.worth(opened[3].token) == .valid)

        try await #expect(scene.authority.revoke(.everyones(before: scene.clock.now, limit: 500)).active.count == 1)
        try await #expect(scene.authority.worth(opened[3].token) == .invalid(.ended(.revoked)))
    }

    // MARK: When the store fails

    @Test(arguments: [StoreProxy.Moment.before, .after])
    func `a revocation that fails is told, and memory vouches for nobody until the store was asked`(
        moment: StoreProxy.Moment
    ) async throws {
        let scene = try await Scene.behind { memory in
            StoreProxy(base: memory) { call, at in if call == .end, at == moment { throw StoreFailure() } }
        }
        let user = try await scene.register("ada")
        let current = try await scene.logIn(user)
        let other = try await scene.logIn(user)
        let live = try await scene.live(current)
        _ = try await scene.live(other)

        await #expect(throws: StoreFailure.self) {
            try await scene.authority.revoke(other.session.id, by: live, from: .desktop)
        }

        let truth: SessionAuthority.Worth = moment == .before ? .valid : .invalid(.ended(.revoked))
        try await #expect(scene.authority.worth(other.token) == truth)
        try await #expect(scene.authority.worth(current.token) == .valid)
    }

    @Test func `a check that the store cannot answer is a failure, and never a refusal`() async throws {
        let scene = try await Scene.behind { memory in
            StoreProxy(base: memory) { call, _ in if call == .record { throw StoreFailure() } }
        }
        let opened = try await scene.logIn(scene.register("ada"))

        await #expect(throws: StoreFailure.self) { try await scene.authority.worth(opened.token) }
        try await #expect(scene.authority.worth(Array("garbage".utf8)) == .invalid(.notOurs))
    }

    // MARK: While requests go on

    /// The record is read, then the session is revoked, then the reader goes on: what it has read must not get into memory.
    @Test func `a check that has read the record before a revocation leaves nothing behind that outlives it`()
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
        let user = try await scene.register("ada")
        let current = try await scene.live(scene.logIn(user))
        let other = try await scene.logIn(user)
        isGated.increment()

        async let early = scene.authority.worth(other.token)
        await gate.arrived()
        try await #expect(scene.authority.revoke(other.session.id, by: current, from: .desktop) == .ended)
        try await #expect(scene.authority.worth(other.token) == .invalid(.ended(.revoked)))
        gate.open()
        _ = try await early

        try await #expect(scene.authority.worth(other.token) == .invalid(.ended(.revoked)))
    }

    @Test(arguments: [64, 500_000])
    func `of two hundred that check all the time none that starts after the revocation is let in`(
        sessionsMax: Int
    ) async throws {
        let scene = try await Scene(live: LiveSessions(sessionsMax: sessionsMax))
        let user = try await scene.register("ada")
        let current = try await scene.live(scene.logIn(user))
        let others = try await scene.logIn(user)
        for _ in 0..<20 {
            let other = try await scene.logIn(user)
            let checks = Tally()
            let revocations = Tally()

            let wrong = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        var wrong = 0
                        var later = 0
                        while later < 3 {
                            let isLater = revocations.count > 0
                            let worth = try await scene.authority.worth(other.token)
                            checks.increment()
                            if isLater {
                                later += 1
                                if worth != .invalid(.ended(.revoked)) { wrong += 1 }
                            }
                            // Others come and go, so that a full memory is filled anew.
                            if number.isMultiple(of: 20) { _ = try await scene.authority.worth(others.token) }
                            await Task.yield()
                        }
                        return wrong
                    }
                }
                group.addTask {
                    while checks.count < 200 { await Task.yield() }
                    let outcome = try await scene.authority.revoke(other.session.id, by: current, from: .desktop)
                    revocations.increment()
                    return outcome == .ended ? 0 : 1
                }
                return try await group.reduce(0, +)
            }

            #expect(wrong == 0)
        }
    }
}

/// What a store throws that does not work.
struct StoreFailure: Error {}
