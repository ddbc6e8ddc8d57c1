import Sessions

extension World {
    /// How a home's line gives addresses.
    enum HomeLine: CaseIterable, Sendable {
        /// One address for months.
        case steady
        /// A new address every few days.
        case leased
        /// A carrier's NAT: an address that many share, and that changes within hours.
        case carrierNAT
    }

    /// A line in a flat.
    ///
    /// IPv6: Google counts between 45 and 50 % of its users on it, and browsers then prefer it, but not always.
    func homeLine(in city: Int, as shape: HomeLine, ipv6Chance: Double, random: inout SeededGenerator) -> Line {
        let days = Int64(86_400)
        var line =
            switch shape {
            case .steady:
                Line(seed: random.next(), blocks: [block(.home, near: city, random: &random)], leaseSeconds: .max)
            case .leased:
                // Most leases are renewed out of the same network, some out of another one of the same provider.
                Line(
                    seed: random.next(),
                    blocks: repeated(.home, near: city, first: 3, random: &random),
                    leaseSeconds: days * Int64(random.integer(1...14))
                )
            case .carrierNAT:
                Line(
                    seed: random.next(),
                    blocks: repeated(.home, near: city, first: 2, random: &random),
                    leaseSeconds: 3_600 * Int64(random.integer(1...12)),
                    poolAddresses: random.integer(4...64)
                )
            }
        if random.chance(ipv6Chance) {
            line.ipv6Block = ipv6Block(of: blocks[line.blocks[0]].owner, in: city)
            line.ipv6Share = random.number(0.6...0.95)
        }
        return line
    }

    /// A line of a mobile carrier: hundreds of people behind an address, and a new one with each attachment.
    func mobileLine(in city: Int, random: inout SeededGenerator) -> Line {
        let first = block(.mobile, near: city, random: &random)
        // Half of the attachments end at the nearest gateway, the others anywhere among some: the file may put each of them elsewhere.
        let others = (0..<random.integer(1...6)).map { _ in
            block(.mobile, near: city, of: blocks[first].owner.number, random: &random)
        }
        var line = Line(
            seed: random.next(),
            blocks: others.map { _ in first } + others,
            leaseSeconds: 3_600 * Int64(random.integer(2...24)),
            poolAddresses: random.integer(16...256),
            isPerDevice: true
        )
        if random.chance(0.5) {
            line.ipv6Block = ipv6Block(of: blocks[first].owner, in: city)
            line.ipv6Share = random.number(0.5...0.95)
        }
        return line
    }

    /// The line of an office: one address, or two, for everybody in it.
    func officeLine(in city: Int, random: inout SeededGenerator) -> Line {
        let block = block(.office, near: city, random: &random)
        let addresses = random.integer(1...2)
        return Line(seed: random.next(), blocks: [block], leaseSeconds: 1_800, poolAddresses: addresses)
    }

    /// A server, or an exit of a VPN: one address of a hosting provider in a city with data centres.
    func serverLine(in city: Int, random: inout SeededGenerator) -> Line {
        let found = blocks(.hosting, in: city)
        let block = found.isEmpty ? self.block(.office, near: city, random: &random) : random.pick(found)
        return Line(seed: random.next(), blocks: [block], leaseSeconds: .max)
    }

    private func repeated(
        _ kind: Owner.Kind,
        near city: Int,
        first count: Int,
        random: inout SeededGenerator
    ) -> [Int] {
        let first = block(kind, near: city, random: &random)
        return Array(repeating: first, count: count)
            + [block(kind, near: city, of: blocks[first].owner.number, random: &random)]
    }

    /// A block that customers in a city are given, wherever the file puts it.
    ///
    /// Measured against probes whose place is known, files miss fixed lines by 3 to 16 km and mobile ones by about 200 km (medians of four
    /// files, DB-IP among them, in 175 countries: arXiv 2605.21937); their makers promise the right country for 99.8 % of addresses. So
    /// here four fixed lines of five are found in their city, most others nearby; mobile ones rather where the carrier's gateways are.
    ///
    /// - Parameters:
    ///   - kind: What the network is for.
    ///   - city: Where the customer is.
    ///   - owner: The number of the provider; `nil` for any.
    ///   - random: Chance.
    /// - Returns: The block's index.
    func block(
        _ kind: Owner.Kind,
        near city: Int,
        of owner: Int? = nil,
        random: inout SeededGenerator
    ) -> Int {
        let located = located(kind == .mobile, from: city, random: &random)
        for city in [located] + neighbours(of: located, count: .max) {
            let found = blocks(kind, in: city).filter { owner == nil || blocks[$0].owner.number == owner }
            if !found.isEmpty { return random.pick(found) }
        }
        return owner == nil ? anyBlock(in: located) : block(kind, near: city, random: &random)
    }

    /// Where the file puts a customer of a city.
    private func located(_ isMobile: Bool, from city: Int, random: inout SeededGenerator) -> Int {
        let country = country(of: city)
        switch random.unit() {
        case ..<0.002: return self.country(of: random.integer(0..<places.cities.count)).mainCity
        case ..<(isMobile ? 0.40 : 0.80): return city
        case ..<(isMobile ? 0.80 : 0.85): return country.mainCity
        case ..<(isMobile ? 0.90 : 0.98): return random.pick(neighbours(of: city, count: 5))
        default: return random.pick(country.cities)
        }
    }

    /// The nearest cities of the same country without the city itself; the city when it is the only one.
    func neighbours(of city: Int, count: Int) -> [Int] {
        let position = places.cities[city].position
        let others = country(of: city).cities.filter { $0 != city }
            .map { (id: $0, distance: places.cities[$0].position.kilometres(to: position)) }
            .sorted { ($0.distance, $0.id) < ($1.distance, $1.id) }
        return others.isEmpty ? [city] : others.prefix(count).map(\.id)
    }

    private func anyBlock(in city: Int) -> Int {
        for city in [city] + neighbours(of: city, count: .max) {
            for kind in Owner.Kind.allCases {
                if let block = blocks(kind, in: city).first { return block }
            }
        }
        preconditionFailure("every country of the sample has a network")
    }
}
