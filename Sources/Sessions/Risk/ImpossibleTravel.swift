extension RiskContext {
    /// Above what an airliner does over the ground, in kilometres an hour.
    static let speedMax = 1_000.0
    /// Distances below it say more of the location database than of anybody, in kilometres.
    static let travelMin = 300.0
    /// How long ago the last place may be, in seconds: after 2 days one can be anywhere.
    static let travelSeconds: Int64 = 172_800

    /// Nobody gets from the last place to this one in that time.
    ///
    /// The speed is the least that both places' accuracy allows. Whoever goes through a country that the owner uses, and
    /// whoever is known by the browser, has most likely turned a VPN on or off.
    var impossibleTravel: RiskSignal? {
        guard let here = sighting.location, isUsualCountry != true, let last = lastPlace,
            let distance = last.location.leastKilometres(to: here), distance >= Self.travelMin
        else { return nil }
        let hours = Double(max(1, sighting.at.milliseconds - last.at.milliseconds)) / 3_600_000
        guard distance / hours > Self.speedMax, let from = last.location.countryPhrase, let to = here.countryPhrase
        else {
            return nil
        }
        return RiskSignal(
            .impossibleTravel,
            isKnownBrowser ? .info : .critical,
            "\(Self.phrase(hours: hours)) your account was used in \(from), at least \(Self.phrase(kilometres: distance)) away from \(to)."
        )
    }

    private static func phrase(hours: Double) -> String {
        switch Int(hours * 60) {
        case 0: "Moments before"
        case 1: "1 minute before"
        case ..<120: "\(Int(hours * 60)) minutes before"
        default: "\(Int(hours)) hours before"
        }
    }

    private static func phrase(kilometres: Double) -> String {
        let (thousands, rest) = Int(kilometres).quotientAndRemainder(dividingBy: 1_000)
        return thousands == 0 ? "\(rest) km" : "\(thousands),\(String(rest + 1_000).dropFirst()) km"
    }

    /// The last place where the owner was, by log-ins and by what sessions do.
    private var lastPlace: (location: Location, at: Timestamp)? {
        let oldest = sighting.at.adding(seconds: -Self.travelSeconds)
        let logins = usual.lazy.compactMap { sighting in sighting.location.map { ($0, sighting.at) } }
        let requests = sessions.lazy.filter { $0.id != sighting.sessionID }
            .compactMap { session in session.location.map { ($0, session.lastActivity) } }
        let places: [(location: Location, at: Timestamp)] = Array(logins.prefix(1)) + Array(requests.prefix(1))
        return places.filter { $0.location.latitude != nil && $0.at >= oldest && $0.at <= sighting.at }.max {
            $0.at < $1.at
        }
    }
}
