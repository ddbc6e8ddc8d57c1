import SessionsTesting
import Testing

@testable import Sessions

@Suite struct `A lock on log-ins` {
    private let wrong = Password("not the password")

    @Test(arguments: ["account", "network", "browser", "user_agent"])
    func `answers the right password as a wrong one, and lets others in`(kind: String) async throws {
        let scene = try await Scene()
        let ada = try await scene.register("ada")
        let bob = try await scene.register("bob")
        let (_, setting) = try await scene.authority.lock(
            Self.target(kind, ada),
            forSeconds: 3_600,
            because: nil
        )
        #expect(setting == .set)

        let outcome = try await scene.step("ada", Scene.password, from: .desktop)

        #expect(outcome == .invalidCredentials)
        try await #expect(scene.step("ada", wrong, from: .desktop) == .invalidCredentials)
        try await #expect(scene.step("nobody", wrong, from: .desktop) == .invalidCredentials)
        try await #expect(scene.step("bob", Scene.password, from: .mobile) == .authenticated)
        let denied = await scene.memory.events.filter { $0.kind == .loginDenied }
        #expect(denied.map(\.detail) == [kind])
        #expect(denied.map(\.userID) == [ada.id])
        #expect(await scene.memory.sessions.isEmpty)
        _ = bob
    }

    @Test func `counts the right password as it counts a wrong one`() async throws {
        let scene = try await Scene()
        let ada = try await scene.register("ada")
        _ = try await scene.authority.lock(.account(ada.id), forSeconds: 3_600, because: nil)
        for _ in 0..<10 {
            try await #expect(scene.step("ada", Scene.password, from: .desktop) == .invalidCredentials)
        }

        try await #expect(scene.step("ada", Scene.password, from: .desktop) == .throttled)
    }

    @Test func `denies nothing from the instant at which its time is over`() async throws {
        let scene = try await Scene()
        let ada = try await scene.register("ada")
        _ = try await scene.authority.lock(.account(ada.id), forSeconds: 60, because: nil)

        scene.clock.advance(seconds: 59)
        try await #expect(scene.step("ada", Scene.password, from: .desktop) == .invalidCredentials)
        scene.clock.advance(seconds: 1)
        try await #expect(scene.step("ada", Scene.password, from: .desktop) == .authenticated)
        try await scene.authority.purgeLocks()
        #expect(await scene.memory.locks.isEmpty)
    }

    @Test func `that is set after the password was checked opens nothing, and is told in the history`() async throws {
        let scene = try await Scene()
        let ada = try await scene.register("ada")
        let authentication = try await scene.authenticate(ada)
        let block = try #require(AddressBlock("203.0.113.0/24"))
        _ = try await scene.authority.lock(.network(block), forSeconds: 60, because: nil)

        let opened = try await scene.authority.open(for: authentication, from: .desktop, isRemembered: false)

        #expect(opened == nil)
        let last = await scene.memory.events.last
        #expect(last?.kind == .loginDenied && last?.userID == ada.id && last?.detail == "network")
    }

    @Test func `is set and removed with events: an account's in its own history`() async throws {
        let scene = try await Scene()
        let ada = try await scene.register("ada")
        let block = try #require(AddressBlock("2001:db8::/32"))
        for target in [LoginLock.Target.account(ada.id), .network(block)] {
            let (lock, _) = try await scene.authority.lock(target, forSeconds: 60, because: "why")
            try await #expect(scene.authority.unlock(lock.id) == lock)
            try await #expect(scene.authority.unlock(lock.id) == nil)
        }

        let events = await scene.memory.events.suffix(4)
        #expect(events.map(\.kind) == [.lockSet, .lockRemoved, .lockSet, .lockRemoved])
        #expect(events.map(\.userID) == [ada.id, ada.id, nil, nil])
        #expect(events.map(\.detail) == ["account", "account", "network 2001:db8::/32", "network 2001:db8::/32"])
        #expect(events.allSatisfy { $0.actor == .operator })
    }

