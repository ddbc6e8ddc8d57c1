/// Records of RFC 4180.
enum CSV {
    /// The fields of a record; `nil` when it is none.
    ///
    /// A quotation mark stands at a field's beginning and end, or twice within; anything else is refused, since readers disagree on it.
    static func fields(_ record: [UInt8]) -> [[UInt8]]? {
        let quote = UInt8(ascii: "\"")
        let comma = UInt8(ascii: ",")
        var fields: [[UInt8]] = []
        var rest = record[...]
        while true {
            var field: [UInt8] = []
            if rest.first == quote {
                rest = rest.dropFirst()
                while let end = rest.firstIndex(of: quote) {
                    field += rest[..<end]
                    rest = rest[(end + 1)...]
                    guard rest.first == quote else { break }
                    field.append(quote)
                    rest = rest.dropFirst()
                }
            } else {
                field = Array(rest.prefix { $0 != comma })
                rest = rest.dropFirst(field.count)
                guard !field.contains(quote) else { return nil }
            }
            fields.append(field)
            guard let next = rest.first else { return fields }
            guard next == comma else { return nil }
            rest = rest.dropFirst()
        }
    }

    /// A record of fields, with its line end.
    static func record(_ fields: [String]) -> [UInt8] {
        var record: [UInt8] = []
        for (index, field) in fields.enumerated() {
            if index > 0 { record.append(UInt8(ascii: ",")) }
            guard field.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else {
                record += field.utf8
                continue
            }
            record.append(UInt8(ascii: "\""))
            for byte in field.utf8 { record += byte == UInt8(ascii: "\"") ? [byte, byte] : [byte] }
            record.append(UInt8(ascii: "\""))
        }
        return record + [0x0D, 0x0A]
    }
}
