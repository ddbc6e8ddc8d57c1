import Sessions
import Testing

extension StorePromise {
    /// Openings that take a second step.
    static let secondSteps = [
        StorePromise("a challenge and a code open one session, and are used up") { test in
            let (account, session) = try await test.addProtected("ada")
            let challenge = try await test.challenge(1, to: account.id)
            let other = try await test.challenge(2, to: account.id)
            let login = LogIn(account, challenge, .step(StoreUnderTest.firstStep + 1))

            let events = try await test.events { try await #expect(login.open(test) == .opened) }

            var changed = account
            changed.secondFactor?.lastStep = StoreUnderTest.firstStep + 1
            #expect(events == [login.event])
            try await #expect(test.store.record(of: login.session.id)?.session == login.session)
            try await #expect(test.store.account(account.id) == changed)
            try await #expect(test.store.challenge(challenge.digest) == nil)
            try await #expect(test.store.challenge(other.digest) == other)
            try await #expect(test.ending(of: session) == nil)
            try await test.refuses(LogIn(account, challenge, .step(.max)))
        },
        StorePromise("a challenge opens up to the millisecond before its time is over") { test in
            let (account, _) = try await test.addProtected("ada")
            let challenge = try await test.challenge(1, to: account.id)
            let code = SecondFactorUse.step(StoreUnderTest.firstStep + 1)

            try await test.refuses(LogIn(account, challenge, code, at: challenge.expiresAt))
            let login = LogIn(account, challenge, code, at: challenge.expiresAt.adding(milliseconds: -1))
            try await #expect(login.open(test) == .opened)
        },
        StorePromise("a challenge of another user, or one that is unknown, opens nothing") { test in
            let (account, _) = try await test.addProtected("ada")
            let (bob, _) = try await test.addProtected("bob")
            let bobs = try await test.challenge(1, to: bob.id)
            let unknown = try LoginChallenge.sample(2, of: account)

            for challenge in [bobs, unknown] {
                for code in [SecondFactorUse.step(StoreUnderTest.firstStep + 1), .recoveryCode(try .sample(1))] {
                    try await test.refuses(LogIn(account, challenge, code))
                }
            }

            try await #expect(test.store.challenge(bobs.digest) == bobs)
            try await #expect(test.store.account(bob.id) == bob)
        },
        StorePromise("a code that was used, is older, is another user's or nobody's opens nothing") { test in
            let (account, _) = try await test.addProtected("ada", codes: [1, 2])
            _ = try await test.addProtected("bob", codes: [4])
            let first = LogIn(account, try await test.challenge(1, to: account.id), .recoveryCode(try .sample(1)))
            try await #expect(first.open(test) == .opened)
            let challenge = try await test.challenge(2, to: account.id)
            let last = StoreUnderTest.firstStep
            let codes: [SecondFactorUse] = [
                .step(last), .step(last - 1), .recoveryCode(try .sample(1)), .recoveryCode(try .sample(4)),
                .recoveryCode(try .sample(9)),
            ]

            for code in codes { try await test.refuses(LogIn(account, challenge, code)) }

            try await #expect(LogIn(account, challenge, .recoveryCode(try .sample(2))).open(test) == .opened)
        },
        StorePromise("where no second factor is on no code opens anything") { test in
            let account = try await test.add("ada")
            let challenge = try await test.challenge(1, to: account.id)

            try await test.refuses(LogIn(account, challenge, .step(.max)))
        },
        StorePromise("an opening that is refused, or whose epoch has passed, uses up neither challenge nor code") {
            test in
            let (account, _) = try await test.addProtected("ada")
            let challenge = try await test.challenge(1, to: account.id)
            let code = SecondFactorUse.step(StoreUnderTest.firstStep + 1)
            var (outdated, passed) = (account, account)
            outdated.credentialVersion -= 1
            passed.epoch -= 1

            try await test.refuses(LogIn(outdated, challenge, code), .refused)
            try await test.refuses(LogIn(passed, challenge, code), .epochChanged(account.epoch))

            try await #expect(LogIn(account, challenge, code).open(test) == .opened)
        },
        StorePromise("a recovery code opens a session, ends all others, and voids what was verified before") { test in
            let (account, session) = try await test.addProtected("ada")
            let older = try await test.open(account)
            let (bob, bobs) = try await test.addProtected("bob")
            let challenge = try await test.challenge(1, to: account.id)
            _ = try await test.challenge(2, to: account.id)
            let bobsChallenge = try await test.challenge(3, to: bob.id)
            let ending = Session.Ending.sample(.revoked, by: .system)
            let event = AuditEvent.sample(.recoveryCodeUsed, user: account.id)
            var login = LogIn(account, challenge, .recoveryCode(try .sample(2)))
            login.recovery = .init(ending: ending, event: event)
            let replaced = ReplacedSession(
                id: older.id,
                ending: .sample(.replaced, by: .system),
                event: .sample(.sessionReplaced, user: account.id, session: older.id, by: .system)
            )
            login.replaced = replaced
            let recovery = login

            let events = try await test.events {
                let opening = try await recovery.open(test)
                #expect(opening == .recovered(EndedSessions(active: [session.id: account.id])))
            }

            var changed = account
            changed.credentialVersion += 1
            #expect(events == [login.event, event.ending(1), replaced.event.ending(1)])
            let state = try await test.state(of: account.id)
            #expect(state.account == changed)
            #expect(state.sessions == [login.session])
            #expect(state.codes == [1, 3])
            #expect(state.challenges == [bobsChallenge])
            try await #expect(test.ending(of: session) == ending)
            try await #expect(test.ending(of: older) == replaced.ending)
            try await #expect(test.ending(of: bobs) == nil)
            try await #expect(test.store.account(bob.id) == bob)
        },
        StorePromise("of openings at once with one challenge, or with one code, one opens") { test in
            let (account, _) = try await test.addProtected("ada", codes: [1, 2])
            let next = StoreUnderTest.firstStep + 1
            let first = try await test.challenge(100, to: account.id)
            try await #expect(test.opened { _ in LogIn(account, first, .step(next)) } == 1)

            for byte in UInt8(1)...40 { try await test.challenge(byte, to: account.id) }
            try await #expect(
                test.opened { LogIn(account, try .sample($0, of: account), .step(next + 1)) } == 1
            )
            try await #expect(
                test.opened { LogIn(account, try .sample(20 + $0, of: account), .recoveryCode(try .sample(1))) } == 1
            )

            let last = try await test.challenge(101, to: account.id)
            try await #expect(test.opened { LogIn(account, last, .step(next + 1 + Int64($0))) } == 1)
        },
    ]
}

