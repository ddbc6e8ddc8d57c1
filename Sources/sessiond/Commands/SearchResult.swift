import Sessions
import Synchronization

/// What a search among live sessions has found.
struct SearchResult: Sendable {
    let sessions: Int
    let accounts: Int
    /// Whether there are more accounts than were counted.
    let accountsAreMore: Bool
    private let sample: [JSON]

    /// Has a search made, and tells a person how far it has come.
    init(of search: SessionSearch, sample: Int, _ settings: Settings) async throws(CommandFailure) {
        let isWatched = StandardStream.error.isTerminal
        let seen = Mutex<(found: JSON?, sample: [JSON])>((nil, []))
        _ = try await settings.perform(.findSessions(search, sample: sample)) { rows in
            for row in rows {
                if let session = row["sample"] {
                    seen.withLock { $0.sample.append(session) }
                } else if let found = row["found"] {
                    seen.withLock { $0.found = found }
                } else if isWatched, let read = row["read"]?.integer {
                    StandardStream.error.write("\r\(read) sessions read".utf8)
                }
            }
        }
        if isWatched { StandardStream.error.write("\n".utf8) }
        let (found, shown) = seen.withLock(\.self)
        guard let found, let sessions = found["sessions"]?.integer, let accounts = found["accounts"]?.integer else {
            throw .unavailable("the server did not say what it has found")
        }
        self.sessions = Int(sessions)
        self.accounts = Int(accounts)
        accountsAreMore = found["accountsAreMore"]?.bool ?? false
        self.sample = shown
    }

    /// "3 sessions of 2 accounts".
    var sentence: String {
        let accounts = "\(accountsAreMore ? "at least " : "")\(accounts) \(accounts == 1 ? "account" : "accounts")"
        return "\(sessions) live \(sessions == 1 ? "session" : "sessions") of \(accounts)"
    }

    func print(json isJSON: Bool) {
        if isJSON {
            let result: JSON = [
                "sessions": .integer(Int64(sessions)), "accounts": .integer(Int64(accounts)),
                "accountsAreMore": .bool(accountsAreMore), "sample": .array(sample),
            ]
            return StandardStream.output.write(result.utf8 + [UInt8(ascii: "\n")])
        }
        StandardStream.output.write(line: sentence)
        guard !sample.isEmpty else { return }
        let columns = [
            ("id", "ID"), ("user", "USER"), ("device", "DEVICE"), ("ip", "IP"), ("country", "COUNTRY"),
            ("created", "CREATED"), ("lastActivity", "LAST ACTIVITY"),
        ]
        let list = RowList(columns, json: false)
        list.append(sample)
        list.finish()
        if sample.count < sessions {
            StandardStream.output.write(line: "... and \(sessions - sample.count) more.")
        }
        StandardStream.output.write(line: "Nothing was ended; --end ends them.")
    }
}