    @Test func `lasts a minute at least and 30 days at most`() async throws {
        let scene = try await Scene()
        let ada = try await scene.register("ada")
        for (asked, kept) in [(0, 60), (60, 60), (2_592_000, 2_592_000), (Int64.max, 2_592_000)] as [(Int64, Int64)] {
            let (lock, _) = try await scene.authority.lock(.account(ada.id), forSeconds: asked, because: nil)
            #expect(lock.expiresAt == lock.setAt.adding(seconds: kept))
        }
    }

    private static func target(_ kind: String, _ user: User) throws -> LoginLock.Target {
        switch kind {
        case "account": .account(user.id)
        case "network": .network(try #require(AddressBlock("203.0.113.0/24")))
        case "browser": .browser("FIREFOX")
        default: .userAgent("x11; LINUX")
        }
    }
}

@Suite struct `What is locked` {
    @Test(arguments: [
        ("10.0.0.0/8", true), ("10.0.0.0/7", false), ("0.0.0.0/0", false), ("203.0.113.7", true), ("2001::/16", true),
        ("2000::/15", false), ("::/0", false),
    ])
    func `is no wider than a network may be`(text: String, isSound: Bool) throws {
        let target = LoginLock.Target.network(try #require(AddressBlock(text)))
        #expect((target.slip == nil) == isSound)
    }

    @Test(arguments: [("", false), ("IE6", false), ("Edge", true), ("é€", true), ("é!", false)])
    func `is a text of four bytes at least`(text: String, isSound: Bool) {
        #expect((LoginLock.Target.browser(text).slip == nil) == isSound)
        #expect((LoginLock.Target.userAgent(text).slip == nil) == isSound)
    }

    @Test func `is a text of 48 bytes at most, which an event tells in full`() {
        let longest = String(repeating: "x", count: 48)
        #expect(LoginLock.Target.userAgent(longest).slip == nil)
        #expect(LoginLock.Target.userAgent(longest + "x").slip != nil)
        #expect("user_agent \(longest)".utf8.count <= AuditEvent.detailBytesMax)
    }

    @Test func `reads back as it was written`() throws {
        let targets: [LoginLock.Target] = [
            .account(.make(at: ManualClock.start)), .network(try #require(AddressBlock("10.0.0.0/9"))),
            .network(try #require(AddressBlock("2001:db8::17"))), .browser("Edge"), .userAgent("a b; c"),
        ]
        for target in targets { #expect(LoginLock.Target(kind: target.kind, text: target.text) == target) }
        #expect(LoginLock.Target(kind: "account", text: "ada") == nil)
        #expect(LoginLock.Target(kind: "network", text: "10.0.0.1/8") == nil)
        #expect(LoginLock.Target(kind: "device", text: "x") == nil)
    }

    @Test(arguments: [
        ("10.0.0.0/9", "10.0.0.0/9"), ("203.0.113.7", "203.0.113.7/32"), ("2001:db8::/32", "2001:db8::/32"),
        ("::1", "::1/128"), ("0.0.0.0/0", "0.0.0.0/0"),
    ])
    func `is a block with its length`(text: String, described: String) {
        #expect(AddressBlock(text)?.description == described)
    }
}

@Suite struct `Criteria for sessions` {
    private let account: Account
    private let session: Session

    init() throws {
        account = try Account.sample("ada")
        var session = Session.sample(of: account, from: .desktop)
        session.lastActivity = ManualClock.start.adding(seconds: 100)
        session.address = IPAddress("198.51.100.4")
        session.location = Location()
        session.location?.countryCode = "AT"
        self.session = session
    }

    private func isMet(_ change: (inout SessionCriteria) -> Void) -> Bool {
        var criteria = SessionCriteria()
        change(&criteria)
        return criteria.matches(session)
    }

    @Test func `that say nothing are met by every session`() {
        #expect(isMet { _ in })
        #expect(SessionCriteria().isEmpty)
    }

    @Test func `of time are met from the log-in to the last activity`() {
        let start = ManualClock.start
        #expect(isMet { $0.since = start.adding(seconds: 100) })
        #expect(!isMet { $0.since = start.adding(milliseconds: 100_001) })
        #expect(isMet { $0.until = start })
        #expect(!isMet { $0.until = start.adding(milliseconds: -1) })
        #expect(isMet { ($0.since, $0.until) = (start.adding(seconds: 40), start.adding(seconds: 50)) })
    }

    @Test func `of a network are met by the log-in's address and by the last one`() {
        #expect(isMet { $0.network = AddressBlock("203.0.113.0/24") })
        #expect(isMet { $0.network = AddressBlock("198.51.100.4") })
        #expect(!isMet { $0.network = AddressBlock("198.51.100.5") })
    }

    @Test func `of a country are met where it is known`() {
        #expect(isMet { $0.country = "AT" })
        #expect(!isMet { $0.country = "DE" })
        var criteria = SessionCriteria()
        criteria.country = "AT"
        var unknown = session
        unknown.location = nil
        #expect(!criteria.matches(unknown))
    }

    @Test func `of a user agent are met by a part, of a browser by its name`() {
        #expect(isMet { $0.userAgent = "gecko/2010" })
        #expect(!isMet { $0.userAgent = "Chrome" })
        #expect(isMet { $0.browser = "firefox" })
        #expect(!isMet { $0.browser = "Fire" })
    }

    @Test func `must all be met`() {
        #expect(isMet { ($0.user, $0.country) = (account.id, "AT") })
        #expect(!isMet { ($0.user, $0.country) = (account.id, "DE") })
        #expect(!isMet { $0.user = .make(at: ManualClock.start) })
    }

    @Test(arguments: [
        ("abc", "", true), ("", "a", false), ("xAbC", "aBc", true), ("ab", "abc", false), ("É", "é", false),
    ])
    func `compare texts by bytes`(text: String, part: String, isFound: Bool) {
        #expect(text.containsIgnoringASCIICase(part) == isFound)
    }
}

@Suite struct `Ending the sessions of an incident` {
    @Test func `ends those that match, in memory at once, each with the reason in its owner's history`() async throws {
        let scene = try await Scene()
        let ada = try await scene.register("ada")
        let bob = try await scene.register("bob")
        let opened = [try await scene.logIn(ada), try await scene.logIn(bob)]
        let elsewhere = try await scene.logIn(ada, from: .mobile)
        for each in opened { try await #expect(scene.authority.worth(each.token) == .valid) }
        var criteria = SessionCriteria()
        criteria.network = AddressBlock("203.0.113.0/24")

        let page = try await scene.authority.sessions(matching: criteria)
        let ended = try await scene.authority.end(page.sessions, because: "stolen laptops")

        #expect(page.count == 3 && page.next == nil && ended == 2)
        for each in opened {
            guard case .invalid(.ended) = try await scene.authority.worth(each.token) else {
                Issue.record("the session lives")
                continue
            }
        }
        try await #expect(scene.authority.worth(elsewhere.token, from: .mobile) == .valid)
        let events = await scene.memory.events.filter { $0.kind == .sessionRevoked }
        #expect(Set(events.map(\.userID)) == [ada.id, bob.id])
        #expect(events.allSatisfy { $0.detail == "stolen laptops" && $0.actor == .operator && $0.endedCount == 1 })
        try await #expect(scene.authority.end(page.sessions, because: nil) == 0)
    }
}

extension Scene {
    enum Step {
        case authenticated
        case invalidCredentials
        case throttled
        case other
    }

    /// What a first step comes to, in a word.
    fileprivate func step(_ name: String, _ password: Password, from client: Client) async throws -> Step {
        switch try await verifier.verify(identifier: name, password: password, from: client) {
        case .authenticated: .authenticated
        case .invalidCredentials: .invalidCredentials
        case .throttled: .throttled
        case .secondFactorRequired: .other
        }
    }
}
