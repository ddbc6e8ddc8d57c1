package import Sessions
import Testing

/// The store in memory beside another one: whatever happens to both, they stay alike.
package struct StoreModel {
    let memory = MemoryStore(at: ManualClock.start)
    let store: any SessionStore
    let events: @Sendable () async throws -> [AuditEvent]
    var random: SeededGenerator
    package let clock = ManualClock()
    var accounts: [Account] = []
    var sessions: [Session] = []
    var listings: [SessionListing] = []
    var challenges: [LoginChallenge] = []
    var sightings: [Sighting] = []
    var user: UserID = .make(at: ManualClock.start)
    package var done: [Operation: Int] = [:]

    /// - Parameters:
    ///   - store: An empty store.
    ///   - random: What is done is drawn from it.
    ///   - events: Reads all events of the store.
    package init(
        of store: any SessionStore,
        random: SeededGenerator,
        events: @escaping @Sendable () async throws -> [AuditEvent]
    ) {
        self.store = store
        self.random = random
        self.events = events
    }

    package enum Operation: CaseIterable, Sendable {
        case add
        case renew
        case setPassword
        case disable
        case enable
        case delete
        case open
        case endOne
        case endOthers
        case endAll
        case endAny
        case endEveryones
        case note
        case save
        case expire
        case purge
        case setUp
        case changeCredentials
        case removeSecondFactor
        case challenge
        case openBySecondStep
        case sweepChallenges
        case fail
        case see
        case judge
        case visit
        case seal
        case shortenAddresses
        case removeAddresses
        case purgeEvents

        /// How often it is done, compared with the others.
        var weight: Int {
            switch self {
            case .open: 30
            case .changeCredentials: 20
            case .note: 12
            case .fail: 10
            case .endOne, .endAny, .setUp, .challenge, .openBySecondStep, .see: 8
            case .add, .endOthers, .save, .expire, .judge: 4
            case .renew, .setPassword, .enable, .endAll: 3
            case .seal, .disable, .purge, .sweepChallenges, .visit: 2
            case .delete, .removeSecondFactor, .endEveryones, .shortenAddresses, .removeAddresses, .purgeEvents: 1
            }
        }
    }

    private static let operations = Operation.allCases.flatMap { Array(repeating: $0, count: $0.weight) }

    /// Does one random thing to both stores, and compares their answers.
    package mutating func step() async throws -> String {
        // Times differ, so that no order depends on what a store does with ties.
        clock.advance(milliseconds: .random(in: 1...600_000, using: &random))
        let operation = accounts.isEmpty ? .add : pick(Self.operations)
        user = accounts.isEmpty ? user : pick(accounts).id
        done[operation, default: 0] += 1
        switch operation {
        case .add: try await add()
        case .renew, .setPassword, .disable, .enable, .delete: try await change(operation)
        case .open: try await open()
        case .endOne, .endOthers, .endAll, .endAny, .endEveryones: try await end(operation)
        case .note: try await note()
        case .save: try await save()
        case .expire: try await expire()
        case .purge: try await purge()
        case .setUp: try await setUp()
        case .changeCredentials: try await changeCredentials()
        case .removeSecondFactor: try await removeSecondFactor()
        case .challenge: try await challenge()
        case .openBySecondStep: try await openBySecondStep()
        case .sweepChallenges: try await sweepChallenges()
        case .fail: try await fail()
        case .see: try await see()
        case .judge: try await judge()
        case .visit: try await visit()
        case .seal, .shortenAddresses, .removeAddresses, .purgeEvents: try await keep(operation)
        }
        return "\(operation) of \(user)"
    }

    /// Whether both stores say the same about the user that was touched, or about everything.
    package mutating func isAlike(everywhere: Bool) async throws -> Bool {
        let now = clock.now
        let limit = Int.random(in: 1...20, using: &random)
        let ids = [pickSession(), pickSession(), pickSession()].compactMap { $0?.id }
        var isAlike = try await same { try await $0.account(user) }
        isAlike = try await same { try await $0.sessions(of: user, activeAt: now, limit: limit) } && isAlike
        isAlike = try await same { try await $0.sessionIDs(of: user, activeAt: now, limit: 1_000) } && isAlike
        isAlike = try await same { Set(try await $0.sessions(ids, of: user, activeAt: now)) } && isAlike
        for id in ids { isAlike = try await same { try await $0.record(of: id) } && isAlike }
        isAlike =
            try await same {
                Set(try await $0.events(of: user, before: nil, limit: 10_000).map(Written.init))
            } && isAlike
        if let listing = listings.randomElement(using: &random) {
            isAlike = try await same { try await $0.listing(listing.id, of: user) } && isAlike
        }
        isAlike = try await areCredentialsAlike(everywhere: everywhere) && isAlike
        isAlike = try await areSightingsAlike() && isAlike
        guard everywhere else { return isAlike }
        isAlike = try await same { try await $0.accounts(after: nil, limit: 1_000) } && isAlike
        isAlike = try await same { try await $0.sessions(after: nil, activeAt: now, limit: 10_000) } && isAlike
        for session in sessions { isAlike = try await same { try await $0.record(of: session.id) } && isAlike }
        let events = (Set(await memory.events.map(Written.init)), Set(try await events().map(Written.init)))
        #expect(events.0 == events.1)
        return isAlike && events.0 == events.1
    }

    func same<Answer: Equatable>(_ ask: (any SessionStore) async throws -> Answer) async throws -> Bool {
        let answers = try await (ask(memory), ask(store))
        #expect(answers.0 == answers.1)
        return answers.0 == answers.1
    }

    /// An event but for its id: a store that marks what has run out makes the ids itself.
    private struct Written: Hashable {
        let event: AuditEvent

        init(_ event: AuditEvent) {
            self.event = AuditEvent(
                id: [
                    .sessionExpired, .auditPurged, .loginFailed, .loginThrottled, .secondFactorAsked,
                    .activityConfirmed,
                ].contains(
                    event.kind
                )
                    ? AuditEventID("00000000-0000-7000-8000-000000000000") ?? event.id : event.id,
                kind: event.kind,
                at: event.at,
                userID: event.userID,
                sessionID: event.sessionID,
                by: event.actor,
                address: event.address,
                deviceInfo: event.deviceInfo,
                endedCount: event.endedCount,
                detail: event.detail,
                count: event.count
            )
        }
    }
}

