import Foundation

/// A folder of one test, deleted with the last reference to it.
package final class TemporaryFolder: Sendable {
    private let url: URL

    package init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "sessions-\(UUID())")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)  // What remains is in the system's temporary folder.
    }

    /// The path of a file in the folder.
    package func path(_ name: String) -> String {
        url.appending(path: name).path(percentEncoded: false)
    }
}
