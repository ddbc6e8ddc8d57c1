/// The fields of `application/x-www-form-urlencoded` text: a form's body or a query.
///
/// Only the names that are expected are kept, and each of them may stand once: of two readers of one text, one takes the first
/// and one the last.
struct FormFields: Sendable {
    private var values: [String: String] = [:]

    /// The most fields that are read.
    static let fieldsMax = 64

    init() {}

    /// Reads the text; `nil` when it is not valid UTF-8 after decoding, has an expected name twice or too many fields.
    init?(_ text: some Sequence<UInt8>, expecting names: [String]) {
        let pairs = Array(text).split(separator: UInt8(ascii: "&"))
        guard pairs.count <= Self.fieldsMax else { return nil }
        for pair in pairs {
            let encodedName = pair.prefix { $0 != UInt8(ascii: "=") }
            guard let name = Self.decode(encodedName), let value = Self.decode(pair.dropFirst(encodedName.count + 1))
            else {
                return nil
            }
            guard names.contains(name) else { continue }
            guard values.updateValue(value, forKey: name) == nil else { return nil }
        }
    }

    subscript(name: String) -> String? { values[name] }

    private static func decode(_ bytes: ArraySlice<UInt8>) -> String? {
        var output: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): output.append(0x20)
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(nibble), let low = rest.popFirst().flatMap(nibble) else {
                    return nil
                }
                output.append(high << 4 | low)
            default: output.append(byte)
            }
        }
        return String(validating: output, as: UTF8.self)
    }

    private static func nibble(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
