import Crypto

/// Which failures are counted together, and how many there may be.
struct AttemptBudgets: Sendable {
    private let key: SymmetricKey

    init(keys: SigningKeys) {
        key = keys.current.derived(for: .attempts)
    }

    /// What a browser may fail that has logged in to the account before: it uses no other budget, so that nobody else can spend it.
    func knownBrowser(_ browser: KnownBrowser) -> AttemptBudget {
        AttemptBudget(digest("browser", browser.bytes), failuresMax: 10, windowSeconds: 900, pause: .growing)
    }

    /// What all others together may fail at an account, by whichever of its names.
    func account(_ id: UserID) -> AttemptBudget {
        AttemptBudget(digest("account", id.bytes), failuresMax: 10, windowSeconds: 900, pause: .growing)
    }

    /// The same for a name that no account has: whoever guesses names sees no difference.
    func name(_ name: String) -> AttemptBudget {
        AttemptBudget(
            digest("name", lowercased(name)),
            failuresMax: 10,
            windowSeconds: 900,
            pause: .growing,
            isExpendable: true
        )
    }

    /// What a network may fail, at any account: an IPv4 address, or an IPv6 network of 64 bits.
    func network(_ address: IPAddress?) -> AttemptBudget {
        AttemptBudget(
            digest("network", network(of: address)),
            failuresMax: 30,
            windowSeconds: 900,
            pause: .growing,
            isExpendable: true
        )
    }

    /// How often a network may make an account.
    func registration(_ address: IPAddress?) -> AttemptBudget {
        AttemptBudget(
            digest("registration", network(of: address)),
            failuresMax: 20,
            windowSeconds: 3_600,
            pause: .untilTheWindowEnds,
            isExpendable: true
        )
    }

    /// How often a network may ask for mail to set another password.
    func passwordRequests(_ address: IPAddress?) -> AttemptBudget {
        AttemptBudget(
            digest("password requests", network(of: address)),
            failuresMax: 20,
            windowSeconds: 3_600,
            pause: .untilTheWindowEnds,
            isExpendable: true
        )
    }

    /// What a network may present that is no link, or no link any more.
    func links(_ address: IPAddress?) -> AttemptBudget {
        AttemptBudget(
            digest("links", network(of: address)),
            failuresMax: 30,
            windowSeconds: 900,
            pause: .growing,
            isExpendable: true
        )
    }

    /// How often an owner may ask for mail to another address, whether or not it can be had: nobody is told which.
    func emailRequests(_ id: UserID) -> AttemptBudget {
        AttemptBudget(
            digest("email requests", id.bytes),
            failuresMax: 3,
            windowSeconds: 3_600,
            pause: .untilTheWindowEnds
        )
    }

    /// What may be wrong at the second step of one log-in, which then is over: it only counts, and whoever asks compares with
    /// ``challengeFailuresMax``.
    func challenge(_ digest: ChallengeDigest) -> AttemptBudget {
        AttemptBudget(
            self.digest("challenge", digest.bytes),
            failuresMax: .max,
            windowSeconds: LoginChallenge.lifetimeSeconds,
            pause: .none
        )
    }

    /// How many wrong codes an account takes from strangers who have its password.
    func secondFactor(_ id: UserID) -> AttemptBudget {
        AttemptBudget(
            digest("second factor", id.bytes),
            failuresMax: 20,
            windowSeconds: 3_600,
            pause: .untilTheWindowEnds
        )
    }

    /// Wrong passwords and codes within one session, which ends with ``sessionFailuresMax`` of them.
    func session(_ id: SessionID) -> AttemptBudget {
        AttemptBudget(
            digest("session", id.bytes),
            failuresMax: .max,
            windowSeconds: SessionPolicy.rememberedLifetimeSeconds,
            pause: .none
        )
    }

    /// After so many wrong codes a log-in is over.
    static let challengeFailuresMax = 5
    /// After so many wrong passwords or codes a session is over: whoever found it open does not guess on.
    static let sessionFailuresMax = 10

    /// Failures at an account in a row, however long it takes (NIST SP 800-63B-4 section 3.2.2).
    func streak(_ id: UserID) -> AttemptBudget {
        AttemptBudget(digest("streak", id.bytes), failuresMax: .max, windowSeconds: Self.forever, pause: .none)
    }

    /// Counted for a name that no account has, so that it costs as much.
    func streak(_ name: String) -> AttemptBudget {
        AttemptBudget(
            digest("streak of a name", lowercased(name)),
            failuresMax: .max,
            windowSeconds: 900,
            pause: .none,
            isExpendable: true
        )
    }

    /// After so many failures in a row only a known browser or the operator opens the account.
    static let streakMax = 100
    private static let forever: Int64 = 100 * 366 * 86_400

    /// As ``LoginName`` reads it: names that are the same are counted together.
    private func lowercased(_ name: String) -> [UInt8] {
        name.utf8.prefix(LoginName.bytesMax).map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
    }

    private func network(of address: IPAddress?) -> [UInt8] {
        guard let address else { return [] }
        // An IPv4 address is itself: its whole 32 bits stand in the lower half.
        return address.isIPv4 ? bytes(address.high) + bytes(address.low) : bytes(address.high)
    }

    private func bytes(_ word: UInt64) -> [UInt8] {
        stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> $0) }
    }

    private func digest(_ kind: StaticString, _ subject: [UInt8]) -> AttemptKey {
        var code = HMAC<SHA256>(key: key)
        code.update(data: Array("\(kind)".utf8) + [0])
        code.update(data: subject)
        return AttemptKey(code: code.finalize())
    }
}
