import Logging
import Sessions

/// How a record is written: for people, or for a log system.
///
/// One record is one line, whatever strangers put into it.
enum LogFormat: String, Sendable {
    case text
    case json

    /// The line, with its end.
    func line(_ record: LogRecord) -> [UInt8] {
        switch self {
        case .text: Self.text(record)
        case .json: Self.object(record)
        }
    }

    private static func text(_ record: LogRecord) -> [UInt8] {
        let fields = record.fields.map { " \(plain($0.name))=\(plain($0.value))" }.joined()
        let level = record.level.rawValue
        let gap = String(repeating: " ", count: max(0, "critical".utf8.count - level.utf8.count))
        return Array("\(record.at.rfc3339) \(level)\(gap) \(record.label) \(record.event.printable)\(fields)\n".utf8)
    }

    /// A value as it is when it is one word, else in quotes.
    private static func plain(_ value: String) -> String {
        let isWord =
            !value.isEmpty
            && value.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x3D && $0 != 0x5C }
        return isWord ? value : String(decoding: JSON.string(value.printable).utf8, as: UTF8.self)
    }

    private static func object(_ record: LogRecord) -> [UInt8] {
        var members = [
            JSON.Member(key: "ts", value: .string(record.at.rfc3339)),
            JSON.Member(key: "level", value: .string(record.level.rawValue)),
            JSON.Member(key: "label", value: .string(record.label)),
            JSON.Member(key: "event", value: .string(record.event)),
        ]
        members += record.fields.map { JSON.Member(key: $0.name, value: .string($0.value)) }
        return JSON.object(members).utf8 + [UInt8(ascii: "\n")]
    }
}
