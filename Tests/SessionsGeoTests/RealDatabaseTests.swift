import Foundation
import Sessions
import Testing

@testable import SessionsGeo

/// DB-IP City Lite of April 2023, which `script/location-database` fetches.
@Suite(.enabled(if: FileManager.default.fileExists(atPath: RealDatabase.path)))
struct `Real database` {
    @Test func `knows where known hosts are`() throws {
        let database = try LocationDatabase(paths: [RealDatabase.path])

        #expect(database.sources == [.dbIP])
        for (address, city, code) in [
            ("131.130.70.8", "Vienna", "AT"), ("8.8.8.8", "Mountain View", "US"), ("133.11.0.1", "Chiyoda", "JP"),
        ] {
            let location = try #require(database.location(of: .of(address)))
            #expect(location.city == city && location.countryCode == code, "\(address)")
        }
        let vienna = try #require(database.location(of: .of("131.130.70.8")))
        #expect(abs((vienna.latitude ?? 0) - 48.2) < 0.5 && abs((vienna.longitude ?? 0) - 16.4) < 0.5)
        #expect(database.location(of: .of("2001:4860:4860::8888"))?.country != nil)
    }

    @Test func `says nothing of networks that are nowhere`() throws {
        let database = try LocationDatabase(paths: [RealDatabase.path])

        for address in ["10.0.0.1", "192.168.1.1", "127.0.0.1", "::1", "fd00::1"] {
            #expect(database.location(of: .of(address)) == nil, "\(address)")
        }
    }

    @Test func `has texts and numbers within their bounds, wherever one looks`() throws {
        let database = try LocationDatabase(paths: [RealDatabase.path])
        var random = SystemRandomNumberGenerator()
        var found = 0

        for _ in 0..<20_000 {
            let number = UInt32.random(in: .min ... .max, using: &random)
            let address = IPAddress.of([24, 16, 8, 0].map { "\(number >> $0 & 255)" }.joined(separator: "."))
            guard let location = database.location(of: address) else { continue }
            found += 1
            #expect(location.city.map { (1...128).contains($0.utf8.count) } ?? true, "\(address)")
            #expect(location.countryCode.map { $0.utf8.count == 2 } ?? true, "\(address)")
            #expect((location.latitude == nil) == (location.longitude == nil), "\(address)")
        }
        #expect(found > 15_000)
    }
}

private enum RealDatabase {
    static let path = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../.build/location/city.mmdb").standardizedFileURL.path(percentEncoded: false)
}
