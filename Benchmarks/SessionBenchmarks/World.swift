import Sessions

/// An authority over memory, one user's live sessions in it, and their tokens as they come in a cookie.
struct World: Sendable {
    let authority: SessionAuthority
    let user: UserID
    let client: Client
    let tokens: [[UInt8]]
    /// The same with another first character in their signature: well formed, and not ours.
    let forgedTokens: [[UInt8]]

    /// Thrown when the account just made does not let its owner in.
    struct NoEntry: Error {}

    /// Opens sessions and presents each token once, so that memory vouches for it as in steady state.
    init(sessions: Int) async throws {
        let keys = try SigningKeys(secret: "a benchmark's secret, 0123456789 abcdefghijklmnop")
        // Without a cost: hashing is not what is timed here.
        let hasher = try PasswordHasher(cost: .init(memoryKiB: 8, passes: 1, lanes: 1), width: 1)
        let store = MemoryStore(at: WallClock.system.now)
        authority = try await SessionAuthority(store: store, keys: keys)
        client = Client(address: IPAddress("203.0.113.45"), userAgent: UserAgents.desktop)
        let password = Password("seven green kettles")
        guard let email = EmailAddress("ada@example.org"), let username = Username("ada"),
            case .registered = try await Accounts(authority: authority, hasher: hasher)
                .register(email: email, username: username, password: password, from: client),
            case .authenticated(let authentication, _) = try await CredentialVerifier(
                store: store,
                hasher: hasher,
                keys: keys,
                clock: .system
            ).verify(identifier: "ada", password: password, from: client.address)
        else { throw NoEntry() }
        user = authentication.userID
        var tokens: [[UInt8]] = []
        for _ in 0..<sessions {
            guard let opened = try await authority.open(for: authentication, from: client, isRemembered: false) else {
                throw NoEntry()
            }
            let token = Array(opened.token.headerValue.utf8)
            guard case .valid = try await authority.verify(token, from: client) else { throw NoEntry() }
            tokens.append(token)
        }
        self.tokens = tokens
        forgedTokens = tokens.map(Self.forged)
    }

    private static func forged(_ token: [UInt8]) -> [UInt8] {
        var forged = token
        if let dot = token.lastIndex(of: UInt8(ascii: ".")) {
            forged[dot + 1] = token[dot + 1] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
        }
        return forged
    }
}
