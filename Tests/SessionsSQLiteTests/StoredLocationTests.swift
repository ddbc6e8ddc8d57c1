import Sessions
import Testing

@testable import SessionsSQL

@Suite struct `Stored location` {
    @Test func `is read back as it was written`() {
        var location = Location()
        location.city = "Zürich \"\\"
        location.latitude = 47.376_9
        location.longitude = -8.541_7
        location.accuracyRadius = 12.5

        #expect(Location(encoded: location.encoded) == location)
        #expect(Location(encoded: Location().encoded) == Location())
    }

    @Test func `of a server that knew no radius is read without one`() throws {
        let old = #"{"city":"Vienna","region":null,"countryCode":"AT","latitude":"48.2","longitude":"16.4"}"#

        let location = try #require(Location(encoded: old))

        #expect(location.city == "Vienna" && location.latitude == 48.2 && location.accuracyRadius == nil)
    }
}
