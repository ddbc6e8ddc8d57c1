import Sessions
import SessionsTesting
import Testing

@testable import Sessions

@Suite struct `Opening a session` {
    @Test func `the record holds what the log-in told`() async throws {
        var graz = Location()
        graz.city = "Graz"
        let place = graz
        let scene = try await Scene(locate: { $0 == Client.mobile.address ? place : nil })
        let user = try await scene.register("ada")

        let opened = try await scene.logIn(user, from: .mobile, isRemembered: true)

        let now = scene.clock.now
        let session = opened.session
        #expect(session.userID == user.id)
        #expect(session.device.info == "Mobile Device - Safari")
        #expect(session.address == Client.mobile.address)
        #expect(session.signInAddress == Client.mobile.address)
        #expect(session.userAgent == Client.mobile.userAgent)
        #expect(session.location == graz)
        #expect([session.createdAt, session.lastActivity, session.authenticatedAt] == [now, now, now])
        #expect(session.isRemembered)
        #expect(session.ending == nil)
        await #expect(scene.memory.record(of: session.id)?.session == session)
        let event = try #require(await scene.memory.events.last)
        #expect(event.kind == .loginSucceeded)
        #expect(event.sessionID == session.id)
        #expect(event.actor == .session(session.id))
        #expect(event.address == Client.mobile.address)
    }

    @Test func `the store holds a digest of the token, and the token nowhere`() async throws {
        let scene = try await Scene()
        let opened = try await scene.logIn(scene.register("ada"))

        #expect(opened.session.tokenDigest == TokenDigest(of: opened.token.bytes))
        #expect("\(opened.session.tokenDigest)" == "<redacted>")
        #expect(!"\(opened.session)".contains(opened.token.headerValue))
        #expect(TokenDigest(bytes: Array(repeating: 0, count: 31)) == nil)
    }

    @Test func `a log-in never keeps an id, and the session that the browser presents is replaced`() async throws {
        let scene = try await Scene()
        let user = try await scene.register("ada")
        let older = try await scene.logIn(user)
        _ = try await scene.live(older)

        let newer = try await scene.logIn(user, replacing: older.token)

        #expect(newer.session.id != older.session.id)
        try await #expect(scene.authority.worth(older.token) == .invalid(.ended(.replaced)))
        try await #expect(scene.authority.worth(newer.token) == .valid)
        await #expect(scene.memory.events.suffix(2).map(\.kind) == [.sessionReplaced, .loginSucceeded])
    }

    @Test func `the session of another user is replaced too: the browser speaks for somebody else now`() async throws {
        let scene = try await Scene()
        let bobs = try await scene.logIn(scene.register("bob"))

        _ = try await scene.logIn(scene.register("ada"), replacing: bobs.token)

        try await #expect(scene.authority.worth(bobs.token) == .invalid(.ended(.replaced)))
    }

    @Test func `what the browser presents may be worth nothing`() async throws {
        let scene = try await Scene()
        let user = try await scene.register("ada")
        let ended = try await scene.logIn(user)
        try await scene.authority.logOut(scene.live(ended), from: .desktop)
        let planted = SessionToken(bytes: Array("planted".utf8))

        for presented in [ended.token, planted] {
            let opened = try await scene.logIn(user, replacing: presented)
            try await #expect(scene.authority.worth(opened.token) == .valid)
        }

        await #expect(scene.memory.record(of: ended.session.id)?.session.ending?.reason == .loggedOut)
        await #expect(!scene.memory.events.contains { $0.kind == .sessionReplaced })
    }

    @Test func `credentials that have changed since they were verified open nothing, and replace nothing`() async throws
    {
        let scene = try await Scene()
        let user = try await scene.register("ada")
        let bobs = try await scene.logIn(scene.register("bob"))
        let verified = try await scene.authenticate(user)
        _ = try await scene.accounts.setPassword(Password("another one that is good"), of: user.id)

        let opened = try await scene.authority.open(
            for: verified,
            from: .desktop,
            isRemembered: false,
            replacing: bobs.token.bytes
        )

        #expect(opened == nil)
        try await #expect(scene.authority.worth(bobs.token) == .valid)
        await #expect(scene.memory.sessions(of: user.id, activeAt: scene.clock.now, limit: 9).isEmpty)
    }

    @Test func `an account that was disabled since opens nothing`() async throws {
        let scene = try await Scene()
        let user = try await scene.register("ada")
        let verified = try await scene.authenticate(user)
        _ = try await scene.accounts.disable(user.id)

        let opened = try await scene.authority.open(for: verified, from: .desktop, isRemembered: false)

        #expect(opened == nil)
    }

    @Test func `an account whose sessions end all the time makes a log-in fail, not open an ended session`()
        async throws
    {
        let openings = Tally()
        let scene = try await Scene.behind { memory in
            StoreProxy(base: memory) { call, moment in
                guard call == .open, moment == .before else { return }
                openings.increment()
                guard let ada = await memory.accounts(after: nil, limit: 1).first else { return }
                let event = AuditEvent.sample(.accountDisabled, user: ada.id)
                _ = await memory.setDisabled(.sample(), of: ada.id, event)
                _ = await memory.setDisabled(nil, of: ada.id, event)
            }
        }
        let verified = try await scene.authenticate(scene.register("ada"))

        await #expect(throws: SessionAuthority.Contention.self) {
            try await scene.authority.open(for: verified, from: .desktop, isRemembered: false)
        }

        #expect(openings.count == 3)
        await #expect(scene.memory.sessions(of: verified.userID, activeAt: scene.clock.now, limit: 9).isEmpty)
    }

    @Test(arguments: [StoreProxy.Moment.before, .after])
    func `when the store fails memory does not vouch for the session that may have been replaced`(
        moment: StoreProxy.Moment
    ) async throws {
        let openings = Tally()
        let scene = try await Scene.behind { memory in
            StoreProxy(base: memory) { call, at in
                guard call == .open, at == moment else { return }
                openings.increment()
                if openings.count == 2 { throw StoreFailure() }
            }
        }
        let user = try await scene.register("ada")
        let older = try await scene.logIn(user)
        _ = try await scene.live(older)

        await #expect(throws: StoreFailure.self) { try await scene.logIn(user, replacing: older.token) }

        let truth: SessionAuthority.Worth = moment == .before ? .valid : .invalid(.ended(.replaced))
        try await #expect(scene.authority.worth(older.token) == truth)
    }
}
