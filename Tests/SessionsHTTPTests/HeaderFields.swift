import HTTPTypes
import Testing

extension HTTPFields {
    /// Header lines in their order, as a client would send them.
    init(_ lines: [(String, String)]) throws {
        self.init()
        for (name, value) in lines {
            append(HTTPField(name: try #require(HTTPField.Name(name)), value: value))
        }
    }
}

/// A header line in a table.
struct Line: Sendable, CustomStringConvertible {
    let name: String
    let value: String

    init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    var description: String { "\(name): \(value.count > 60 ? value.prefix(60) + "..." : value)" }
}

extension HTTPFields {
    init(_ lines: [Line]) throws {
        try self.init(lines.map { ($0.name, $0.value) })
    }
}
