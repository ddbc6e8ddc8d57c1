import Sessions
import Synchronization

/// Plays timelines through the product itself: a store in memory, the verifier of passwords, and the authority, with the time set by hand.
///
/// Nobody ever says "This was me": the alarms are those that people see who never answer.
struct Player: Sendable {
    private let world: World
    private let hasher: PasswordHasher
    private let keys: SigningKeys

    init(in world: World) throws {
        self.world = world
        // What a password costs to guess changes nothing about what is noticed.
        hasher = try PasswordHasher(cost: PasswordHash.Cost(memoryKiB: 64, passes: 1, lanes: 1), width: 2)
        keys = try SigningKeys(secret: "a secret of the scorecard, which guards nothing")
    }

    /// The alarms that one account's timeline raises, in no order.
    func alarms(of timeline: Timeline) async throws -> [Alarm] {
        var account = try await PlayedAccount(timeline, in: world, hasher: hasher, keys: keys)
        for (index, action) in timeline.actions.enumerated() {
            try await account.play(action)
            let next = index + 1 < timeline.actions.count ? timeline.actions[index + 1].at : nil
            try await account.keepUp(until: next)
        }
        return await account.alarms
    }
}

/// One account while its timeline is played.
private struct PlayedAccount {
    private let person: Int
    private let time: SharedTime
    private let store: MemoryStore
    private let authority: SessionAuthority
    private let verifier: CredentialVerifier
    private let user: User
    private var sessions: [Int: SessionAuthority.OpenedSession] = [:]
    private var numbers: [SessionID: Int] = [:]
    /// What each jar of cookies holds.
    private var jars: [Int: SessionAuthority.OpenedSession] = [:]
    private var lastUpkeep: Timestamp

    private static let password = Password("a password that nobody else uses")
    /// How often the product's upkeep looks at what has happened, in seconds.
    private static let upkeepSeconds: Int64 = 60

    init(_ timeline: Timeline, in world: World, hasher: PasswordHasher, keys: SigningKeys) async throws {
        person = timeline.person
        let time = SharedTime(Timeline.start)
        let clock = WallClock { time.now }
        self.time = time
        lastUpkeep = time.now
        store = MemoryStore(at: time.now)
        authority = try await SessionAuthority(store: store, keys: keys, clock: clock) { world.location(of: $0) }
        verifier = CredentialVerifier(store: store, hasher: hasher, keys: keys, clock: clock)
        let accounts = Accounts(authority: authority, hasher: hasher)
        guard let email = EmailAddress("ada@example.org"), let username = Username("ada"),
            case .registered(let user) = try await accounts.register(
                email: email,
                username: username,
                password: Self.password,
                from: Client(address: nil, userAgent: nil)
            )
        else { preconditionFailure("the first account of a store is free") }
        self.user = user
    }

    /// Does what an action says, as far as the product lets it.
    mutating func play(_ action: Action) async throws {
        time.now = action.at
        switch action.event {
        case .failedLogin(let client, let browser):
            _ = try await verifier.verify(
                identifier: "ada",
                password: Password("wrong"),
                from: client,
                browser: browser.flatMap { jars[$0]?.browser }
            )
        case .login(let session, let client, let browser, let isRemembered):
            try await logIn(session, client, browser, isRemembered)
        case .request(let session, let client):
            guard let token = sessions[session]?.token else { return }
            _ = try await authority.verify(token.bytes, from: client)
        case .logout(let session):
            guard let token = sessions[session]?.token else { return }
            _ = try await authority.logOut(token: token.bytes, from: Client(address: nil, userAgent: nil))
        case .revoke(let session):
            guard let id = sessions[session]?.session.id else { return }
            _ = try await authority.revoke(.any(id))
        }
    }

    private mutating func logIn(_ session: Int, _ client: Client, _ browser: Int?, _ isRemembered: Bool) async throws {
        let jar = browser.flatMap { jars[$0] }
        let outcome = try await verifier.verify(
            identifier: "ada",
            password: Self.password,
            isRemembered: isRemembered,
            from: client,
            browser: jar?.browser
        )
        // Who is told to wait has not got in.
        guard case .authenticated(let authentication, _) = outcome,
            let opened = try await authority.open(
                for: authentication,
                from: client,
                isRemembered: isRemembered,
                replacing: jar?.token.bytes
            )
        else { return }
        sessions[session] = opened
        numbers[opened.session.id] = session
        if let browser { jars[browser] = opened }
    }

    /// Lets the upkeep do what it does before the next action.
    mutating func keepUp(until next: Timestamp?) async throws {
        let due = lastUpkeep.adding(seconds: Self.upkeepSeconds)
        let now = max(due, time.now)
        if let next, now > next { return }
        time.now = now
        lastUpkeep = now
        try await authority.writeActivity()
    }

    /// All that was raised.
    var alarms: [Alarm] {
        get async {
            let sightings = await store.raised
            let events = await store.events
            let seen = sightings.flatMap { sighting in
                sighting.signals.map { alarm($0, at: sighting.at, session: numbers[sighting.sessionID]) }
            }
            return seen + events.flatMap { event in event.signals.map { alarm($0, at: event.at, session: nil) } }
        }
    }

    private func alarm(_ signal: RiskSignal, at instant: Timestamp, session: Int?) -> Alarm {
        let severity: Alarm.Severity =
            switch signal.severity {
            case .info: .info
            case .warning: .warning
            case .critical: .critical
            }
        return Alarm(person: person, at: instant, code: signal.code.rawValue, severity: severity, session: session)
    }
}

/// A time that is set by hand.
private final class SharedTime: Sendable {
    private let time: Mutex<Timestamp>

    init(_ start: Timestamp) { time = Mutex(start) }

    var now: Timestamp {
        get { time.withLock(\.self) }
        set { time.withLock { $0 = newValue } }
    }
}

extension World {
    /// What a file would know of an address, with how exact that is.
    fileprivate func location(of address: IPAddress) -> Location? {
        guard var location = locate(address) else { return nil }
        location.accuracyRadius = accuracyRadius(address)
        return location
    }
}
