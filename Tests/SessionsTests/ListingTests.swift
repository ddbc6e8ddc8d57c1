import Sessions
import SessionsTesting
import Testing

@testable import Sessions

@Suite struct `A user's list` {
    @Test func `shows activity that is not written yet, in its place`() async throws {
        var graz = Location()
        graz.city = "Graz"
        let place = graz
        let scene = try await Scene(locate: { $0 == Client.mobile.address ? place : nil })
        let user = try await scene.register("ada")
        let first = try await scene.logIn(user)
        scene.clock.advance(seconds: 10)
        let second = try await scene.logIn(user)
        scene.clock.advance(seconds: 10)
        _ = try await scene.authority.live(first.token, from: .mobile)
        let time = scene.clock.now

        for isWritten in [false, true] {
            if isWritten { try await scene.authority.writeActivity() }
            let page = try #require(try await scene.authority.sessions(of: user.id))

            #expect(page.sessions.map(\.id) == [first.session.id, second.session.id])
            #expect(page.sessions[0].lastActivity == time)
            #expect(page.sessions[0].address == Client.mobile.address)
            #expect(page.sessions[0].userAgent == Client.mobile.userAgent)
            #expect(page.sessions[0].device.info == "Mobile Device - Safari")
            #expect(page.sessions[0].location == graz)
            #expect(page.sessions[0].signInAddress == Client.desktop.address)
            #expect(page.sessions[0].expiresAt == first.session.expiresAt)
            #expect(page.next == nil)
            #expect(page.total == 2)
            try await #expect(scene.authority.session(first.session.id, of: user.id) == page.sessions[0])
        }
        await #expect(scene.memory.record(of: first.session.id)?.session.lastActivity == time)
    }

    @Test func `has on its first page a session that only memory knows to belong there`() async throws {
        let scene = try await Scene()
        let user = try await scene.register("ada")
        let first = try await scene.logIn(user)
        for _ in 0..<5 {
            scene.clock.advance(seconds: 1)
            _ = try await scene.logIn(user)
        }
        scene.clock.advance(seconds: 1)
        _ = try await scene.live(first)

        let page = try #require(try await scene.authority.sessions(of: user.id, limit: 2))

        #expect(page.sessions[0].id == first.session.id)
        #expect(page.total == 6)
        try await #expect(Self.rest(of: page, scene, user).count == 6)
    }

    @Test func `keeps its order from page to page while sessions are used, opened and ended`() async throws {
        let scene = try await Scene()
        let user = try await scene.register("ada")
        var opened: [SessionAuthority.OpenedSession] = []
        for _ in 0..<23 {
            scene.clock.advance(seconds: 1)
            opened.append(try await scene.logIn(user))
        }
        let current = try await scene.live(opened[22])
        let order = opened.reversed().map(\.session.id)

        var page = try #require(try await scene.authority.sessions(of: user.id, limit: 5))
        var seen = page.sessions.map(\.id)
        while let next = page.next {
            for touched in opened.shuffled().prefix(9) {
                scene.clock.advance(milliseconds: 10)
                _ = try await scene.authority.worth(touched.token)
            }
            if seen.count == 10 { try await scene.authority.writeActivity() }
            if seen.count == 15 { _ = try await scene.authority.revoke(order[17], by: current, from: .desktop) }
            _ = try await scene.logIn(user)
            let cursor = try #require(SessionCursor(next.description))
            page = try #require(try await scene.authority.sessions(of: user.id, after: cursor, limit: 5))
            #expect(page.total == 23)
            seen += page.sessions.map(\.id)
        }

        #expect(seen == order.filter { $0 != order[17] })
    }

    @Test func `is paged by a cursor for its own user alone, and for ten minutes`() async throws {
        let scene = try await Scene()
        let user = try await scene.register("ada")
        let bob = try await scene.register("bob")
        for _ in 0..<3 { _ = try await scene.logIn(user) }
        let cursor = try #require(try await scene.authority.sessions(of: user.id, limit: 1)?.next)

        try await #expect(scene.authority.sessions(of: bob.id, after: cursor) == nil)
        scene.clock.advance(milliseconds: 599_999)
        try await #expect(scene.authority.sessions(of: user.id, after: cursor)?.sessions.count == 2)
        scene.clock.advance(milliseconds: 1)
        try await #expect(scene.authority.sessions(of: user.id, after: cursor) == nil)
    }

    @Test(arguments: [
        "", "x", "AAAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAA=",
        "AAAAAAAAAAAA+AAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAAA ", "ÄAAAAAAAAAAAAAAAAAAAAAA",
    ])
    func `is not paged by a text that is no cursor`(text: String) {
        #expect(SessionCursor(text) == nil)
    }

    @Test func `is not paged by a cursor that was made up`() async throws {
        let scene = try await Scene()
        let user = try await scene.register("ada")
        for _ in 0..<3 { _ = try await scene.logIn(user) }
        let page = try #require(try await scene.authority.sessions(of: user.id, limit: 1))
        let beyond = SessionCursor(listing: try #require(page.next).listing, offset: 3)

        try await #expect(
            scene.authority.sessions(of: user.id, after: SessionCursor("AAAAAAAAAAAAAAAAAAAAAAAA")) == nil
        )
        try await #expect(scene.authority.sessions(of: user.id, after: beyond) == nil)
    }

    @Test(arguments: [(-5, 1), (0, 1), (1, 1), (100, 100), (101, 100), (Int.max, 100)])
    func `holds from 1 to 100 on a page`(limit: Int, count: Int) async throws {
        let scene = try await Scene()
        let user = try await scene.register("ada")
        let authentication = try await scene.authenticate(user)
        for _ in 0..<120 {
            _ = try await scene.authority.open(for: authentication, from: .desktop, isRemembered: false)
        }

        let page = try #require(try await scene.authority.sessions(of: user.id, limit: limit))

        #expect(page.sessions.count == count)
        try await #expect(Set(Self.rest(of: page, scene, user)).count == 120)
    }

    @Test func `has nobody else's, and a session that ended only as a device`() async throws {
        let scene = try await Scene()
        let user = try await scene.register("ada")
        let bob = try await scene.register("bob")
        let current = try await scene.live(scene.logIn(user))
        let other = try await scene.logIn(user, from: .mobile)
        let bobs = try await scene.logIn(bob)

        try await #expect(scene.authority.session(bobs.session.id, of: user.id) == nil)
        try await #expect(scene.authority.endedDevice(other.session.id, of: user.id) == nil)
        _ = try await scene.authority.revoke(other.session.id, by: current, from: .desktop)

        try await #expect(scene.authority.session(other.session.id, of: user.id) == nil)
        try await #expect(scene.authority.endedDevice(other.session.id, of: user.id)?.info == "Mobile Device - Safari")
        try await #expect(scene.authority.endedDevice(other.session.id, of: bob.id) == nil)
        try await #expect(scene.authority.sessions(of: user.id)?.sessions.map(\.id) == [current.id])
    }

    /// The ids on a page and all that follow it.
    private static func rest(
        of page: SessionAuthority.SessionPage,
        _ scene: Scene,
        _ user: User
    ) async throws -> [SessionID] {
        var page = page
        var ids = page.sessions.map(\.id)
        while let next = page.next {
            page = try #require(try await scene.authority.sessions(of: user.id, after: next, limit: 50))
            ids += page.sessions.map(\.id)
        }
        return ids
    }
}
