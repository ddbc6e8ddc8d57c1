import Sessions

/// What an account is told by in a file, in the order of the columns.
enum AccountField: String, CaseIterable, Sendable {
    case username
    case email
    case isEmailVerified = "email_verified"
    case passwordHash = "password_hash"
    case createdAt = "created_at"
    case isDisabled = "disabled"
}

/// What is wrong with a field.
///
/// It never tells what stands there: where columns are mixed up, that is a hash.
struct FieldFailure: Error {
    /// The field's name; `nil` when it is about the record.
    let field: String?
    /// A sentence part.
    let message: String

    init(_ field: AccountField?, _ message: String) {
        self.field = field?.rawValue
        self.message = message
    }
}

extension AccountRecord {
    /// Reads a record.
    ///
    /// - Parameters:
    ///   - json: An object of ``AccountField``s; `null` is as good as nothing.
    ///   - now: No account was made later.
    /// - Throws: ``FieldFailure``.
    init(_ json: JSON, at now: Timestamp) throws(FieldFailure) {
        guard case .object(let members) = json else { throw FieldFailure(nil, "is not an object") }
        guard members.allSatisfy({ AccountField(rawValue: $0.key) != nil }) else {
            let known = AccountField.allCases.map(\.rawValue).joined(separator: ", ")
            throw FieldFailure(nil, "has a field that is not known; known are \(known)")
        }
        guard let username = Username(try json.text(.username) ?? "") else {
            throw FieldFailure(.username, "has 3 to 32 of a-z 0-9 . _ - and starts with a letter or digit")
        }
        guard let email = EmailAddress(try json.text(.email) ?? "") else {
            throw FieldFailure(.email, "is not an e-mail address")
        }
        var created: Timestamp?
        if let text = try json.text(.createdAt) {
            created = Timestamp(internetTime: text)
            guard let created, created.milliseconds >= 0 else {
                throw FieldFailure(.createdAt, "is not a time such as 2026-11-23T10:30:00Z")
            }
            guard created <= now else { throw FieldFailure(.createdAt, "lies in the future") }
        }
        self.init(
            username: username,
            email: email,
            isEmailVerified: try json.flag(.isEmailVerified),
            passwordHash: try json.hash(),
            createdAt: created,
            isDisabled: try json.flag(.isDisabled)
        )
    }

    /// The record as an object of all fields.
    var json: JSON {
        .object(
            AccountField.allCases.map { field in
                let value: JSON =
                    switch field {
                    case .username: .string("\(username)")
                    case .email: .string("\(email)")
                    case .isEmailVerified: .bool(isEmailVerified)
                    case .passwordHash: .text(passwordHash?.encoded)
                    case .createdAt: .time(createdAt)
                    case .isDisabled: .bool(isDisabled)
                    }
                return JSON.Member(key: field.rawValue, value: value)
            }
        )
    }
}

extension JSON {
    fileprivate func text(_ field: AccountField) throws(FieldFailure) -> String? {
        switch self[field.rawValue] {
        case nil, .null: nil
        case .string(let text): text
        default: throw FieldFailure(field, "is not a text")
        }
    }

    fileprivate func flag(_ field: AccountField) throws(FieldFailure) -> Bool {
        switch self[field.rawValue] {
        case nil, .null: false
        case .bool(let value): value
        default: throw FieldFailure(field, "is neither true nor false")
        }
    }

    fileprivate func hash() throws(FieldFailure) -> PasswordHash? {
        guard let encoded = try text(.passwordHash) else { return nil }
        do {
            return try PasswordHash(imported: encoded)
        } catch {
            throw FieldFailure(.passwordHash, error.message)
        }
    }
}

extension Timestamp {
    /// Reads a date-time of RFC 3339 with any offset and any fraction of a second, of which milliseconds are kept; or a day.
    init?(internetTime text: String) {
        if let instant = Timestamp(rfc3339: text) {
            self = instant
            return
        }
        let bytes = Array(text.utf8)
        // "T" may be a space (section 5.6), as databases write it.
        guard (20...40).contains(bytes.count), [0x54, 0x74, 0x20].contains(bytes[10]) else { return nil }
        var rest = bytes[19...]
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix { (0x30...0x39).contains($0) }
            guard (1...9).contains(digits.count) else { return nil }
            rest = rest.dropFirst(digits.count + 1)
        }
        let fraction = String(decoding: bytes[19..<rest.startIndex].dropFirst().prefix(3), as: UTF8.self)
        guard let offset = Self.offsetMinutes(Array(rest)) else { return nil }
        let day = String(decoding: bytes[..<10], as: UTF8.self)
        let time = String(decoding: bytes[11..<19], as: UTF8.self)
        let milliseconds = fraction + String(repeating: "0", count: 3 - fraction.utf8.count)
        guard let local = Timestamp(rfc3339: "\(day)T\(time).\(milliseconds)Z") else { return nil }
        self = local.adding(seconds: -offset * 60)
    }

    /// `Z`, `+02:00` or, as databases write it, `+02`.
    private static func offsetMinutes(_ text: [UInt8]) -> Int64? {
        if text == [0x5A] || text == [0x7A] { return 0 }
        let digits: [Int64] = text.dropFirst().filter { $0 != UInt8(ascii: ":") }.map { Int64($0) - 0x30 }
        let isFull = text.count == 6 && text[3] == UInt8(ascii: ":")
        guard isFull || text.count == 3, let sign = text.first, sign == 0x2B || sign == 0x2D,
            digits.count == text.count - (isFull ? 2 : 1), digits.allSatisfy({ (0...9).contains($0) })
        else { return nil }
        let hours = digits[0] * 10 + digits[1]
        let minutes = isFull ? digits[2] * 10 + digits[3] : 0
        guard hours < 24, minutes < 60 else { return nil }
        return (hours * 60 + minutes) * (sign == 0x2D ? -1 : 1)
    }
}
