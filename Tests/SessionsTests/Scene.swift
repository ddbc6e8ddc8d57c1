import Sessions
import SessionsTesting
import Testing

@testable import Sessions

/// An authority over a store in memory, with a clock that stands still and accounts to log in to.
struct Scene: Sendable {
    let clock: ManualClock
    let memory: MemoryStore
    let authority: SessionAuthority
    let accounts: Accounts
    let verifier: CredentialVerifier
    let hasher: PasswordHasher

    static let secret = "correct horse battery staple 0123456789"
    static let password = Password("a password that nobody else uses")

    /// Sets the scene.
    ///
    /// What is handed in takes the place of the usual; `wrap` puts a store before the one in memory.
    init(
        clock: ManualClock = ManualClock(),
        keys: SigningKeys? = nil,
        locate: @escaping @Sendable (IPAddress) -> Location? = { _ in nil },
        live: LiveSessions = LiveSessions(),
        wrap: (MemoryStore) -> any SessionStore = { $0 }
    ) async throws {
        self.clock = clock
        memory = MemoryStore(at: clock.now)
        let store = wrap(memory)
        authority = try await SessionAuthority(
            store: store,
            keys: keys ?? SigningKeys(secret: Self.secret),
            clock: clock.wallClock,
            locate: locate,
            live: live,
            lease: nil
        )
        hasher = try PasswordHasher(cost: .cheap, width: 2)
        accounts = Accounts(authority: authority, hasher: hasher)
        verifier = try CredentialVerifier(
            store: store,
            hasher: hasher,
            keys: keys ?? SigningKeys(secret: Self.secret),
            clock: clock.wallClock
        )
    }

    /// A scene whose store has something before it.
    static func behind(_ wrap: (MemoryStore) -> any SessionStore) async throws -> Scene {
        try await Scene(wrap: wrap)
    }

    /// Another process on the same store: its memory knows nothing.
    func restarted(secret: String = Scene.secret, previous: [String] = []) async throws -> SessionAuthority {
        try await SessionAuthority(
            store: memory,
            keys: SigningKeys(secret: secret, previous: previous),
            clock: clock.wallClock
        )
    }

    func register(_ name: String) async throws -> User {
        let registration = try await accounts.register(
            email: #require(EmailAddress("\(name)@example.org")),
            username: #require(Username(name)),
            password: Self.password,
            from: .desktop
        )
        guard case .registered(let user) = registration else {
            throw Unexpected(what: "\(registration)")
        }
        return user
    }

    func authenticate(_ user: User) async throws -> Authentication {
        let outcome = try await verifier.verify(
            identifier: user.username.description,
            password: Self.password,
            from: .nowhere
        )
        guard case .authenticated(let authentication, _) = outcome else { throw Unexpected(what: "\(outcome)") }
        return authentication
    }

    func logIn(
        _ user: User,
        from client: Client = .desktop,
        isRemembered: Bool = false,
        replacing presented: SessionToken? = nil
    ) async throws -> SessionAuthority.OpenedSession {
        try #require(
            try await authority.open(
                for: authenticate(user),
                from: client,
                isRemembered: isRemembered,
                replacing: presented?.bytes
            )
        )
    }

    /// The live session of a token.
    func live(_ opened: SessionAuthority.OpenedSession) async throws -> LiveSession {
        try await authority.live(opened.token)
    }
}

extension Client {
    /// One of which nothing is known.
    static let nowhere = Client(address: nil, userAgent: nil)
}

/// Thrown when a scene cannot be set.
struct Unexpected: Error {
    let what: String
}

extension SessionAuthority {
    /// What a token is worth, in a word.
    func worth(_ token: [UInt8], from client: Client = .desktop) async throws -> Worth {
        switch try await verify(token, from: client) {
        case .valid: .valid
        case .invalid(let refusal): .invalid(refusal)
        }
    }

    func worth(_ token: SessionToken, from client: Client = .desktop) async throws -> Worth {
        try await worth(token.bytes, from: client)
    }

    func live(_ token: SessionToken, from client: Client = .desktop) async throws -> LiveSession {
        guard case .valid(let session) = try await verify(token.bytes, from: client) else {
            throw Unexpected(what: "the session is not live")
        }
        return session
    }

    /// `Verification` without the session.
    enum Worth: Hashable {
        case valid
        case invalid(Refusal)
    }
}

extension PasswordHash.Cost {
    /// So little that a test does not notice it.
    static let cheap = PasswordHash.Cost(memoryKiB: 64, passes: 1, lanes: 1)
}
