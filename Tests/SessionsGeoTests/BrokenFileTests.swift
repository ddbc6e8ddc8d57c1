import Foundation
import Sessions
import SessionsTesting
import Testing

@testable import SessionsGeo

@Suite struct `Broken file` {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func failure(of path: String) -> String? {
        do {
            _ = try LocationDatabase(paths: [Fixture.city.path, path])
            return nil
        } catch {
            #expect(error.path == path)
            return error.reason
        }
    }

    @Test func `of another format or of nothing is refused with a reason`() throws {
        let garbage = Data((0..<50_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })
        let noDatabase = "it is no MaxMind database, or only a part of one"
        for (content, reason) in [
            (Data(), "it is empty"), (Data("Vienna\n".utf8), noDatabase), (garbage, noDatabase),
        ] {
            let path = folder.path("file")
            try content.write(to: URL(filePath: path))

            #expect(failure(of: path) == reason)
        }
    }

    @Test func `that is no file is refused, and not waited for`() throws {
        let pipe = folder.path("pipe")
        try #require(mkfifo(pipe, 0o600) == 0)

        #expect(failure(of: folder.path("none")) == "No such file or directory")
        #expect(failure(of: folder.path("")) == "it is no regular file")
        #expect(failure(of: pipe) == "it is no regular file")
        #expect(failure(of: "/dev/null") == "it is no regular file")
    }

    /// The metadata is at the end: what is cut off there is no database, what is cut off in the middle may still be one.
    @Test func `that is a part of one is refused, or read without harm`() throws {
        let whole = try Fixture.city.bytes
        let path = folder.path("part.mmdb")
        let addresses = (0..<256).map { IPAddress.of("203.0.113.\($0)") } + [IPAddress.of("2001:db8:1::1")]

        for length in stride(from: 0, to: whole.count, by: 23) {
            let middleless = whole.prefix(length / 2) + whole.suffix(length / 2)
            for part in [whole.prefix(length), whole.suffix(length), middleless] {
                try Data(part).write(to: URL(filePath: path))
                guard let database = try? LocationDatabase(paths: [path]) else { continue }
                for address in addresses { _ = database.location(of: address) }
            }
        }
    }

    @Test func `with any byte changed is refused, or read without harm`() throws {
        let path = folder.path("changed.mmdb")
        var random = SeededGenerator.fromEnvironment()
        let addresses = ["203.0.113.7", "203.0.113.200", "198.51.100.1", "192.0.2.200", "2001:db8:1::1", "8.8.8.8"]
            .map(IPAddress.of)

        for _ in 0..<1_500 {
            var bytes = try Fixture.city.bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
            }
            try bytes.write(to: URL(filePath: path))
            guard let database = try? LocationDatabase(paths: [path]) else { continue }
            for address in addresses {
                guard let location = database.location(of: address) else { continue }
                for text in [location.city, location.region, location.country, location.network] {
                    #expect(text.map { (1...128).contains($0.utf8.count) } ?? true)
                }
                #expect(location.latitude.map { (-90...90).contains($0) } ?? true)
            }
        }
    }
}
