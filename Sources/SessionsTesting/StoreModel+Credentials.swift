import Sessions
import Testing

extension StoreModel {
    /// Whether both stores know the same second factor and challenges.
    func areCredentialsAlike(everywhere: Bool) async throws -> Bool {
        var isAlike = try await same { try await $0.pendingSecondFactor(of: user) }
        isAlike = try await same { try await $0.recoveryCodesLeft(of: user) } && isAlike
        if everywhere { isAlike = try await same { try await $0.seeds(after: nil, limit: 1_000) } && isAlike }
        for challenge in everywhere ? challenges[...] : challenges.suffix(3) {
            isAlike = try await same { try await $0.challenge(challenge.digest) } && isAlike
        }
        return isAlike
    }

    /// One of the user's sessions, as it is now; seldom somebody else's.
    private mutating func ownSession() async throws -> Session? {
        let own = await memory.sessions(of: user, activeAt: clock.now, limit: 20)
        guard let picked = chance(10) ? pickSession() : own.randomElement(using: &random) else { return nil }
        return await memory.record(of: picked.id)?.session ?? picked
    }

    private mutating func byte() -> UInt8 { .random(in: 1...9, using: &random) }

    mutating func setUp() async throws {
        guard let session = try await ownSession() else { return }
        let pending = PendingSecondFactor(
            userID: user,
            seed: try .sample(byte()),
            sessionID: session.id,
            expiresAt: clock.now.adding(seconds: .random(in: 1...3_600, using: &random))
        )
        _ = try await same { try await $0.begin(pending) }
    }

    mutating func changeCredentials() async throws {
        guard let account = await memory.account(user), var session = try await ownSession() else { return }
        var kind = try randomKind()
        if let pending = await memory.pendingSecondFactor(of: user), chance(50) {
            kind = .secondFactorOn(pending.seed, step: 1, recoveryCodes: try randomCodes())
            session = await memory.record(of: pending.sessionID)?.session ?? session
        }
        let digest = chance(10) ? TokenDigest(bytes: Array(repeating: 0, count: 32)) : nil
        var change = CredentialChange(
            kind,
            of: user,
            verified: account.credentialVersion - (chance(10) ? 1 : 0),
            at: clock.now,
            using: try randomCode(of: account),
            in: session.id,
            tokenDigest: digest ?? session.tokenDigest,
            endingOthers: chance(30) ? ending(.passwordChanged) : nil,
            events: [event(.reauthenticated, session.id), event(.recoveryCodeUsed)]
        )
        if chance(50) {
            change.renewal = SessionRenewal(
                tokenDigest: try .sample(byte()),
                authentication: AuthenticationMethods([.password, .oneTimeCode]),
                authenticatedAt: clock.now
            )
        }
        let made = change
        _ = try await same { try await $0.make(made) }
    }

    private mutating func randomKind() throws -> CredentialChange.Kind {
        let number = Int.random(in: 0..<20, using: &random)
        return switch number {
        case 0: .secondFactorOff
        case 1: .passwordUnusable
        case 2: .password(PasswordHash(encoded: "another"))
        case 3: .recoveryCodes(try randomCodes())
        default: .none
        }
    }

    private mutating func randomCodes() throws -> [RecoveryCodeDigest] {
        try (UInt8(1)...9).filter { _ in chance(50) }.map { try .sample($0) }
    }

    /// A code that may be used, or may have been.
    private mutating func randomCode(of account: Account) throws -> SecondFactorUse? {
        guard let factor = account.secondFactor, chance(70) else { return nil }
        if chance(20) { return .recoveryCode(try .sample(byte())) }
        return .step(factor.lastStep + .random(in: -1...3, using: &random))
    }

    mutating func removeSecondFactor() async throws {
        let event = event(.secondFactorDisabled)
        _ = try await same { try await $0.removeSecondFactor(of: user, ending: ending(.revoked), event) }
    }

    mutating func challenge() async throws {
        guard let account = await memory.account(user) else { return }
        var owner = account
        if chance(10) { owner.credentialVersion -= 1 }
        let digest = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        let challenge = LoginChallenge(
            digest: try #require(ChallengeDigest(bytes: digest)),
            userID: owner.id,
            credentialVersion: owner.credentialVersion,
            epoch: owner.epoch,
            isRemembered: chance(50),
            browser: chance(50) ? try .sample(byte()) : nil,
            followsFailures: chance(50),
            expiresAt: clock.now.adding(seconds: .random(in: 1...7_200, using: &random))
        )
        let event = event(.secondFactorAsked)
        await memory.add(challenge, settling: [], noting: event)
        try await store.add(challenge, settling: [], noting: event)
        challenges.append(challenge)
    }

    mutating func openBySecondStep() async throws {
        guard let challenge = challenges.suffix(20).randomElement(using: &random),
            let owner = await memory.account(challenge.userID)
        else { return }
        if !chance(10) { user = owner.id }
        guard let account = await memory.account(user), let code = try randomCode(of: account) else { return }
        let session = Session.sample(of: account, at: clock.now)
        let recovery = LoginCompletion.SecondStep.Recovery(ending: ending(.revoked), event: event(.recoveryCodeUsed))
        let step = LoginCompletion.SecondStep(
            challenge: challenge.digest,
            using: code,
            recovery: code.isRecoveryCode ? recovery : nil
        )
        let event = event(.loginSucceeded, session.id)
        _ = try await same { store in
            try await store.open(
                session,
                verified: account.credentialVersion,
                replacing: nil,
                completing: LoginCompletion(secondStep: step),
                event
            )
        }
        sessions.append(session)
    }

    mutating func sweepChallenges() async throws {
        let limit = Int.random(in: 1...5, using: &random)
        // Which ones go first is the store's business; when none is left both have swept the same.
        _ = try await same { store in
            var count = 0
            while case let step = try await store.sweepChallenges(at: clock.now, limit: limit), step > 0 {
                count += step
            }
            return count
        }
    }
}
