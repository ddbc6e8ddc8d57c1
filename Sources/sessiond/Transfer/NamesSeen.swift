import Sessions

/// The names that stood in a file before, with their lines.
///
/// It keeps 64-bit hashes of them, with a key of this process: some 24 bytes for each name. That two names of five million accounts
/// have the same one is less likely than one in 100,000, and one of them is refused then.
struct NamesSeen {
    private var emails: [Int: Int] = [:]
    private var usernames: [Int: Int] = [:]

    /// Notes the names of a record.
    ///
    /// - Returns: Which of them stood in a line before; `nil` when none did.
    mutating func note(_ record: AccountRecord, line: Int) -> (field: TakenName.Field, line: Int)? {
        let email = record.email.hashValue
        let username = record.username.hashValue
        if let line = emails[email] { return (.email, line) }
        if let line = usernames[username] { return (.username, line) }
        emails[email] = line
        usernames[username] = line
        return nil
    }
}
