package import Sessions

/// A statement with its arguments.
///
/// A value that is interpolated becomes an argument: there is no way to put one into the text.
package struct SQL: ExpressibleByStringInterpolation, Sendable {
    package let text: String
    package let arguments: [SQLArgument]

    package init(stringLiteral value: String) {
        text = value
        arguments = []
    }

    package init(stringInterpolation: StringInterpolation) {
        text = stringInterpolation.text
        arguments = stringInterpolation.arguments
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""
        fileprivate var arguments: [SQLArgument] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount)
        }

        package mutating func appendLiteral(_ literal: String) {
            text += literal
        }

        private mutating func append(_ value: SQLValue?, _ type: SQLType) {
            text += "?"
            arguments.append(SQLArgument(value: value ?? .null, type: type))
        }

        package mutating func appendInterpolation(_ value: Int64?) { append(value.map(SQLValue.integer), .integer) }
        package mutating func appendInterpolation(_ value: Int) { append(.integer(Int64(value)), .integer) }
        package mutating func appendInterpolation(_ value: Bool) { append(.integer(value ? 1 : 0), .integer) }
        package mutating func appendInterpolation(_ value: [UInt8]?) { append(value.map(SQLValue.blob), .blob) }
        package mutating func appendInterpolation(_ value: String?) { append(value.map(SQLValue.text), .text) }
        package mutating func appendInterpolation(_ value: Timestamp?) { appendInterpolation(value?.milliseconds) }
        package mutating func appendInterpolation<Subject>(_ value: Identifier<Subject>?) {
            appendInterpolation(value?.bytes)
        }

        /// A list of ids for `IN (...)`.
        package mutating func appendInterpolation<Subject>(list: some Collection<Identifier<Subject>>) {
            // PostgreSQL knows no empty list; nothing is in one that holds NULL alone.
            if list.isEmpty { text += "NULL" }
            for (index, id) in list.enumerated() {
                if index > 0 { text += ", " }
                appendInterpolation(id)
            }
        }

        /// A part of a statement, with its arguments.
        package mutating func appendInterpolation(part: SQL) {
            text += part.text
            arguments += part.arguments
        }
    }
}

/// A value as a database knows it.
package enum SQLValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])
}

/// What a value is when it is there.
package enum SQLType: Hashable, Sendable {
    case integer
    case text
    case blob
}

/// A value for a place in a statement, and what belongs there even when there is none.
package struct SQLArgument: Hashable, Sendable {
    package let value: SQLValue
    package let type: SQLType
}

/// A row of a result: its values in the order of the statement's columns, read one after the other.
package struct SQLRow: Sendable {
    private let values: [SQLValue]
    private var position = 0

    package init(_ values: [SQLValue]) {
        self.values = values
    }

    /// Thrown when a column does not hold what the schema promises.
    ///
    /// The text holds no value.
    package struct Corrupt: Error {
        package let column: Int
    }

    private mutating func next<Value>(_ read: (SQLValue) -> Value?) throws -> Value {
        guard position < values.count, let value = read(values[position]) else { throw Corrupt(column: position) }
        position += 1
        return value
    }

    package mutating func integer() throws -> Int64 {
        try next { if case .integer(let value) = $0 { value } else { nil } }
    }

    package mutating func text() throws -> String {
        try next { if case .text(let value) = $0 { value } else { nil } }
    }

    package mutating func blob() throws -> [UInt8] {
        try next { if case .blob(let value) = $0 { value } else { nil } }
    }

    package mutating func value<Value>(_ read: (String) -> Value?) throws -> Value {
        try next { if case .text(let text) = $0 { read(text) } else { nil } }
    }

    package mutating func blob<Value>(_ read: ([UInt8]) -> Value?) throws -> Value {
        try next { if case .blob(let bytes) = $0 { read(bytes) } else { nil } }
    }

    package mutating func id<Subject>() throws -> Identifier<Subject> {
        try next { if case .blob(let bytes) = $0 { Identifier(bytes: bytes) } else { nil } }
    }

    package mutating func time() throws -> Timestamp { Timestamp(milliseconds: try integer()) }
    package mutating func bool() throws -> Bool { try integer() != 0 }

    /// What `read` reads, or `nil` for NULL.
    package mutating func optional<Value>(_ read: (inout SQLRow) throws -> Value) throws -> Value? {
        guard position < values.count else { throw Corrupt(column: position) }
        if values[position] == .null {
            position += 1
            return nil
        }
        return try read(&self)
    }
}
