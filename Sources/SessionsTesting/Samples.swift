package import Sessions
import Testing

extension Account {
    /// An account with a name, and an address made of it.
    package static func sample(
        _ name: String,
        at time: Timestamp = ManualClock.start,
        email: EmailAddress? = nil,
        passwordHash: PasswordHash? = PasswordHash(encoded: "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g")
    ) throws -> Account {
        let user = User(
            id: .make(at: time),
            email: try email ?? #require(EmailAddress("\(name)@example.org")),
            isEmailVerified: false,
            username: try #require(Username(name)),
            createdAt: time,
            passwordChangedAt: time
        )
        return Account(user: user, passwordHash: passwordHash)
    }
}

extension Session {
    /// A session as a log-in would open it.
    package static func sample(
        of account: Account,
        at time: Timestamp = ManualClock.start,
        isRemembered: Bool = false,
        from client: Client = .desktop
    ) -> Session {
        let id = SessionID.make(at: time)
        return Session(
            id: id,
            userID: account.id,
            epoch: account.epoch,
            tokenDigest: TokenDigest(of: id.bytes),
            authentication: .password,
            authenticatedAt: time,
            createdAt: time,
            expiresAt: time.adding(seconds: SessionPolicy.lifetimeSeconds(isRemembered: isRemembered)),
            isRemembered: isRemembered,
            signInAddress: client.address,
            lastActivity: time,
            address: client.address,
            userAgent: client.userAgent,
            device: client.device,
            location: nil,
            ending: nil
        )
    }
}

extension Session.Ending {
    /// A revocation by the operator, a second after everything began.
    package static func sample(
        at time: Timestamp = ManualClock.start.adding(seconds: 1),
        _ reason: Session.EndReason = .revoked,
        by actor: Actor = .operator
    ) -> Session.Ending {
        Session.Ending(at: time, reason: reason, by: actor)
    }
}

extension AuditEvent {
    /// An event a second after everything began, from a desktop.
    package static func sample(
        _ kind: Kind,
        at time: Timestamp = ManualClock.start.adding(seconds: 1),
        user: UserID?,
        session: SessionID? = nil,
        by actor: Actor = .operator
    ) -> AuditEvent {
        AuditEvent(kind, at: time, user: user, session: session, by: actor, from: .desktop)
    }

    /// The event as it is stored when it has ended sessions.
    package func ending(_ count: Int) -> AuditEvent {
        var event = self
        event.endedCount = count
        return event
    }
}

extension Client {
    /// Firefox on a desktop.
    package static let desktop = Client(
        address: IPAddress("203.0.113.7"),
        userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"
    )

    /// Safari on a telephone.
    package static let mobile = Client(
        address: IPAddress("2001:db8::17"),
        userAgent: """
            Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 \
            Mobile/15E148 Safari/604.1
            """
    )
}

extension SessionStore {
    /// Opens a session that leaves nothing else behind.
    package func open(
        _ session: Session,
        verified credentialVersion: Int64,
        replacing replaced: ReplacedSession?,
        _ event: AuditEvent
    ) async throws -> SessionOpening {
        try await open(
            session,
            verified: credentialVersion,
            replacing: replaced,
            completing: LoginCompletion(),
            event
        )
    }
}

extension AttemptKey {
    /// A key that is all one byte.
    package static func sample(_ byte: UInt8) throws -> AttemptKey {
        try #require(AttemptKey(bytes: Array(repeating: byte, count: 32)))
    }
}

extension KnownBrowser {
    /// A browser that is all one byte.
    package static func sample(_ byte: UInt8) throws -> KnownBrowser {
        try #require(KnownBrowser(bytes: Array(repeating: byte, count: 32)))
    }
}

extension SealedSeed {
    /// A seed that is all one byte, as if it were sealed.
    package static func sample(_ byte: UInt8) throws -> SealedSeed {
        try #require(SealedSeed(bytes: [1] + Array(repeating: byte, count: 56)))
    }
}

extension RecoveryCodeDigest {
    /// A digest that is all one byte.
    package static func sample(_ byte: UInt8) throws -> RecoveryCodeDigest {
        try #require(RecoveryCodeDigest(bytes: Array(repeating: byte, count: 32)))
    }
}

extension ChallengeDigest {
    /// A digest that is all one byte.
    package static func sample(_ byte: UInt8) throws -> ChallengeDigest {
        try #require(ChallengeDigest(bytes: Array(repeating: byte, count: 32)))
    }
}

extension TokenDigest {
    /// A digest that is all one byte.
    package static func sample(_ byte: UInt8) throws -> TokenDigest {
        try #require(TokenDigest(bytes: Array(repeating: byte, count: 32)))
    }
}

extension LoginChallenge {
    /// A challenge to an account as it is, five minutes from when everything began.
    package static func sample(
        _ byte: UInt8,
        of account: Account,
        expiresAt time: Timestamp = ManualClock.start.adding(seconds: LoginChallenge.lifetimeSeconds)
    ) throws -> LoginChallenge {
        LoginChallenge(
            digest: try .sample(byte),
            userID: account.id,
            credentialVersion: account.credentialVersion,
            epoch: account.epoch,
            isRemembered: false,
            browser: nil,
            followsFailures: false,
            expiresAt: time
        )
    }
}

extension LoginLock {
    /// A lock from when everything began, for an hour.
    package static func sample(
        _ target: Target,
        at time: Timestamp = ManualClock.start,
        seconds: Int64 = 3_600,
        reason: String? = nil
    ) -> LoginLock {
        LoginLock(
            id: .make(at: time),
            target: target,
            setAt: time,
            expiresAt: time.adding(seconds: seconds),
            reason: reason
        )
    }
}
