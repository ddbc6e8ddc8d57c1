import Sessions
import Testing

@testable import SessionsGeo

/// Records by their number in `Fixtures/make-fixtures`, which is the last part of the address.
@Suite struct `Odd record` {
    private let database: LocationDatabase

    init() throws {
        database = try LocationDatabase(paths: [Fixture.odd.path])
    }

    private func location(_ number: Int) -> Location? { database.location(of: .of("192.0.2.\(number)")) }

    @Test func `of long texts is cut at 128 bytes, between characters`() {
        #expect(location(0)?.city == String(repeating: "x", count: 128))
        #expect(location(0)?.network == String(repeating: "é", count: 64))
        #expect(location(30)?.city == String(repeating: "a", count: 127))
    }

    @Test func `loses control characters, and texts of which nothing is left`() {
        #expect(location(1)?.city == "[31mred")
        #expect(location(1)?.country == nil)
        #expect(location(31)?.city == "&<>\"' 日本 🦊")
    }

    @Test(arguments: [2, 3, 4, 5, 7, 12, 13])
    func `with coordinates that are none has no coordinates`(number: Int) {
        #expect(location(number) == nil)
    }

    @Test func `has coordinates up to the edges, in any type of number`() {
        #expect(location(6)?.latitude == -90 && location(6)?.longitude == 180 && location(6)?.accuracyRadius == 0.5)
        #expect(location(8)?.latitude == 48.25 && location(8)?.longitude == -16)
        #expect(location(9)?.latitude == 48 && location(9)?.longitude == 16.5)
    }

    @Test(arguments: [9, 10, 11])
    func `with a radius that is none has no radius`(number: Int) throws {
        let found = try #require(location(number))

        #expect(found.latitude == 48 && found.accuracyRadius == nil)
    }

    @Test(arguments: 14...17)
    func `with a code of no country has no country`(number: Int) {
        #expect(location(number)?.country == nil && location(number)?.countryCode == nil)
    }

    @Test(arguments: [(18, "Nowhere"), (19, "Utopia")])
    func `of a country without a code has its name`(number: Int, name: String) {
        #expect(location(number)?.country == name)
        #expect(location(number)?.countryCode == nil)
    }

    @Test(arguments: 20...25)
    func `of the wrong types, in another language or empty says nothing`(number: Int) {
        #expect(location(number) == nil)
    }

    @Test(arguments: [
        (26, "Traits AG"), (27, "ISP AG"), (28, "Traits' ISP AG"), (29, "Traits' Organization AG"),
    ])
    func `has its owner by whatever name`(number: Int, owner: String) {
        #expect(location(number)?.network == owner)
    }

    @Test func `of a file does not make its type unsafe to log`() throws {
        let file = try MaxMindFile(path: Fixture.odd.path)

        #expect(file.databaseType == "Test[31m" + String(repeating: "x", count: 120))
        #expect(file.builtAtSeconds == 1_767_225_600)
    }
}