extension StoreModel {
    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &random)]
    }

    mutating func pickSession() -> Session? {
        sessions.randomElement(using: &random)
    }

    mutating func chance(_ percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &random) < percent
    }

    func event(_ kind: AuditEvent.Kind, _ session: SessionID? = nil) -> AuditEvent {
        .sample(kind, at: clock.now, user: user, session: session)
    }

    func ending(_ reason: Session.EndReason) -> Session.Ending {
        .sample(at: clock.now, reason)
    }

    private mutating func add() async throws {
        // Twelve names: some are taken, and some are free again.
        let account = try Account.sample("user\(Int.random(in: 0..<12, using: &random))", at: clock.now)
        let event = AuditEvent.sample(.accountCreated, at: clock.now, user: account.id)
        user = account.id
        if try await same({ try await $0.add(account, event) }) { accounts.append(account) }
    }

    private mutating func change(_ operation: Operation) async throws {
        let hash = PasswordHash(encoded: "hash \(Int.random(in: 0..<1_000, using: &random))")
        let known = await memory.account(user)?.passwordHash ?? hash
        let expected = chance(30) ? PasswordHash(encoded: "stale") : known
        let kind: AuditEvent.Kind =
            switch operation {
            case .disable: .accountDisabled
            case .enable: .accountEnabled
            case .delete: .accountDeleted
            default: .passwordSet
            }
        let event = event(kind)
        _ = try await same { store -> EndedSessions? in
            switch operation {
            case .renew:
                try await store.renew(expected, as: hash, of: user)
                return nil
            case .setPassword:
                return try await store.setPassword(hash, of: user, ending: ending(.passwordChanged), event)
            case .disable: return try await store.setDisabled(ending(.disabled), of: user, event)
            case .enable: return try await store.setDisabled(nil, of: user, event)
            default: return try await store.delete(user, event)
            }
        }
    }

    private mutating func open() async throws {
        guard let account = await memory.account(user) else { return }
        var current = account
        if chance(10) { current.epoch -= 1 }
        let client = chance(50) ? Client.mobile : .desktop
        var session = Session.sample(of: current, at: clock.now, isRemembered: chance(30), from: client)
        if chance(10) { session.lastActivity = session.lastActivity.adding(seconds: 60) }
        let version = account.credentialVersion - (chance(10) ? 1 : 0)
        let older = chance(40) ? pickSession() : nil
        let replaced = older.map {
            ReplacedSession(
                id: $0.id,
                ending: .sample(at: clock.now, .replaced, by: .system),
                event: .sample(.sessionReplaced, at: clock.now, user: $0.userID, session: $0.id, by: .system)
            )
        }
        let event = event(.loginSucceeded, session.id)
        let opened = session
        let completion = LoginCompletion(sighting: chance(60) ? sighting(of: opened) : nil)
        _ = try await same {
            try await $0.open(opened, verified: version, replacing: replaced, completing: completion, event)
        }
        sessions.append(opened)
    }

    private mutating func end(_ operation: Operation) async throws {
        let session = pickSession()?.id ?? .make(at: clock.now)
        let selection: SessionSelection =
            switch operation {
            case .endOne: .one(session, of: user)
            case .endOthers: .allExcept(session, of: user)
            case .endAll: .all(of: user)
            case .endAny: .any(session)
            default: .everyones(before: clock.now, limit: 10_000)
            }
        let event = event(.sessionRevoked)
        // Now and then by a session, which may have ended itself.
        let actor = chance(50) ? pickSession().map { Actor.session($0.id) } : nil
        let ending = Session.Ending.sample(at: clock.now, .revoked, by: actor ?? .operator)
        _ = try await same { try await $0.end(selection, ending, event) }
    }

    private mutating func note() async throws {
        let activity = (0..<5).compactMap { _ in pickSession() }.map { session in
            SessionActivity(
                id: session.id,
                at: clock.now.adding(seconds: -.random(in: 0...600, using: &random)),
                client: chance(50) ? (chance(50) ? .mobile : .desktop) : nil
            )
        }
        await memory.note(activity)
        try await store.note(activity)
    }

    private mutating func save() async throws {
        guard await memory.account(user) != nil else { return }
        let ids = (0..<4).compactMap { _ in pickSession()?.id }
        let listing = SessionListing(id: .make(at: clock.now), userID: user, at: clock.now, sessionIDs: ids)
        await memory.save(listing)
        try await store.save(listing)
        listings.append(listing)
    }

    private mutating func expire() async throws {
        let limit = Int.random(in: 1...5, using: &random)
        _ = try await same { try await $0.expire(at: clock.now, limit: limit) }
    }

    private mutating func purge() async throws {
        let instant = clock.now.adding(seconds: -.random(in: 0...86_400, using: &random))
        // Which ones go first is the store's business; when none is left both have purged the same.
        _ = try await same { store in
            var count = 0
            while case let step = try await store.purge(endedBefore: instant, listedBefore: instant, limit: 7), step > 0
            {
                count += step
            }
            return count
        }
    }

    /// A burst of failures: some of it is merged.
    private mutating func fail() async throws {
        let kind: AuditEvent.Kind = chance(70) ? .loginFailed : .loginThrottled
        let owner = chance(60) ? user : nil
        for _ in 0..<Int.random(in: 1...15, using: &random) {
            let event = AuditEvent.sample(kind, at: clock.now, user: owner, by: .system)
            await memory.note(failure: event)
            try await store.note(failure: event)
        }
    }

    private mutating func keep(_ operation: Operation) async throws {
        let instant = clock.now.adding(seconds: -.random(in: 0...86_400, using: &random))
        for store in [memory, store] as [any SessionStore] {
            switch operation {
            case .seal: _ = try await store.seal(at: clock.now, limit: 500)
            case .shortenAddresses: _ = try await store.shortenAddresses(before: instant, limit: 10_000)
            case .removeAddresses: _ = try await store.removeAddresses(before: instant, limit: 10_000)
            default: _ = try await store.purgeEvents(before: instant, at: clock.now, limit: 10_000)
            }
        }
    }
}
