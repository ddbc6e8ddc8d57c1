import Foundation
import Sessions

/// The real cities and networks that people live in: the sample in `places.tsv`, and how many are online in each country.
struct Places: Sendable {
    /// The countries, in the order of their codes.
    let countries: [Country]
    /// All cities; a city's identity is its index here.
    let cities: [City]

    /// A country of the sample.
    struct Country: Sendable {
        let code: String
        /// Millions of people who are online.
        let users: Double
        /// Its cities, the one with the most addresses first.
        let cities: [Int]
        /// The city where carriers have their gateways: that with the most addresses.
        var mainCity: Int { cities[0] }
    }

    /// A city with the networks that the database puts there.
    struct City: Sendable {
        let id: Int
        let countryCode: String
        let country: String
        let region: String
        let name: String
        let position: Position
        fileprivate(set) var networks: [Network]
    }

    /// The networks of one prefix.
    struct Network: Sendable {
        let isIPv6: Bool
        /// The first address: 32 bits of IPv4, or the upper 64 of IPv6.
        let start: UInt64
        /// How many of those bits the prefix leaves open.
        let openBits: Int
    }

    /// Reads both files as the build has copied them.
    ///
    /// - Throws: When a file is missing or is not what `script/places` writes.
    static func bundled() throws -> Places {
        func text(_ name: String) throws -> String {
            guard let url = Bundle.module.url(forResource: name, withExtension: "tsv") else {
                throw Malformed(row: name)
            }
            return try String(contentsOf: url, encoding: .utf8)
        }
        return try Places(networks: text("places"), countries: text("countries"))
    }

    /// Reads the text of both files.
    ///
    /// - Throws: ``Malformed`` with the first row that cannot be read.
    init(networks: String, countries: String) throws {
        var cities: [City] = []
        var identities: [String: Int] = [:]
        for row in Self.rows(networks) {
            guard row.count == 7, let network = Network(row[0]), let latitude = Double(row[5]),
                let longitude = Double(row[6])
            else { throw Malformed(row: row.joined(separator: " ")) }
            let key = row[1...4].joined(separator: "\t")
            let id = identities[key] ?? cities.count
            if id == cities.count {
                identities[key] = id
                let position = Position(latitude: latitude, longitude: longitude)
                cities.append(
                    City(
                        id: id,
                        countryCode: row[1],
                        country: row[2],
                        region: row[3],
                        name: row[4],
                        position: position,
                        networks: []
                    )
                )
            }
            cities[id].networks.append(network)
        }
        let byCountry = Dictionary(grouping: cities.indices) { cities[$0].countryCode }
        self.cities = cities
        self.countries = try Self.rows(countries).compactMap { row in
            guard row.count == 2, let users = Double(row[1]) else { throw Malformed(row: row.joined(separator: " ")) }
            return byCountry[row[0]].map { Country(code: row[0], users: users, cities: $0) }
        }
    }

    /// A row that is not as it should be.
    struct Malformed: Error { let row: String }

    private static func rows(_ text: String) -> [[String]] {
        Array(text.utf8).split(separator: UInt8(ascii: "\n")).filter { $0.first != UInt8(ascii: "#") }.map { line in
            line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self) }
        }
    }
}

extension Places.Network {
    /// Reads `a.b.c.d/n`, or an IPv6 prefix of at most 64 bits.
    init?(_ text: String) {
        let parts = text.split(separator: "/")
        guard parts.count == 2, let length = Int(parts[1]), let address = IPAddress(String(parts[0])) else {
            return nil
        }
        isIPv6 = !address.isIPv4
        guard (0...(isIPv6 ? 64 : 32)).contains(length) else { return nil }
        start = isIPv6 ? address.high : address.low & 0xFFFF_FFFF
        openBits = (isIPv6 ? 64 : 32) - length
    }
}

/// A point on the globe, in degrees.
struct Position: Hashable, Sendable {
    let latitude: Double
    let longitude: Double

    /// The great-circle distance in kilometres (haversine).
    func kilometres(to other: Position) -> Double {
        let radians = Double.pi / 180
        let north = (other.latitude - latitude) * radians
        let east = (other.longitude - longitude) * radians
        let chord =
            pow(sin(north / 2), 2) + cos(latitude * radians) * cos(other.latitude * radians) * pow(sin(east / 2), 2)
        return 2 * 6_371 * asin(min(1, chord.squareRoot()))
    }

    /// How far local time is from UTC, in seconds: by the sun, since no table of zones is needed for that.
    var zoneSeconds: Int64 { Int64((longitude / 15).rounded()) * 3_600 }
}
