import Sessions
import Testing

extension StorePromise {
    static let challenges = [
        StorePromise("a challenge is read back as it was given, its attempts are settled and its event is noted") {
            test in
            let account = try await test.add("ada")
            let budget = AttemptBudget(try .sample(1), failuresMax: 9, windowSeconds: 900, pause: .growing)
            for (byte, browser) in [(1, nil), (2, try .sample(7))] as [(UInt8, KnownBrowser?)] {
                _ = try await test.store.admit([budget], at: test.start)
                let challenge = LoginChallenge(
                    digest: try .sample(byte),
                    userID: account.id,
                    credentialVersion: account.credentialVersion,
                    epoch: account.epoch,
                    isRemembered: browser != nil,
                    browser: browser,
                    followsFailures: browser == nil,
                    expiresAt: test.start.adding(milliseconds: Int64(byte))
                )
                let event = AuditEvent.sample(.secondFactorAsked, user: account.id)

                let events = try await test.events {
                    try await test.store.add(challenge, settling: [.forget(budget.key)], noting: event)
                }

                #expect(events == [event])
                try await #expect(test.store.challenge(challenge.digest) == challenge)
                try await #expect(test.store.admit([budget], at: test.start) == .admitted([1]))
                try await test.store.settle([.forget(budget.key)])
            }
            try await #expect(test.store.challenge(.sample(3)) == nil)
        },
        StorePromise("the events of challenges are merged where there are many, as failures are") { test in
            let account = try await test.add("ada")

            let events = try await test.events {
                for byte in UInt8(1)...12 { try await test.challenge(byte, to: account.id) }
                _ = try await test.store.seal(at: test.start.adding(seconds: 61), limit: 500)
            }

            #expect(events.count == AuditEvent.failuresPerMinuteMax + 1)
            #expect(events.map(\.count).max() == 12 - AuditEvent.failuresPerMinuteMax)
            try await #expect(test.store.challenge(.sample(12)) != nil)
        },
        StorePromise("a challenge for credentials or an epoch that have passed meanwhile is void from the start") {
            test in
            let account = try await test.add("ada")
            var (older, newer, passed) = (account, account, account)
            older.credentialVersion -= 1
            newer.credentialVersion += 1
            passed.epoch += 1
            let nobody = try Account.sample("bob")
            let disabled = try await test.add("carol")
            let event = AuditEvent.sample(.accountDisabled, user: disabled.id)
            _ = try await test.store.setDisabled(.sample(.disabled), of: disabled.id, event)
            let current = try #require(try await test.store.account(disabled.id))

            for owner in [older, newer, passed, nobody, current] {
                let event = AuditEvent.sample(.secondFactorAsked, user: owner.id)
                let events = try await test.events {
                    try await test.store.add(.sample(1, of: owner), settling: [], noting: event)
                }

                #expect(events == [event])
                try await #expect(test.store.challenge(.sample(1)) == nil)
            }
        },
        StorePromise("whatever voids what was verified voids challenges, and those of others stay") { test in
            for (number, ending) in Voiding.allCases.enumerated() {
                let (account, session) = try await test.addProtected("ada\(number)")
                let (bob, _) = try await test.addProtected("bob\(number)")
                let challenge = try await test.challenge(UInt8(2 * number + 1), to: account.id)
                let bobs = try await test.challenge(UInt8(2 * number + 2), to: bob.id)

                try await ending.happen(to: session, on: test)

                try await #expect(test.store.challenge(challenge.digest) == nil, "\(ending)")
                try await #expect(test.store.challenge(bobs.digest) == bobs, "\(ending)")
            }
        },
        StorePromise("the end of one session, or of the others, leaves challenges as they are") { test in
            let (account, session) = try await test.addProtected("ada")
            let others = try await test.open(account, count: 2)
            let challenge = try await test.challenge(1, to: account.id)

            _ = try await test.end(.one(others[0].id, of: account.id))
            _ = try await test.end(.allExcept(session.id, of: account.id))
            _ = try await test.store.setDisabled(nil, of: account.id, .sample(.accountEnabled, user: account.id))

            try await #expect(test.store.challenge(challenge.digest) == challenge)
        },
        StorePromise("challenges and seeds whose time is over are swept, a number at a time") { test in
            let (account, _) = try await test.addProtected("ada")
            for byte in UInt8(1)...4 {
                let challenge = try LoginChallenge.sample(
                    byte,
                    of: account,
                    expiresAt: test.start.adding(seconds: Int64(byte))
                )
                try await test.store.add(challenge, settling: [], noting: .sample(.secondFactorAsked, user: account.id))
            }
            let bobs = try await test.begin(in: test.open(test.add("bob")))
            let time = test.start.adding(seconds: 3)

            try await #expect(test.store.sweepChallenges(at: time, limit: 2) == 2)
            try await #expect(test.store.sweepChallenges(at: time, limit: 2) == 1)
            try await #expect(test.store.sweepChallenges(at: time, limit: 2) == 0)
            try await #expect(test.store.challenge(.sample(4)) != nil)
            try await #expect(test.store.pendingSecondFactor(of: bobs.userID) == bobs)

            try await #expect(test.store.sweepChallenges(at: bobs.expiresAt, limit: 2) == 2)
            try await #expect(test.store.challenge(.sample(4)) == nil)
            try await #expect(test.store.pendingSecondFactor(of: bobs.userID) == nil)
            try await #expect(test.store.account(account.id) == account)
        },
    ]
}

/// Everything that makes challenges void.
private enum Voiding: CaseIterable {
    case setPassword
    case disable
    case delete
    case endAll
    case removeSecondFactor
    case changePassword
    case passwordUnusable
    case secondFactorOff
    case recoveryCode

    func happen(to session: Session, on test: StoreUnderTest) async throws {
        let (store, user) = (test.store, session.userID)
        let event = AuditEvent.sample(.passwordSet, user: user)
        let hash = PasswordHash(encoded: "x")
        switch self {
        case .setPassword: _ = try await store.setPassword(hash, of: user, ending: .sample(), event)
        case .disable: _ = try await store.setDisabled(.sample(.disabled), of: user, event)
        case .delete: _ = try await store.delete(user, event)
        case .endAll: _ = try await store.end(.all(of: user), .sample(), event)
        case .removeSecondFactor: _ = try await store.removeSecondFactor(of: user, ending: .sample(), event)
        case .changePassword: try await test.make(test.change(.password(hash), in: session))
        case .passwordUnusable: try await test.make(test.change(.passwordUnusable, in: session))
        case .secondFactorOff: try await test.make(test.change(.secondFactorOff, in: session))
        case .recoveryCode:
            var change = try await test.change(.none, in: session)
            change.using = .recoveryCode(try .sample(1))
            try await test.make(change)
        }
    }
}
