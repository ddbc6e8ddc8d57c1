/// Where an attacker connects from, seen from the victim.
enum Origin: String, Hashable, Sendable, CaseIterable {
    /// A flat in another country: an attacker at home, or a residential proxy.
    case foreignHome
    /// A server or VPN in another country.
    case foreignServer
    /// A flat in another city of the victim's country.
    case sameCountry
    /// A server or VPN in the victim's country, if it has data centres.
    case domesticServer
    /// A residential proxy in the victim's city.
    case sameCity
    /// The victim's own line: through their infected machine, or in their own flat.
    case victimsLine
}

extension Strike {
    /// A line for an attacker.
    ///
    /// - Parameters:
    ///   - origin: Where.
    ///   - rotates: Whether each connection has a new address, as residential proxies give it by default.
    /// - Returns: The line; where the country has no such place, one nearby.
    mutating func line(_ origin: Origin, rotates: Bool = false) -> Line {
        let world = life.world
        var line: Line
        switch origin {
        case .foreignHome:
            line = world.homeLine(in: foreignCity(), as: .leased, ipv6Chance: 0, random: &random)
        case .foreignServer:
            let own = world.country(of: life.home).code
            let centres = world.dataCentreCities.filter { world.places.cities[$0].countryCode != own }
            return world.serverLine(in: random.pick(centres), random: &random)
        case .sameCountry:
            let others = world.country(of: life.home).cities.filter { $0 != life.home }
            let city = others.isEmpty ? life.home : random.pick(others)
            line = world.homeLine(in: city, as: .leased, ipv6Chance: 0, random: &random)
        case .domesticServer:
            let own = world.country(of: life.home).code
            let centres = world.dataCentreCities.filter { world.places.cities[$0].countryCode == own }
            return world.serverLine(in: centres.isEmpty ? life.home : random.pick(centres), random: &random)
        case .sameCity:
            line = strangersLine()
        case .victimsLine:
            return life.lines[0]
        }
        if rotates { line.leaseSeconds = 300 }
        return line
    }

    /// A line in the victim's city, or next to it, out of other networks than the victim's.
    ///
    /// A real city has thousands of networks, the sample has a few: by chance alone too many would share the victim's.
    private mutating func strangersLine() -> Line {
        let world = life.world
        let taken = Set(life.lines.flatMap(\.blocks))
        for city in [life.home, life.home, life.home] + world.neighbours(of: life.home, count: 3) {
            let line = world.homeLine(in: city, as: .leased, ipv6Chance: 0, random: &random)
            if taken.isDisjoint(with: line.blocks) { return line }
        }
        return world.homeLine(in: life.home, as: .leased, ipv6Chance: 0, random: &random)
    }

    /// A city abroad, as likely as people are online there: proxies are other people's machines, and attackers are everywhere.
    private mutating func foreignCity() -> Int {
        let own = life.world.country(of: life.home).code
        let country = random.pick(life.world.places.countries) { $0.code == own ? 0 : $0.users }
        return random.pick(country.cities)
    }
}
