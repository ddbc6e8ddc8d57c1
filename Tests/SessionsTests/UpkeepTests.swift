import Logging
import Sessions
import SessionsTesting
import Testing

@testable import Sessions

@Suite struct `Upkeep` {
    @Test func `activity is written once, however many requests there were`() async throws {
        let written = Tally()
        let scene = try await Scene.behind { memory in
            StoreProxy(base: memory) { call, moment in if call == .note, moment == .after { written.increment() } }
        }
        let opened = try await scene.logIn(scene.register("ada"))
        for _ in 0..<100 {
            scene.clock.advance(milliseconds: 1)
            _ = try await scene.live(opened)
        }
        let time = scene.clock.now

        try await scene.authority.writeActivity()
        try await scene.authority.writeActivity()

        #expect(written.count == 1)
        await #expect(scene.memory.record(of: opened.session.id)?.session.lastActivity == time)
    }

    @Test func `activity never revives what has ended meanwhile`() async throws {
        let scene = try await Scene()
        let opened = try await scene.logIn(scene.register("ada"))
        let live = try await scene.live(opened)
        scene.clock.advance(seconds: 1)
        _ = try await scene.authority.live(opened.token, from: .mobile)
        try await scene.authority.logOut(live, from: .desktop)
        let record = await scene.memory.record(of: opened.session.id)

        try await scene.authority.writeActivity()

        await #expect(scene.memory.record(of: opened.session.id) == record)
        try await #expect(scene.authority.worth(opened.token) == .invalid(.ended(.loggedOut)))
    }

    @Test func `activity that could not be written is noted again with the next request, with its client`() async throws
    {
        let failures = Tally()
        let scene = try await Scene.behind { memory in
            StoreProxy(base: memory) { call, moment in
                guard call == .note, moment == .before, failures.count == 0 else { return }
                failures.increment()
                throw StoreFailure()
            }
        }
        let user = try await scene.register("ada")
        let opened = try await scene.logIn(user)
        _ = try await scene.authority.live(opened.token, from: .mobile)
        await #expect(throws: StoreFailure.self) { try await scene.authority.writeActivity() }

        scene.clock.advance(seconds: 1)
        _ = try await scene.authority.live(opened.token, from: .mobile)

        try await #expect(scene.authority.sessions(of: user.id)?.sessions.first?.address == Client.mobile.address)
        try await scene.authority.writeActivity()
        let session = try #require(await scene.memory.record(of: opened.session.id)).session
        #expect(session.lastActivity == scene.clock.now)
        #expect(session.address == Client.mobile.address)
        #expect(session.device == Client.mobile.device)
    }

    @Test func `the sweep marks all that has run out, batch after batch`() async throws {
        let steps = Tally()
        let scene = try await Scene.behind { memory in
            StoreProxy(base: memory) { call, moment in if call == .sweep, moment == .after { steps.increment() } }
        }
        let user = try await scene.register("ada")
        let authentication = try await scene.authenticate(user)
        for _ in 0..<1_001 {
            _ = try await scene.authority.open(for: authentication, from: .desktop, isRemembered: false)
        }
        let remembered = try await scene.logIn(user, isRemembered: true)
        scene.clock.advance(seconds: SessionPolicy.lifetimeSeconds)

        try await #expect(scene.authority.sweepExpired() == 1_001)

        #expect(steps.count == 3)
        await #expect(scene.memory.events.count { $0.kind == .sessionExpired } == 1_001)
        try await #expect(scene.authority.worth(remembered.token) == .valid)
        try await #expect(scene.authority.sweepExpired() == 0)
    }

    @Test func `the purge keeps what ended for as long as it should be kept`() async throws {
        let scene = try await Scene()
        let user = try await scene.register("ada")
        let opened = try await scene.logIn(user)
        let remembered = try await scene.logIn(user, isRemembered: true)
        for _ in 0..<3 { _ = try await scene.logIn(user) }
        let cursor = try #require(try await scene.authority.sessions(of: user.id, limit: 1)?.next)
        try await scene.authority.logOut(scene.live(opened), from: .desktop)

        scene.clock.advance(milliseconds: 600_000)
        try await #expect(scene.authority.purge(retentionSeconds: 600) == 0)
        scene.clock.advance(milliseconds: 1)
        try await #expect(scene.authority.purge(retentionSeconds: 600) == 2)

        await #expect(scene.memory.record(of: opened.session.id) == nil)
        await #expect(scene.memory.listing(cursor.listing, of: user.id) == nil)
        try await #expect(scene.authority.worth(remembered.token) == .valid)
        try await #expect(scene.authority.worth(opened.token) == .invalid(.ended(.revoked)))
        await #expect(scene.memory.events.contains { $0.kind == .sessionLoggedOut })
    }

    @Test func `the service does all of it, goes on after a failure and writes the last activity when it stops`()
        async throws
    {
        let rounds = AsyncStream.makeStream(of: Void.self)
        let scene = try await Scene.behind { memory in
            StoreProxy(base: memory) { call, moment in
                guard call == .sweep, moment == .before else { return }
                rounds.continuation.yield()
                throw StoreFailure()
            }
        }
        let opened = try await scene.logIn(scene.register("ada"))
        var schedule = SessionUpkeep.Schedule()
        schedule.sweepSeconds = 0
        schedule.purgeSeconds = 0
        let upkeep = SessionUpkeep(
            of: scene.authority,
            schedule: schedule,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )

        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await upkeep.run() }
            for await _ in rounds.stream.prefix(10) {}
            scene.clock.advance(seconds: 1)
            _ = try await scene.authority.live(opened.token, from: .mobile)
            group.cancelAll()
            try await group.waitForAll()
        }

        let session = try #require(await scene.memory.record(of: opened.session.id)).session
        #expect(session.lastActivity == scene.clock.now)
        #expect(session.address == Client.mobile.address)
    }
}
