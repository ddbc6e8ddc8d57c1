import Sessions
import Testing

extension StorePromise {
    /// A change that is not made changes nothing: each is tried with all that a change can bring along.
    static let credentialRefusals = [
        StorePromise("a change for credentials that are not the account's is refused") { test in
            let session = try await test.open(test.add("ada"))

            for difference: Int64 in [-1, 1] {
                try await test.refuses(.refused, in: session) { $0.credentialVersion += difference }
            }
        },
        StorePromise("a change to an account that was disabled or never was is refused") { test in
            let account = try await test.add("ada")
            let session = try await test.open(account)
            let nobody = UserID.make(at: test.start)
            try await test.refuses(.refused, in: session) { $0.userID = nobody }

            let event = AuditEvent.sample(.accountDisabled, user: account.id)
            _ = try await test.store.setDisabled(.sample(.disabled), of: account.id, event)

            try await test.refuses(.refused, in: session) { _ in }
        },
        StorePromise(
            "a change in a session that has ended, is unknown, another user's, or has another token is not made"
        ) {
            test in
            let account = try await test.add("ada")
            let session = try await test.open(account)
            let ended = try await test.open(account)
            _ = try await test.end(.any(ended.id))
            let bobs = try await test.open(test.add("bob"))
            let unknown = SessionID.make(at: test.start)
            let digest = try TokenDigest.sample(5)

            try await test.refuses(.sessionChanged, in: ended) { _ in }
            try await test.refuses(.sessionChanged, in: session) { $0.session = unknown }
            try await test.refuses(.sessionChanged, in: session) { $0.tokenDigest = digest }
            try await test.refuses(.sessionChanged, in: session) { change in
                change.session = bobs.id
                change.tokenDigest = bobs.tokenDigest
            }
            try await #expect(test.ending(of: bobs) == nil)
        },
        StorePromise("a change is made up to the millisecond before its session's time is over") { test in
            let session = try await test.open(test.add("ada"))

            try await test.refuses(.sessionChanged, in: session) { $0.at = session.expiresAt }
            var change = try await test.change(.none, in: session)
            change.at = session.expiresAt.adding(milliseconds: -1)
            try await test.make(change)
        },
        StorePromise("a second factor that is off is not turned off, and has no recovery codes") { test in
            let session = try await test.open(test.add("ada"))
            _ = try await test.addProtected("bob")
            let codes = [try RecoveryCodeDigest.sample(9)]

            for isPending in [false, true] {
                if isPending { _ = try await test.begin(in: session) }
                try await test.refuses(.refused, in: session) { $0.kind = .secondFactorOff }
                try await test.refuses(.refused, in: session) { $0.kind = .recoveryCodes(codes) }
            }
        },
        StorePromise(
            "a seed that is not being set up is not turned on: none, another, another session's, another user's"
        ) {
            test in
            let account = try await test.add("ada")
            let session = try await test.open(account)
            let other = try await test.open(account)
            let bobs = try await test.open(test.add("bob"))
            let on = CredentialChange.Kind.secondFactorOn(try .sample(1), step: 1, recoveryCodes: [])

            _ = try await test.begin(in: bobs)
            try await test.refuses(.refused, in: session) { $0.kind = on }
            _ = try await test.begin(in: session)
            try await test.refuses(.refused, in: other) { $0.kind = on }
            _ = try await test.begin(2, in: session)
            try await test.refuses(.refused, in: session) { $0.kind = on }

            try await test.enableSecondFactor(in: session)
            try await test.refuses(.refused, in: session) { $0.kind = on }
        },
        StorePromise("a seed is turned on up to the millisecond before its time is over") { test in
            let session = try await test.open(test.add("ada"))
            let pending = try await test.begin(in: session)
            let on = CredentialChange.Kind.secondFactorOn(pending.seed, step: 1, recoveryCodes: [])

            try await test.refuses(.refused, in: session) { change in
                change.kind = on
                change.at = pending.expiresAt
            }
            var change = try await test.change(on, in: session)
            change.at = pending.expiresAt.adding(milliseconds: -1)
            try await test.make(change)
        },
        StorePromise("a code that was used, is older, is another user's or nobody's is not taken for a change") {
            test in
            let (_, session) = try await test.addProtected("ada", codes: [1, 2])
            _ = try await test.addProtected("bob", codes: [4])
            var using = try await test.change(.none, in: session)
            using.using = .recoveryCode(try .sample(1))
            try await test.make(using)
            let last = StoreUnderTest.firstStep
            let codes: [SecondFactorUse] = [
                .step(last), .step(last - 1), .recoveryCode(try .sample(1)), .recoveryCode(try .sample(4)),
                .recoveryCode(try .sample(9)),
            ]

            for code in codes {
                try await test.refuses(.alreadyUsed, in: session) { $0.using = code }
                try await test.refuses(.alreadyUsed, in: session) { change in
                    change.kind = .secondFactorOff
                    change.using = code
                }
            }
        },
        StorePromise("where no second factor is on no code is taken") { test in
            let session = try await test.open(test.add("ada"))

            for isPending in [false, true] {
                if isPending { _ = try await test.begin(in: session) }
                try await test.refuses(.alreadyUsed, in: session) { $0.using = .step(.max) }
            }
        },
    ]
}

extension StoreUnderTest {
    /// Tries a change of the password, with all that one can bring along, after altering it.
    fileprivate func refuses(
        _ outcome: CredentialChangeOutcome,
        in session: Session,
        _ alter: (inout CredentialChange) -> Void
    ) async throws {
        let account = try #require(try await store.account(session.userID))
        let login = AuditEvent.sample(.loginSucceeded, user: account.id)
        _ = try await store.open(.sample(of: account), verified: account.credentialVersion, replacing: nil, login)
        let budget = AttemptBudget(try .sample(1), failuresMax: 9, windowSeconds: 900, pause: .none)
        try await store.settle([.forget(budget.key)])
        _ = try await store.admit([budget], at: start)
        try await store.know(.sample(1), of: session.userID, at: start)
        if try await store.challenge(.sample(1)) == nil { try await challenge(1, to: account.id) }
        var change = try await change(.password(PasswordHash(encoded: "x")), in: session)
        change.renewal = SessionRenewal(tokenDigest: try .sample(8), authentication: .password, authenticatedAt: start)
        change.endingOthers = .sample()
        change.browser = try .sample(2)
        change.settling = [.forget(budget.key)]
        alter(&change)
        let before = try await state(of: session.userID)

        try await #expect(store.make(change) == outcome)

        try await #expect(state(of: session.userID) == before)
        try await #expect(store.admit([budget], at: start) == .admitted([2]))
    }
}
