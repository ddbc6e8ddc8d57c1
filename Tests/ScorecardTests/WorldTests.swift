import Sessions
import Testing

@testable import scorecard

@Suite struct WorldTests {
    @Test func `the sample has the countries of the table, each with cities and IPv4`() throws {
        let places = try TestWorlds.places.get()

        #expect(places.countries.count > 60)
        #expect(places.cities.count > 1_000)
        #expect(places.cities.allSatisfy { city in city.networks.contains { !$0.isIPv6 } })
    }

    @Test func `a network is read from its prefix`() throws {
        let ipv4 = try #require(Places.Network("10.1.0.0/16"))
        #expect((ipv4.start, ipv4.openBits, ipv4.isIPv6) == (0x0A01_0000, 16, false))
        let ipv6 = try #require(Places.Network("2001:db8::/32"))
        #expect((ipv6.start, ipv6.openBits, ipv6.isIPv6) == (0x2001_0DB8_0000_0000, 32, true))
        #expect(["10.1.0.0", "10.1.0.0/33", "2001:db8::/65", "/8", "x/8"].allSatisfy { Places.Network($0) == nil })
    }

    @Test func `a row that is not as it should be is told`() {
        #expect(throws: Places.Malformed.self) { try Places(networks: "1.2.3.0/24\tAT\n", countries: "AT\t8\n") }
        #expect(throws: Places.Malformed.self) { try Places(networks: "", countries: "AT\n") }
    }

    @Test func `a located address tells its city, and its owner where the file knows it`() throws {
        let places = try TestWorlds.places.get()
        for owners in [World.Owners.known, .unknown] {
            let world = World(places: places, seed: 1, owners: owners)
            let block = try #require(world.blocks.first { $0.isLocated && !$0.network.isIPv6 })
            let address = IPAddress(high: 0, low: 0xFFFF << 32 | (block.network.start + 9))

            let location = try #require(world.locate(address))
            #expect(location.city == places.cities[block.city].name)
            #expect(location.network == (owners == .known ? block.owner.name : nil))
        }
    }

    @Test func `an address of nobody is nowhere`() throws {
        let world = World(places: try TestWorlds.places.get(), seed: 1, owners: .known)

        for text in ["10.0.0.1", "0.0.0.0", "255.255.255.255", "::1", "fe80::1"] {
            #expect(try world.locate(#require(IPAddress(text))) == nil)
        }
    }

    @Test func `a line keeps its address for its lease and stays in its blocks`() throws {
        let world = World(places: try TestWorlds.places.get(), seed: 1, owners: .known)
        var random = SeededGenerator(seed: 1)
        let steady = world.homeLine(in: 0, as: .steady, ipv6Chance: 0, random: &random)
        let shared = world.homeLine(in: 0, as: .carrierNAT, ipv6Chance: 0, random: &random)

        let days = (0..<90).map { Int64($0) * 86_400 }
        #expect(Set(days.map { steady.address(at: $0, device: 0, in: world) }).count == 1)
        let addresses = Set(days.map { shared.address(at: $0, device: 0, in: world) })
        #expect((2...64).contains(addresses.count))
    }

    @Test func `versions of browsers rise`() {
        let chrome = Software(platform: .windows, browser: .chrome, delayDays: 0)

        #expect(chrome.userAgent(day: 0) != chrome.userAgent(day: 60))
        for browser in Software.Browser.allCases {
            for platform in Software.Platform.allCases {
                let software = Software(platform: platform, browser: browser, delayDays: 3)
                #expect(software.userAgent(day: 1).hasPrefix("Mozilla/5.0 ("))
            }
        }
    }

    @Test(
        arguments: [
            (Software.Platform.windows, Software.Browser.edge, "Desktop - Edge"),
            (.mac, .safari, "Desktop - Safari"), (.linux, .firefox, "Desktop - Firefox"),
            (.android, .chrome, "Mobile Device - Chrome"), (.iPhone, .safari, "Mobile Device - Safari"),
            (.iPad, .safari, "Tablet - Safari"), (.windows, .opera, "Desktop - Opera"),
            (.iPhone, .firefox, "Mobile Device - Firefox"), (.android, .firefox, "Mobile Device - Firefox"),
        ]
    )
    func `user agents are read as what they are`(
        platform: Software.Platform,
        browser: Software.Browser,
        info: String
    ) {
        let software = Software(platform: platform, browser: browser, delayDays: 0)

        #expect(Device(userAgent: software.userAgent(day: 40)).info == info)
    }
}
