import CMaxMindDB

/// What a file says of one network, by paths of names; whatever is not of the type that is asked for is not there.
struct MaxMindRecord {
    /// Keeps the file open: the entry points into it.
    private let file: MaxMindFile
    private let entry: MMDB_entry_s

    init(file: MaxMindFile, entry: MMDB_entry_s) {
        self.file = file
        self.entry = entry
    }

    /// A text, bounded and without control characters; `nil` when nothing is left of it.
    func text(_ path: StaticString...) -> String? {
        value(path) { data in
            guard data.type == MMDB_DATA_TYPE_UTF8_STRING, let start = data.utf8_string else { return nil }
            return LocationText.bounded(UnsafeRawBufferPointer(start: start, count: Int(data.data_size)))
        }
    }

    /// A finite number of any of the format's types for them.
    func number(_ path: StaticString...) -> Double? {
        value(path) { data in
            let number: Double? =
                switch Int32(bitPattern: data.type) {
                case MMDB_DATA_TYPE_DOUBLE: data.double_value
                case MMDB_DATA_TYPE_FLOAT: Double(data.float_value)
                case MMDB_DATA_TYPE_UINT16: Double(data.uint16)
                case MMDB_DATA_TYPE_UINT32: Double(data.uint32)
                case MMDB_DATA_TYPE_INT32: Double(data.int32)
                default: nil
                }
            return number.flatMap { $0.isFinite ? $0 : nil }
        }
    }

    private func value<Value>(_ path: [StaticString], _ read: (MMDB_entry_data_s) -> Value?) -> Value? {
        // What a `StaticString` points to ends with a zero byte, as the library wants it.
        let names: [UnsafePointer<CChar>?] = path.map {
            UnsafeRawPointer($0.utf8Start).assumingMemoryBound(to: CChar.self)
        }
        return withExtendedLifetime(file) {
            var entry = entry
            var data = MMDB_entry_data_s()
            guard MMDB_aget_value(&entry, &data, names + [nil]) == MMDB_SUCCESS, data.has_data else { return nil }
            return read(data)
        }
    }
}
