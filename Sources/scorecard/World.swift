import Sessions

/// Everything that people and attackers share: cities, who owns which network, and what the location database says.
///
/// Where a network is located is real (``Places``); who owns it is dealt out here, since the database does not know owners.
struct World: Sendable {
    /// Whether the location database of this world knows the owners of networks.
    enum Owners: Sendable {
        case known
        case unknown
    }

    let seed: UInt64
    let places: Places
    let owners: Owners
    /// All blocks; a block's identity is its index here.
    let blocks: [Block]
    /// The IPv4 blocks of each kind of owner, by the city that the database puts them in.
    private let blocksByCity: [Owner.Kind: [Int: [Int]]]
    /// The IPv6 blocks by city.
    private let ipv6ByCity: [Int: [Int]]
    /// The blocks in the order of their addresses.
    private let ipv4: [Int]
    private let ipv6: [Int]

    /// A part of a real network that belongs to one owner.
    struct Block: Sendable {
        let network: Places.Network
        /// Where the database puts it.
        let city: Int
        /// Whether the database has it at all.
        let isLocated: Bool
        let owner: Owner
    }

    /// Who runs a network.
    struct Owner: Hashable, Sendable {
        /// What the network is for.
        enum Kind: String, Hashable, Sendable, CaseIterable {
            case home = "Home ISP"
            case mobile = "Mobile"
            case office = "Business"
            case hosting = "Hosting"
        }

        let kind: Kind
        let countryCode: String
        let number: Int
        /// The name as a file would have it, for example `Home ISP AT 2`.
        var name: String { "\(kind.rawValue) \(countryCode) \(number)" }
    }

    /// Deals the networks out to owners.
    init(places: Places, seed: UInt64, owners: Owners) {
        (self.places, self.seed, self.owners) = (places, seed, owners)
        var random = SeededGenerator(seed: seed, stream: 1)
        var blocks: [Block] = []
        for country in places.countries {
            for city in country.cities { blocks += Self.dealt(places.cities[city], random: &random) }
        }
        var byCity: [Owner.Kind: [Int: [Int]]] = [:]
        var ipv6ByCity: [Int: [Int]] = [:]
        for (index, block) in blocks.enumerated() {
            if block.network.isIPv6 {
                ipv6ByCity[block.city, default: []].append(index)
            } else {
                byCity[block.owner.kind, default: [:]][block.city, default: []].append(index)
            }
        }
        (self.blocks, self.ipv6ByCity, blocksByCity) = (blocks, ipv6ByCity, byCity)
        let ordered = blocks.indices.sorted { blocks[$0].network.start < blocks[$1].network.start }
        ipv4 = ordered.filter { !blocks[$0].network.isIPv6 }
        ipv6 = ordered.filter { blocks[$0].network.isIPv6 }
    }

    /// What a file would know of an address; `nil` where the database has a hole.
    func locate(_ address: IPAddress) -> Location? {
        guard let block = block(of: address), block.isLocated else { return nil }
        let city = places.cities[block.city]
        var location = Location()
        location.city = city.name
        location.region = city.region.isEmpty ? nil : city.region
        location.country = city.country
        location.countryCode = city.countryCode
        location.latitude = city.position.latitude
        location.longitude = city.position.longitude
        location.network = owners == .known ? block.owner.name : nil
        return location
    }

    /// Within how many kilometres of its located position an address is said to be; `nil` where nothing is known.
    ///
    /// As such files have it: tens of kilometres for fixed lines, hundreds for mobile carriers, 1,000 for servers, of which only the
    /// country is really known. Not yet a part of `Location`.
    func accuracyRadius(_ address: IPAddress) -> Double? {
        guard let block = block(of: address), block.isLocated else { return nil }
        let choices: [Double] =
            switch block.owner.kind {
            case .home: [5, 10, 20, 20, 50, 100]
            case .office: [10, 20, 50, 100, 500]
            case .mobile: [50, 100, 200, 500, 1_000]
            case .hosting: [20, 500, 1_000]
            }
        return choices[Int(SplitMix.hash(seed, block.network.start) % UInt64(choices.count))]
    }

