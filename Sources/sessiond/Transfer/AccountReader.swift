import Sessions

/// A file of accounts, read one at a time.
struct AccountReader: ~Copyable {
    /// What stands in a record.
    struct Entry {
        /// The number of its first line.
        let line: Int
        let content: Result<AccountRecord, FieldFailure>
    }

    private var records: RecordLines
    private let columns: [AccountField]?
    private let now: Timestamp

    /// How far it was read, from 0 to 1; `nil` when that is not known.
    var progress: Double? {
        records.bytesTotal.map { $0 == 0 ? 1 : min(1, Double(records.bytesRead) / Double($0)) }
    }

    /// Opens a file, and reads the names of its columns.
    ///
    /// - Throws: ``CommandFailure``.
    init(path: String, format: TransferFormat, at now: Timestamp) throws(CommandFailure) {
        var records = try RecordLines(path: path, format: format)
        columns = format == .csv ? try Self.columns(&records) : nil
        self.records = records
        self.now = now
    }

    private static func columns(_ records: inout RecordLines) throws(CommandFailure) -> [AccountField] {
        let header: RecordLines.Record?
        do {
            header = try records.next()
        } catch {
            throw .refused(error.message)
        }
        let known = AccountField.allCases.map(\.rawValue).joined(separator: ", ")
        guard let header, let names = CSV.fields(header.bytes) else {
            throw .refused("the first line does not name the columns: \(known)")
        }
        let columns = names.map { AccountField(rawValue: String(decoding: $0, as: UTF8.self)) }
        if let unknown = columns.firstIndex(of: nil) {
            throw .refused("the first line: column \(unknown + 1) has a name that is not known; known are \(known)")
        }
        let named = columns.compactMap(\.self)
        guard Set(named).count == named.count else { throw .refused("the first line names a column twice") }
        guard named.contains(.username), named.contains(.email) else {
            throw .refused("the first line does not name the columns username and email")
        }
        return named
    }

    /// The next record; `nil` at the end.
    ///
    /// - Throws: ``RecordLines/Failure`` when the file cannot be read on.
    mutating func next() throws(RecordLines.Failure) -> Entry? {
        guard let record = try records.next() else { return nil }
        do {
            return Entry(line: record.line, content: .success(try AccountRecord(json(record.bytes), at: now)))
        } catch {
            return Entry(line: record.line, content: .failure(error))
        }
    }

    private func json(_ bytes: [UInt8]) throws(FieldFailure) -> JSON {
        guard let columns else {
            do {
                return try JSON(parsing: bytes)
            } catch {
                throw FieldFailure(nil, "is not JSON (at byte \(error.offset + 1))")
            }
        }
        guard let fields = CSV.fields(bytes) else { throw FieldFailure(nil, "is not CSV: look at the quotation marks") }
        guard fields.count == columns.count else {
            throw FieldFailure(nil, "has \(fields.count) fields, and the first line names \(columns.count)")
        }
        var members: [JSON.Member] = []
        for (column, field) in zip(columns, fields) {
            guard let text = String(validating: field, as: UTF8.self) else {
                throw FieldFailure(column, "is not UTF-8 text")
            }
            members.append(JSON.Member(key: column.rawValue, value: Self.value(text, of: column)))
        }
        return .object(members)
    }

    /// What a field of CSV says, with the words for true and false that other programs write.
    private static func value(_ text: String, of column: AccountField) -> JSON {
        if text.isEmpty { return .null }
        guard column == .isEmailVerified || column == .isDisabled else { return .string(text) }
        switch text.lowercased() {
        case "true", "t", "1", "yes": return .bool(true)
        case "false", "f", "0", "no": return .bool(false)
        default: return .string(text)
        }
    }
}
