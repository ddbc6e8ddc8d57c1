import Sessions
import Testing

@testable import SessionsGeo

@Suite struct `Location database` {
    private static func vienna(network: String? = nil) -> Location {
        var vienna = Location()
        vienna.city = "Vienna"
        vienna.region = "Vienna"
        vienna.country = "Austria"
        vienna.countryCode = "AT"
        vienna.latitude = 48.208_4
        vienna.longitude = 16.367_8
        vienna.accuracyRadius = 20
        vienna.network = network
        return vienna
    }

    @Test func `tells city, first region, country, coordinates and radius, in English`() throws {
        let database = try LocationDatabase(paths: [Fixture.city.path])

        #expect(database.location(of: .inVienna) == Self.vienna())
        #expect(database.location(of: .of("192.0.2.1")) == nil)
        #expect(database.location(of: .of("2001:db8:ffff::1")) == nil)
    }

    @Test func `is what an authority asks`() throws {
        let locate: @Sendable (IPAddress) -> Location? = try LocationDatabase(paths: [Fixture.city.path]).location

        #expect(locate(.inGraz)?.summary == "Graz, Austria")
    }

    @Test(arguments: [
        ("203.0.113.0", "Vienna"), ("203.0.113.127", "Vienna"), ("203.0.113.128", "Graz"), ("203.0.113.255", "Graz"),
        ("198.51.100.1", "Tokyo"), ("192.0.2.128", "Sydney"), ("2001:db8:1::", "Berlin"),
        ("2001:db8:1:ffff:ffff:ffff:ffff:ffff", "Berlin"), ("::ffff:203.0.113.7", "Vienna"),
    ])
    func `knows networks of both kinds of addresses up to their edges`(address: String, city: String) throws {
        let database = try LocationDatabase(paths: [Fixture.city.path])

        #expect(database.location(of: .of(address))?.city == city)
    }

    @Test func `completes a file of cities with one of networks`() throws {
        for paths in [[Fixture.city.path, Fixture.asn.path], [Fixture.asn.path, Fixture.city.path]] {
            let database = try LocationDatabase(paths: paths)

            #expect(database.location(of: .inVienna) == Self.vienna(network: "Danube Telecom"))
            #expect(database.location(of: .of("198.51.100.200"))?.network == nil)
            var nowhere = Location()
            nowhere.network = "Harbour Cable"
            #expect(database.location(of: .of("192.0.2.1")) == nowhere)
        }
    }

    @Test func `never takes the city of one file and the country of another`() throws {
        for paths in [[Fixture.city.path, Fixture.country.path], [Fixture.country.path, Fixture.city.path]] {
            let database = try LocationDatabase(paths: paths)

            #expect(database.location(of: .inVienna) == Self.vienna())
            #expect(database.location(of: .of("2001:db8:2::1"))?.summary == "Italy")
        }
    }

    @Test func `of IPv4 alone knows no IPv6 address, and is no error`() throws {
        let database = try LocationDatabase(paths: [Fixture.ipv4.path])

        #expect(database.location(of: .inVienna)?.city == "Vienna")
        #expect(database.location(of: .of("2001:db8:1::1")) == nil)
    }

    @Test(arguments: [
        "0.0.0.1", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.1.1", "172.16.0.1", "192.168.1.1", "224.0.0.1",
        "255.255.255.255", "::1", "fd00::1", "fe80::1", "ff02::1", "::", "::ffff:10.1.2.3",
    ])
    func `gives no location to addresses of networks that are nowhere, whatever the file says`(address: String) throws {
        let database = try LocationDatabase(paths: [Fixture.city.path, Fixture.asn.path])

        #expect(database.location(of: .of(address)) == nil)
    }

    @Test func `names those whose licence wants a link, each once`() throws {
        let paths = [Fixture.asn, .city, .moved, .city].map(\.path)

        #expect(try LocationDatabase(paths: paths).sources == [.geoLite, .dbIP])
        #expect(try LocationDatabase(paths: [Fixture.odd.path]).sources.isEmpty)
    }

    @Test func `is of eight files at most`() throws {
        let paths = Array(repeating: Fixture.asn.path, count: LocationDatabase.filesMax)

        _ = try LocationDatabase(paths: paths)
        #expect(throws: LocationFileFailure.self) { try LocationDatabase(paths: paths + [Fixture.asn.path]) }
    }
}
