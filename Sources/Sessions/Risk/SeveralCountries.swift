extension RiskContext {
    /// What was used within this time counts as in use, in seconds: an hour.
    static let atOnceSeconds: Int64 = 3_600

    /// Sessions are in use in several countries at once, and this one is in none that the owner is usually in.
    var severalCountries: RiskSignal? {
        guard isUsualCountry == false, let here = sighting.location, let code = here.countryCode else { return nil }
        let instant = sighting.at.adding(seconds: -Self.atOnceSeconds)
        let others = sessions.filter { $0.id != sighting.sessionID && $0.lastActivity >= instant }
            .compactMap(\.location).filter { $0.countryCode.map { $0 != code } ?? false }
        let names = Set(others.compactMap(\.countryPhrase)).sorted()
        guard let first = names.first, let own = here.countryPhrase else { return nil }
        let list = names.count == 1 ? first : "\(first) and \(names.count - 1) more"
        return RiskSignal(
            .severalCountries,
            isKnownBrowser ? .info : .warning,
            "Your account is in use in \(own) and in \(list) at the same time."
        )
    }
}
