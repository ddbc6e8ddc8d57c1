/// What a sighting is judged by.
struct RiskContext: Sendable {
    /// What is judged.
    let sighting: Sighting
    /// What the account was seen as before, newest first.
    let history: [Sighting]
    /// The account's other sessions that are active, by last activity, latest first.
    let sessions: [Session]
    /// How many log-ins have failed just before this one.
    var failures = 0
    /// What of ``history`` the owner did, newest first.
    let usual: [Sighting]

    init(of sighting: Sighting, history: [Sighting], sessions: [Session], failures: Int = 0) {
        self.sighting = sighting
        self.history = history
        self.sessions = sessions
        self.failures = failures
        usual = history.filter { $0.isUsual(at: sighting.at) }
    }

    /// Whether the browser has shown that it has logged in before: what nobody else can who only knows the password.
    var isKnownBrowser: Bool { sighting.isBrowserKnown }

    /// How long an account is new, in seconds: for 14 days its owner's devices and networks are all seen for the first time.
    static let newAccountSeconds: Int64 = 1_209_600

    /// Whether the account is so new that what is usual is not known yet.
    var isNewAccount: Bool { sighting.at < sighting.userID.madeAt.adding(seconds: Self.newAccountSeconds) }

    /// Whether the very network is one that the owner uses; `nil` when that cannot be said.
    var isUsualNetwork: Bool? { any { sighting.isSameNetwork(as: $0) } }

    /// Whether the network is of a provider that the owner uses; `nil` when that cannot be said.
    var isUsualProvider: Bool? { any { sighting.isSameProvider(as: $0) } }

    /// Whether such a browser of the owner's forgets its cookies: three or more of its last five log-ins were by a browser unknown.
    var losesCookies: Bool {
        usual.lazy.filter(sighting.isSameSoftware).prefix(5).reduce(0) { $0 + ($1.isBrowserKnown ? 0 : 1) } >= 3
    }

    /// Whether the area is one that the owner is in; `nil` when that cannot be said.
    var isUsualPlace: Bool? { any { sighting.isSamePlace(as: $0) } }

    /// Whether the owner uses such a browser on such a system.
    var isUsualSoftware: Bool { usual.contains(where: sighting.isSameSoftware) }

    /// Whether the country is one that the owner is in; `nil` when that cannot be said.
    var isUsualCountry: Bool? {
        guard let country = sighting.location?.countryCode else { return nil }
        return any { $0.location?.countryCode.map { $0 == country } }
    }

    /// Whether one of the usual sightings agrees; `nil` when none can be compared.
    private func any(_ agrees: (Sighting) -> Bool?) -> Bool? {
        var isComparable = false
        for other in usual {
            guard let agrees = agrees(other) else { continue }
            if agrees { return true }
            isComparable = true
        }
        // Where all that was seen waits for the owner's word, nothing is usual: flooding the history makes nobody unsuspicious.
        return isComparable || usual.isEmpty && !history.isEmpty ? false : nil
    }
}
