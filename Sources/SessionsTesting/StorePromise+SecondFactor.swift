import Sessions
import Testing

extension StorePromise {
    static let secondFactors = [
        StorePromise("a seed that is being set up guards nothing, is its account's alone, and gives way to a newer one")
        {
            test in
            let account = try await test.add("ada")
            let bob = try await test.add("bob")
            let session = try await test.open(account)
            let other = try await test.open(account)

            let first = try await test.begin(1, in: session)
            try await #expect(test.store.pendingSecondFactor(of: account.id) == first)
            try await #expect(test.store.pendingSecondFactor(of: bob.id) == nil)
            try await #expect(test.store.account(account.id) == account)

            let second = try await test.begin(2, in: other)
            try await #expect(test.store.pendingSecondFactor(of: account.id) == second)
        },
        StorePromise("no seed is set up where a second factor is on, or where there is no account") { test in
            let (account, session) = try await test.addProtected("ada")
            let nobody = UserID.make(at: test.start)
            for user in [account.id, nobody] {
                let pending = PendingSecondFactor(
                    userID: user,
                    seed: try .sample(2),
                    sessionID: session.id,
                    expiresAt: test.start.adding(seconds: 1)
                )

                try await #expect(!test.store.begin(pending))
                try await #expect(test.store.pendingSecondFactor(of: user) == nil)
            }

            try await #expect(test.store.account(account.id) == account)
        },
        StorePromise("of settings-up in parallel with a turning on, none takes the seed that is on") { test in
            let account = try await test.add("ada")
            let session = try await test.open(account)
            let pending = try await test.begin(1, in: session)
            let change = try await test.change(.secondFactorOn(pending.seed, step: 1, recoveryCodes: []), in: session)
            let later = PendingSecondFactor(
                userID: account.id,
                seed: try .sample(2),
                sessionID: session.id,
                expiresAt: pending.expiresAt
            )

            async let outcome = test.store.make(change)
            async let isBegun = test.store.begin(later)

            switch try await (outcome, isBegun) {
            case (.made, false):
                try await #expect(test.store.account(account.id)?.secondFactor?.seed == pending.seed)
            case (.refused, true): try await #expect(test.store.pendingSecondFactor(of: account.id) == later)
            case (let outcome, let isBegun): Issue.record("\(outcome), \(isBegun)")
            }
        },
        StorePromise("the operator turns a second factor off: sessions, challenges and recovery codes go with it") {
            test in
            let (account, session) = try await test.addProtected("ada")
            let (bob, bobs) = try await test.addProtected("bob")
            let other = try await test.open(account)
            try await test.store.know(.sample(1), of: account.id, at: test.start)
            let challenge = try await test.challenge(1, to: account.id)
            let event = AuditEvent.sample(.secondFactorDisabled, user: account.id)

            let events = try await test.events {
                let ended = try await test.store.removeSecondFactor(of: account.id, ending: .sample(), event)
                #expect(ended == EndedSessions(active: [session.id: account.id, other.id: account.id]))
            }

            var changed = account
            changed.secondFactor = nil
            changed.user.secondFactorSince = nil
            changed.credentialVersion += 1
            changed.epoch += 1
            #expect(events == [event.ending(2)])
            try await #expect(test.store.account(account.id) == changed)
            try await #expect(test.store.recoveryCodesLeft(of: account.id) == 0)
            try await #expect(test.store.challenge(challenge.digest) == nil)
            try await #expect(test.active(account.id).isEmpty)
            try await #expect(test.store.knows([.sample(1)], of: account.id))
            try await #expect(test.store.account(bob.id) == bob)
            try await #expect(test.ending(of: bobs) == nil)
        },
        StorePromise("a second factor that is off is not turned off by the operator, and leaves no event") { test in
            let account = try await test.add("ada")
            let session = try await test.open(account)
            let pending = try await test.begin(in: session)
            let nobody = UserID.make(at: test.start)

            let events = try await test.events {
                for user in [account.id, nobody] {
                    let event = AuditEvent.sample(.secondFactorDisabled, user: user)
                    try await #expect(test.store.removeSecondFactor(of: user, ending: .sample(), event) == nil)
                }
            }

            #expect(events.isEmpty)
            try await #expect(test.store.account(account.id) == account)
            try await #expect(test.ending(of: session) == nil)
            try await #expect(test.store.pendingSecondFactor(of: account.id) == pending)
        },
        StorePromise("recovery codes are their account's alone") { test in
            let (ada, _) = try await test.addProtected("ada", codes: [1, 2])
            let (bob, _) = try await test.addProtected("bob", codes: [2, 3, 4])

            let states = (try await test.state(of: ada.id), try await test.state(of: bob.id))
            #expect(states.0.codes == [1, 2] && states.0.codesLeft == 2)
            #expect(states.1.codes == [2, 3, 4] && states.1.codesLeft == 3)
        },
        StorePromise("a deleted account takes its seeds, recovery codes and challenges along") { test in
            let (ada, _) = try await test.addProtected("ada")
            let bob = try await test.add("bob")
            _ = try await test.begin(in: test.open(bob))
            let challenge = try await test.challenge(1, to: ada.id)

            for user in [ada.id, bob.id] {
                try await #expect(test.store.delete(user, .sample(.accountDeleted, user: user)) != nil)
            }

            try await #expect(test.store.recoveryCodesLeft(of: ada.id) == 0)
            try await #expect(test.store.seeds(after: nil, limit: 9) == [])
            try await #expect(test.store.challenge(challenge.digest) == nil)
            try await #expect(test.store.pendingSecondFactor(of: bob.id) == nil)
        },
        StorePromise("the seeds that are on are paged in the order of their users") { test in
            var seeds: [OwnedSeed] = []
            for (number, name) in ["dora", "ada", "carol", "bob"].enumerated() {
                let account = try await test.add(name, at: test.start.adding(seconds: Int64(number)))
                let session = try await test.open(account)
                if name == "carol" {
                    _ = try await test.begin(in: session)
                } else {
                    try await test.enableSecondFactor(in: session)
                    seeds.append(OwnedSeed(userID: account.id, seed: try .sample(1)))
                }
            }

            try await #expect(test.store.seeds(after: nil, limit: 2) == Array(seeds[..<2]))
            try await #expect(test.store.seeds(after: seeds[1].userID, limit: 2) == [seeds[2]])
            try await #expect(test.store.seeds(after: seeds[2].userID, limit: 2) == [])
        },
        StorePromise("a seed that was sealed anew takes the place of the one it was made from, and of no other") {
            test in
            let (account, _) = try await test.addProtected("ada")
            let (bob, _) = try await test.addProtected("bob")

            let events = try await test.events {
                try await test.store.renew(SealedSeed.sample(3), as: .sample(4), of: account.id)
                try await #expect(test.store.account(account.id) == account)
                try await test.store.renew(SealedSeed.sample(1), as: .sample(2), of: account.id)
            }

            var changed = account
            changed.secondFactor?.seed = try .sample(2)
            #expect(events.isEmpty)
            try await #expect(test.store.account(account.id) == changed)
            try await #expect(test.store.account(bob.id) == bob)
        },
    ]
}
