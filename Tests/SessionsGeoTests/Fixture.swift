import Foundation
import Sessions
import SessionsTesting
import Synchronization

/// A file that `Fixtures/make-fixtures` has made.
enum Fixture: String {
    case city
    case asn
    case country
    case ipv4
    case moved
    case odd

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

    var path: String { Self.folder.appending(path: "\(rawValue).mmdb").path(percentEncoded: false) }

    var bytes: Data {
        get throws { try Data(contentsOf: URL(filePath: path)) }
    }
}

/// A folder with a file that is replaced while others read it.
struct Place {
    let folder: TemporaryFolder
    var path: String { folder.path("places.mmdb") }

    init(_ fixture: Fixture) throws {
        folder = try TemporaryFolder()
        try put(fixture)
    }

    /// As an operator should: beside it, and then in its place.
    func put(_ fixture: Fixture) throws { try put(fixture.bytes) }

    func put(_ bytes: Data) throws {
        let new = folder.path("new.mmdb")
        try bytes.write(to: URL(filePath: new))
        guard rename(new, path) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }
}

extension IPAddress {
    static let inVienna = of("203.0.113.7")
    static let inGraz = of("203.0.113.200")

    static func of(_ text: String) -> IPAddress {
        guard let address = IPAddress(text) else { preconditionFailure("\(text) is an address") }
        return address
    }
}
