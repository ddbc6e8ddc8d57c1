import Sessions
import Testing

extension StorePromise {
    static let credentialChanges = [
        StorePromise("a proof renews the token: the old one counts no more, id and expiry and all else stay") { test in
            let account = try await test.add("ada")
            let session = try await test.open(account)
            let other = try await test.open(account)
            let challenge = try await test.challenge(1, to: account.id)
            try await test.store.know(.sample(1), of: account.id, at: test.start)
            var change = try await test.change(.none, in: session)
            let time = test.start.adding(seconds: 7)
            let methods = AuthenticationMethods([.password, .oneTimeCode])
            change.renewal = SessionRenewal(tokenDigest: try .sample(9), authentication: methods, authenticatedAt: time)
            let made = change

            let events = try await test.events {
                try await #expect(test.store.make(made) == .made(EndedSessions()))
            }

            #expect(events == Set(change.events))
            let renewed = try await test.store.record(of: session.id)?.session
            #expect(try renewed == session.renewed(.sample(9), methods, at: time))
            try await #expect(test.active(account.id) == [session.id, other.id])
            try await #expect(test.store.account(account.id) == account)
            try await #expect(test.store.challenge(challenge.digest) == challenge)
            try await #expect(test.store.knows([.sample(1)], of: account.id))
            try await #expect(test.store.make(made) == .sessionChanged)
        },
        StorePromise("a change without a renewal leaves the token in force") { test in
            let session = try await test.open(test.add("ada"))

            for _ in 0..<2 { try await test.make(test.change(.none, in: session)) }

            try await #expect(test.store.record(of: session.id)?.session == session)
        },
        StorePromise("another password voids what was verified, forgets browsers, and leaves the other sessions") {
            test in
            let account = try await test.add("ada")
            let bob = try await test.add("bob")
            let sessions = try await test.open(account, count: 3)
            for user in [account.id, bob.id] { try await test.store.know(.sample(1), of: user, at: test.start) }
            let challenge = try await test.challenge(1, to: account.id)
            let bobs = try await test.challenge(2, to: bob.id)
            let hash = PasswordHash(encoded: "$argon2id$v=19$m=128,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g")
            var change = try await test.change(.password(hash), in: sessions[0])
            change.browser = try .sample(2)

            try await test.make(change)

            var changed = account
            changed.passwordHash = hash
            changed.user.passwordChangedAt = change.at
            changed.credentialVersion += 1
            try await #expect(test.store.account(account.id) == changed)
            try await #expect(test.active(account.id) == Set(sessions.map(\.id)))
            try await #expect(!test.store.knows([.sample(1)], of: account.id))
            try await #expect(test.store.knows([.sample(2)], of: account.id))
            try await #expect(test.store.challenge(challenge.digest) == nil)
            try await #expect(test.store.account(bob.id) == bob)
            try await #expect(test.store.knows([.sample(1)], of: bob.id))
            try await #expect(test.store.challenge(bobs.digest) == bobs)
        },
        StorePromise("a change that ends the other sessions ends them all, and its first event tells how many") {
            test in
            let account = try await test.add("ada")
            let sessions = try await test.open(account, count: 3)
            let bobs = try await test.open(test.add("bob"))
            let ending = Session.Ending.sample(.passwordChanged, by: .session(sessions[1].id))
            var change = try await test.change(.password(PasswordHash(encoded: "x")), in: sessions[1])
            change.endingOthers = ending
            change.events.append(.sample(.recoveryCodeUsed, user: account.id))
            let made = change

            let events = try await test.events {
                let ended = try await test.make(made)
                #expect(ended == EndedSessions(active: [sessions[0].id: account.id, sessions[2].id: account.id]))
            }

            #expect(events == [change.events[0].ending(2), change.events[1]])
            try await #expect(test.active(account.id) == [sessions[1].id])
            for session in [sessions[0], sessions[2]] { try await #expect(test.ending(of: session) == ending) }
            try await #expect(test.ending(of: bobs) == nil)
            try await #expect(test.store.account(account.id)?.epoch == 1)
        },
        StorePromise("a change that ends the other sessions marks those expired whose time has run out") { test in
            let account = try await test.add("ada")
            let due = try await test.open(account)
            let session = try await test.open(account, isRemembered: true)
            var change = try await test.change(.none, in: session)
            change.at = due.expiresAt
            change.endingOthers = .sample(at: due.expiresAt)

            try await #expect(test.make(change) == EndedSessions(due: [due.id: account.id]))

            try await #expect(test.ending(of: due) == .sample(at: due.expiresAt, .expired, by: .system))
            try await #expect(test.events().isSuperset(of: change.events))
        },
        StorePromise("a password that is made unusable is gone, with the browsers and what was verified") { test in
            let account = try await test.add("ada")
            let session = try await test.open(account)
            try await test.store.know(.sample(1), of: account.id, at: test.start)
            let challenge = try await test.challenge(1, to: account.id)

            try await test.make(test.change(.passwordUnusable, in: session))

            var changed = account
            changed.passwordHash = nil
            changed.credentialVersion += 1
            try await #expect(test.store.account(account.id) == changed)
            try await #expect(!test.store.knows([.sample(1)], of: account.id))
            try await #expect(test.store.challenge(challenge.digest) == nil)
            try await #expect(test.active(account.id) == [session.id])
        },
        StorePromise("a seed that was shown to be in an app guards the account, wherever the account is read") { test in
            let account = try await test.add("ada")
            let session = try await test.open(account)
            let challenge = try await test.challenge(1, to: account.id)
            let pending = try await test.begin(in: session)
            let codes = try (1...3).map { try RecoveryCodeDigest.sample($0) }
            let change = try await test.change(
                .secondFactorOn(pending.seed, step: 7, recoveryCodes: codes),
                in: session
            )

            try await test.make(change)

            var changed = account
            changed.user.secondFactorSince = change.at
            changed.secondFactor = SecondFactor(seed: pending.seed, lastStep: 7)
            changed.credentialVersion += 1
            try await #expect(test.store.account(account.id) == changed)
            try await #expect(test.store.account(named: .email(account.user.email)) == changed)
            try await #expect(test.store.account(named: .username(account.user.username)) == changed)
            try await #expect(test.store.accounts(after: nil, limit: 9) == [changed])
            try await #expect(test.store.record(of: session.id)?.account == changed)
            let all = try await test.store.sessions(after: nil, activeAt: test.start, limit: 9)
            #expect(all.map(\.account) == [changed])
            try await #expect(test.store.pendingSecondFactor(of: account.id) == nil)
            try await #expect(test.store.recoveryCodesLeft(of: account.id) == 3)
            try await #expect(test.store.challenge(challenge.digest) == nil)
        },
        StorePromise("a second factor that is turned off is gone, with its recovery codes and challenges") { test in
            let (account, session) = try await test.addProtected("ada")
            let (bob, _) = try await test.addProtected("bob")
            let challenge = try await test.challenge(1, to: account.id)
            var change = try await test.change(.secondFactorOff, in: session)
            change.using = .step(StoreUnderTest.firstStep + 1)

            try await test.make(change)

            var changed = account
            changed.secondFactor = nil
            changed.user.secondFactorSince = nil
            changed.credentialVersion += 1
            try await #expect(test.store.account(account.id) == changed)
            try await #expect(test.store.recoveryCodesLeft(of: account.id) == 0)
            try await #expect(test.store.challenge(challenge.digest) == nil)
            try await #expect(test.store.account(bob.id) == bob)
            try await #expect(test.store.recoveryCodesLeft(of: bob.id) == 3)
            _ = try await test.begin(in: session)
        },
        StorePromise("new recovery codes take the place of the old ones, and challenges stay") { test in
            let (account, session) = try await test.addProtected("ada", codes: [1, 2])
            let challenge = try await test.challenge(1, to: account.id)

            try await test.make(test.change(.recoveryCodes([.sample(2), .sample(3), .sample(4)]), in: session))

            let state = try await test.state(of: account.id)
            #expect(state.codes == [2, 3, 4])
            #expect(state.codesLeft == 3)
            #expect(state.account == account)
            #expect(state.challenges == [challenge])
        },
        StorePromise("a code of the app is used up, and voids nothing") { test in
            let (account, session) = try await test.addProtected("ada")
            let challenge = try await test.challenge(1, to: account.id)
            var change = try await test.change(.none, in: session)
            change.using = .step(StoreUnderTest.firstStep + 5)

            try await test.make(change)

            var changed = account
            changed.secondFactor?.lastStep = StoreUnderTest.firstStep + 5
            try await #expect(test.store.account(account.id) == changed)
            try await #expect(test.store.challenge(challenge.digest) == challenge)
            try await #expect(test.store.recoveryCodesLeft(of: account.id) == 3)
        },
        StorePromise("a recovery code is used up, and voids what was verified before") { test in
            let (account, session) = try await test.addProtected("ada")
            let challenge = try await test.challenge(1, to: account.id)
            var change = try await test.change(.none, in: session)
            change.using = .recoveryCode(try .sample(2))

            try await test.make(change)

            var changed = account
            changed.credentialVersion += 1
            let state = try await test.state(of: account.id)
            #expect(state.account == changed)
            #expect(state.codes == [1, 3])
            try await #expect(test.store.challenge(challenge.digest) == nil)
        },
        StorePromise("a change settles attempts") { test in
            let session = try await test.open(test.add("ada"))
            let budget = AttemptBudget(try .sample(1), failuresMax: 9, windowSeconds: 900, pause: .growing)
            _ = try await test.store.admit([budget], at: test.start)
            var change = try await test.change(.none, in: session)
            change.settling = [.forget(budget.key)]

            try await test.make(change)

            try await #expect(test.store.admit([budget], at: test.start) == .admitted([1]))
        },
        StorePromise("of changes at once with one token one is made") { test in
            let session = try await test.open(test.add("ada"))
            let base = try await test.change(.none, in: session)

            let made = try await test.made { number in
                var change = base
                change.renewal = SessionRenewal(
                    tokenDigest: try .sample(UInt8(number)),
                    authentication: .password,
                    authenticatedAt: test.start
                )
                return change
            }

            #expect(made == 1)
        },
        StorePromise("of changes at once with one code one is made") { test in
            let (_, session) = try await test.addProtected("ada")
            for code in [SecondFactorUse.step(StoreUnderTest.firstStep + 1), .recoveryCode(try .sample(1))] {
                let base = try await test.change(.none, in: session)
                let made = try await test.made { _ in
                    var change = base
                    change.using = code
                    return change
                }

                #expect(made == 1)
            }
        },
    ]
}

extension StoreUnderTest {
    /// How many of 20 changes in parallel are made.
    fileprivate func made(_ change: @escaping @Sendable (Int) throws -> CredentialChange) async throws -> Int {
        try await withThrowingTaskGroup(of: CredentialChangeOutcome.self) { group in
            for number in 1...20 { group.addTask { try await self.store.make(try change(number)) } }
            return try await group.reduce(into: 0) { $0 += $1 == .made(EndedSessions()) ? 1 : 0 }
        }
    }
}

extension Session {
    fileprivate func renewed(
        _ digest: TokenDigest,
        _ methods: AuthenticationMethods,
        at time: Timestamp
    ) -> Session {
        Session(
            id: id,
            userID: userID,
            epoch: epoch,
            tokenDigest: digest,
            authentication: methods,
            authenticatedAt: time,
            createdAt: createdAt,
            expiresAt: expiresAt,
            isRemembered: isRemembered,
            signInAddress: signInAddress,
            lastActivity: lastActivity,
            address: address,
            userAgent: userAgent,
            device: device,
            location: location,
            ending: ending
        )
    }
}
