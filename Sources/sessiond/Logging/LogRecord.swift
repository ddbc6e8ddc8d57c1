import Logging
import Sessions

/// One event of the process log, bounded and flat.
struct LogRecord: Sendable {
    let at: Timestamp
    let level: Logger.Level
    let label: String
    let event: String
    /// In the order of their names, each once.
    let fields: [(name: String, value: String)]

    /// The longest value, in UTF-8 bytes; more is cut.
    static let valueBytesMax = 1_024
    /// The most fields; more are left out.
    static let fieldsMax = 32
    /// The names that every record has.
    private static let reserved: Set<String> = ["ts", "level", "label", "event"]

    init(at now: Timestamp, level: Logger.Level, label: String, event: String, metadata: Logger.Metadata) {
        self.at = now
        self.level = level
        self.label = label
        self.event = Self.bounded(event)
        var fields: [String: String] = [:]
        for (name, value) in metadata { Self.flatten(value, as: name, into: &fields) }
        self.fields = fields.sorted { $0.key < $1.key }.prefix(Self.fieldsMax).map { ($0.key, $0.value) }
    }

    private static func flatten(_ value: Logger.Metadata.Value, as name: String, into fields: inout [String: String]) {
        switch value {
        case .string(let text): add(text, as: name, to: &fields)
        case .stringConvertible(let value): add(value.description, as: name, to: &fields)
        case .array(let values): add(values.map(\.description).joined(separator: ","), as: name, to: &fields)
        case .dictionary(let members):
            for (key, value) in members { flatten(value, as: "\(name).\(key)", into: &fields) }
        }
    }

    private static func add(_ text: String, as name: String, to fields: inout [String: String]) {
        let name = name.prefix(utf8BytesMax: 64)
        fields[reserved.contains(name) ? "\(name)_" : name] = bounded(text)
    }

    private static func bounded(_ text: String) -> String { text.prefix(utf8BytesMax: valueBytesMax) }
}
