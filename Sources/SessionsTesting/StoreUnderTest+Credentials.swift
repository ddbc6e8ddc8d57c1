import Sessions
import Testing

extension StoreUnderTest {
    /// The step of the code that ``enableSecondFactor(in:)`` uses up.
    static let firstStep: Int64 = 100

    /// A change in a session, of the account and with the token as they are now.
    func change(_ kind: CredentialChange.Kind, in session: Session) async throws -> CredentialChange {
        let record = try #require(try await store.record(of: session.id))
        return CredentialChange(
            kind,
            of: session.userID,
            verified: record.account.credentialVersion,
            at: start.adding(seconds: 1),
            in: session.id,
            tokenDigest: record.session.tokenDigest,
            events: [.sample(.reauthenticated, user: session.userID, session: session.id, by: .session(session.id))]
        )
    }

    /// Makes a change that must be made.
    @discardableResult
    func make(_ change: CredentialChange) async throws -> EndedSessions {
        guard case .made(let ended) = try await store.make(change) else {
            Issue.record("the change is not made")
            return EndedSessions()
        }
        return ended
    }

    /// Begins to set a seed up.
    func begin(_ seed: UInt8 = 1, in session: Session) async throws -> PendingSecondFactor {
        let pending = PendingSecondFactor(
            userID: session.userID,
            seed: try .sample(seed),
            sessionID: session.id,
            expiresAt: start.adding(seconds: PendingSecondFactor.lifetimeSeconds)
        )
        try #require(try await store.begin(pending))
        return pending
    }

    /// Turns a second factor on whose seed is all ones, and whose recovery codes are some bytes.
    func enableSecondFactor(in session: Session, codes: [UInt8] = [1, 2, 3]) async throws {
        let pending = try await begin(in: session)
        let kind = CredentialChange.Kind.secondFactorOn(
            pending.seed,
            step: Self.firstStep,
            recoveryCodes: try codes.map { try .sample($0) }
        )
        try await make(try await change(kind, in: session))
    }

    /// An account whose second factor is on, and the session that it was turned on in.
    func addProtected(_ name: String, codes: [UInt8] = [1, 2, 3]) async throws -> (Account, Session) {
        let session = try await open(add(name))
        try await enableSecondFactor(in: session, codes: codes)
        return (try #require(try await store.account(session.userID)), session)
    }

    /// Adds a challenge to an account as it is now.
    @discardableResult
    func challenge(_ byte: UInt8, to user: UserID) async throws -> LoginChallenge {
        let challenge = try LoginChallenge.sample(byte, of: #require(try await store.account(user)))
        try await store.add(challenge, settling: [], noting: .sample(.secondFactorAsked, user: user))
        return challenge
    }

    /// All that is known of a user, but for counts of failures.
    ///
    /// Challenges, recovery codes and browsers are those of the bytes 1 to 9.
    func state(of user: UserID) async throws -> UserState {
        var state = UserState(
            account: try await store.account(user),
            sessions: Set(try await store.sessions(of: user, activeAt: start, limit: 1_000)),
            pending: try await store.pendingSecondFactor(of: user),
            codesLeft: try await store.recoveryCodesLeft(of: user),
            events: try await events()
        )
        for byte in UInt8(1)...9 {
            if let challenge = try await store.challenge(.sample(byte)) { state.challenges.insert(challenge) }
            if try await store.hasRecoveryCode(.sample(byte), of: user) { state.codes.insert(byte) }
            if try await store.knows([.sample(byte)], of: user) { state.browsers.insert(byte) }
        }
        return state
    }
}

/// What a store knows of a user.
struct UserState: Equatable {
    var account: Account?
    var sessions: Set<Session>
    var pending: PendingSecondFactor?
    var codesLeft: Int
    var events: Set<AuditEvent>
    var challenges: Set<LoginChallenge> = []
    var codes: Set<UInt8> = []
    var browsers: Set<UInt8> = []
}