    /// The block that an address is of.
    func block(of address: IPAddress) -> Block? {
        let key = address.isIPv4 ? address.low & 0xFFFF_FFFF : address.high
        let index = address.isIPv4 ? ipv4 : ipv6
        var (low, high) = (0, index.count)
        while low < high {
            let middle = (low + high) / 2
            if blocks[index[middle]].network.start <= key { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return nil }
        let block = blocks[index[low - 1]]
        return (key - block.network.start) >> UInt64(block.network.openBits) == 0 ? block : nil
    }

    /// The IPv4 blocks of a kind that the database puts in a city.
    func blocks(_ kind: Owner.Kind, in city: Int) -> [Int] { blocksByCity[kind]?[city] ?? [] }

    /// A block of IPv6 of the same owner, in a city or at the country's carriers; `nil` when it has none there.
    func ipv6Block(of owner: Owner, in city: Int) -> Int? {
        let found = ipv6ByCity[city] ?? ipv6ByCity[country(of: city).mainCity] ?? []
        return found.first { blocks[$0].owner == owner }
    }

    /// The cities where servers stand, in the order of the sample.
    var dataCentreCities: [Int] { places.cities.indices.filter { Self.dataCentres.contains(places.cities[$0].name) } }

    /// The country of a city.
    func country(of city: Int) -> Places.Country {
        let code = places.cities[city].countryCode
        guard let country = places.countries.first(where: { $0.code == code }) else {
            preconditionFailure("a city is of a country in the table")
        }
        return country
    }
}

extension World {
    /// The share of blocks that the file does not have: files miss few addresses, but some.
    private static let holes = 0.004

    /// Cities with so many servers that the better part of their networks is hosting.
    static let dataCentres: Set<String> = [
        "Amsterdam", "Ashburn", "Beauharnois", "Boardman", "Bucharest", "Clifton", "Council Bluffs", "Dallas", "Dublin",
        "Falkenstein", "Frankfurt am Main", "Gravelines", "Helsinki", "Hong Kong", "London", "Los Angeles", "Madrid",
        "Milan", "Montreal", "Moscow", "Mumbai", "Nuremberg", "Oslo", "Paris", "Prague", "Roubaix", "Santa Clara",
        "Seattle", "Seoul", "Singapore", "Sofia", "Stockholm", "Sydney", "Tokyo", "Toronto", "Warsaw", "Zurich",
    ]

    private static func dealt(_ city: Places.City, random: inout SeededGenerator) -> [Block] {
        let isDataCentre = dataCentres.contains(city.name)
        // Of a town's networks most are for homes; the first ones make sure that each kind is to be found.
        let turns: [Owner.Kind] =
            isDataCentre
            ? [.home, .hosting, .mobile, .hosting, .office, .hosting, .home, .home, .mobile, .hosting]
            : [.home, .mobile, .home, .office, .home, .home, .mobile, .home, .office, .home]
        var parts = city.networks.filter { !$0.isIPv6 }.flatMap(\.parts)
        random.shuffle(&parts)
        let dealt = parts.enumerated().map { number, network in
            let kind = turns[number % turns.count]
            return (
                network, Owner(kind: kind, countryCode: city.countryCode, number: random.integer(1...owners(of: kind)))
            )
        }
        // Of IPv6 there is enough for everybody: each owner has a part of its own in each city.
        let everybody = Owner.Kind.allCases.flatMap { kind in
            (1...owners(of: kind)).map { Owner(kind: kind, countryCode: city.countryCode, number: $0) }
        }
        let ipv6 = city.networks.filter(\.isIPv6).flatMap(\.parts).enumerated().map { number, network in
            (network, everybody[number % everybody.count])
        }
        return (dealt + ipv6).map { network, owner in
            Block(network: network, city: city.id, isLocated: !random.chance(holes), owner: owner)
        }
    }

    /// How many owners of a kind a country has.
    private static func owners(of kind: Owner.Kind) -> Int {
        switch kind {
        case .home: 4
        case .mobile: 3
        case .office: 3
        case .hosting: 5
        }
    }
}

extension Places.Network {
    /// The network in up to four parts, 16 of IPv6, none smaller than a /24 or a /48, so that several owners share a city.
    var parts: [Places.Network] {
        let bits = isIPv6 ? min(4, max(0, openBits - 16)) : min(2, max(0, openBits - 8))
        return (0..<(1 << bits)).map { part in
            let open = openBits - bits
            return Places.Network(isIPv6: isIPv6, start: start + UInt64(part) << UInt64(open), openBits: open)
        }
    }
}