/// The second step of a log-in.
private struct LogIn {
    let session: Session
    let credentialVersion: Int64
    let challenge: ChallengeDigest
    let code: SecondFactorUse
    let event: AuditEvent
    var recovery: LoginCompletion.SecondStep.Recovery?
    var replaced: ReplacedSession?

    init(
        _ account: Account,
        _ challenge: LoginChallenge,
        _ code: SecondFactorUse,
        at time: Timestamp = ManualClock.start
    ) {
        session = .sample(of: account, at: time)
        credentialVersion = account.credentialVersion
        self.challenge = challenge.digest
        self.code = code
        event = .sample(.loginSucceeded, user: account.id, session: session.id)
    }

    func open(_ test: StoreUnderTest, settling: [AttemptSettlement] = []) async throws -> SessionOpening {
        try await test.store.open(
            session,
            verified: credentialVersion,
            replacing: replaced,
            completing: LoginCompletion(
                browser: try .sample(8),
                settling: settling,
                secondStep: .init(challenge: challenge, using: code, recovery: recovery)
            ),
            event
        )
    }
}

extension StoreUnderTest {
    /// Tries a log-in that must change nothing, with all that one can bring along.
    fileprivate func refuses(_ login: LogIn, _ outcome: SessionOpening = .alreadyUsed) async throws {
        let older = try await open(try #require(try await store.account(login.session.userID)))
        let budget = AttemptBudget(try .sample(1), failuresMax: 9, windowSeconds: 900, pause: .none)
        try await store.settle([.forget(budget.key)])
        _ = try await store.admit([budget], at: start)
        let recovery = AuditEvent.sample(.recoveryCodeUsed, user: login.session.userID)
        var login = login
        login.recovery = .init(ending: .sample(), event: recovery)
        login.replaced = ReplacedSession(
            id: older.id,
            ending: .sample(.replaced),
            event: .sample(.sessionReplaced, user: older.userID)
        )
        let before = try await state(of: login.session.userID)

        try await #expect(login.open(self, settling: [.forget(budget.key)]) == outcome)

        try await #expect(state(of: login.session.userID) == before)
        try await #expect(store.record(of: login.session.id) == nil)
        try await #expect(store.admit([budget], at: start) == .admitted([2]))
    }

    /// How many of 20 log-ins in parallel open a session.
    fileprivate func opened(_ login: @escaping @Sendable (UInt8) throws -> LogIn) async throws -> Int {
        try await withThrowingTaskGroup(of: SessionOpening.self) { group in
            for number in UInt8(1)...20 { group.addTask { try await login(number).open(self) } }
            return try await group.reduce(into: 0) { $0 += $1 == .opened ? 1 : 0 }
        }
    }
}
