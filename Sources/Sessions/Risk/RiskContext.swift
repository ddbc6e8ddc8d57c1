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

    /// Whether the network is one that the owner uses; `nil` when that cannot be said.
    var isUsualNetwork: Bool? { any { sighting.isSameNetwork(as: $0) } }

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
