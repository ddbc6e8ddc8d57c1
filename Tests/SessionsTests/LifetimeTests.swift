import Sessions
import SessionsTesting
import Testing

@testable import Sessions

@Suite struct `Lifetime of a session` {
    /// The last two start within a second: the token's times are whole seconds, the record's are not.
    static let starts = [0, 1, 499, 999].map { ManualClock.start.adding(milliseconds: $0) }

    @Test(arguments: [(false, Int64(86_400)), (true, 2_592_000)], starts)
    func `is 86,400 seconds, or 2,592,000 with Remember Me, to the millisecond`(
        lifetime: (isRemembered: Bool, seconds: Int64),
        start: Timestamp
    ) async throws {
        let scene = try await Scene(clock: ManualClock(start))
        let user = try await scene.register("ada")
        let opened = try await scene.logIn(user, isRemembered: lifetime.isRemembered)
        let end = start.adding(seconds: lifetime.seconds)
        #expect(opened.session.expiresAt == end)
        _ = try await scene.live(opened)

        // In memory, in a process that has not seen the token, and in the list.
        scene.clock.set(to: end.adding(milliseconds: -1))
        try await #expect(scene.authority.worth(opened.token) == .valid)
        try await #expect(scene.restarted().worth(opened.token) == .valid)
        try await #expect(scene.authority.sessions(of: user.id)?.sessions.count == 1)

        scene.clock.set(to: end)
        try await #expect(scene.authority.worth(opened.token) == .invalid(.expired))
        try await #expect(scene.restarted().worth(opened.token) == .invalid(.expired))
        try await #expect(scene.authority.sessions(of: user.id)?.sessions.isEmpty == true)

        scene.clock.advance(seconds: 100_000_000)
        try await #expect(scene.authority.worth(opened.token) == .invalid(.expired))
        try await #expect(scene.restarted().worth(opened.token) == .invalid(.expired))
    }

    @Test(arguments: [(false, 24), (true, 720)])
    func `is not extended by use`(isRemembered: Bool, hours: Int) async throws {
        let scene = try await Scene()
        let opened = try await scene.logIn(scene.register("ada"), isRemembered: isRemembered)

        for _ in 1..<hours {
            scene.clock.advance(seconds: 3_600)
            try await #expect(scene.authority.worth(opened.token) == .valid)
            try await scene.authority.writeActivity()
            try await scene.authority.sweepExpired()
        }
        scene.clock.advance(seconds: 3_600)

        try await #expect(scene.authority.worth(opened.token) == .invalid(.expired))
        await #expect(scene.memory.record(of: opened.session.id)?.session.expiresAt == opened.session.expiresAt)
    }

    @Test func `is over for good once the sweep has marked it, also when the clock steps back`() async throws {
        let scene = try await Scene()
        let opened = try await scene.logIn(scene.register("ada"))
        scene.clock.advance(seconds: SessionPolicy.lifetimeSeconds)
        try await #expect(scene.authority.sweepExpired() == 1)

        scene.clock.advance(seconds: -60)

        try await #expect(scene.authority.worth(opened.token) == .invalid(.expired))
        try await #expect(scene.restarted().worth(opened.token) == .invalid(.expired))
    }
}
