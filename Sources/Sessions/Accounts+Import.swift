extension Accounts {
    /// How many accounts are imported in one transaction at most.
    public static let importMax = 500

    /// What becomes of an import in which names are taken.
    public enum ImportRule: String, Hashable, Sendable {
        /// None of the accounts is made.
        case refuse
        /// The others are made.
        case skip
        /// None is made in any case: it is only looked whether they could be.
        case trial
    }

    /// What became of an import.
    public struct Import: Hashable, Sendable {
        /// How many accounts were made; in a trial, how many could be.
        public let addedCount: Int
        /// Those that were not, for their names; in the order they were given.
        public let taken: [TakenName]
    }

    /// Makes accounts that were made elsewhere, in one transaction: all that the rule allows, or none.
    ///
    /// Nobody gets mail about it, and passwords are not judged: they are their owners', and known here only as hashes.
    ///
    /// - Parameters:
    ///   - records: At most ``importMax``, with no name twice.
    ///   - rule: What becomes of it when names are taken.
    /// - Returns: What became of it.
    /// - Throws: When the store fails.
    public func add(_ records: [AccountRecord], _ rule: ImportRule) async throws -> Import {
        precondition(records.count <= Self.importMax)
        if rule == .trial {
            let taken = try await taken(among: records)
            return Import(addedCount: records.count - taken.count, taken: taken)
        }
        let now = clock.now
        var rest = records.map { Imported($0, at: now) }.enumerated().map { (index: $0, imported: $1) }
        var taken: [TakenName] = []
        while true {
            let found = try await store.add(rest.map(\.imported.account), rest.map(\.imported.event))
            if found.isEmpty { return Import(addedCount: rest.count, taken: taken.sorted { $0.index < $1.index }) }
            taken += found.map { TakenName(index: rest[$0.index].index, field: $0.field) }
            guard rule == .skip else { return Import(addedCount: 0, taken: taken) }
            // Each time fewer are left: those that somebody registers meanwhile are found the next time.
            let indices = Set(found.map(\.index))
            rest = rest.enumerated().filter { !indices.contains($0.offset) }.map(\.element)
        }
    }

    private func taken(among records: [AccountRecord]) async throws -> [TakenName] {
        var taken: [TakenName] = []
        for (index, record) in records.enumerated() {
            if try await store.account(named: .email(record.email)) != nil {
                taken.append(TakenName(index: index, field: .email))
            } else if try await store.account(named: .username(record.username)) != nil {
                taken.append(TakenName(index: index, field: .username))
            }
        }
        return taken
    }

    /// An account with the event of its import.
    private struct Imported {
        let account: Account
        let event: AuditEvent

        init(_ record: AccountRecord, at now: Timestamp) {
            let user = User(
                id: .make(at: now),
                email: record.email,
                isEmailVerified: record.isEmailVerified,
                username: record.username,
                createdAt: record.createdAt ?? now,
                passwordChangedAt: record.createdAt ?? now
            )
            account = Account(user: user, passwordHash: record.passwordHash, isDisabled: record.isDisabled)
            event = AuditEvent(
                .accountImported,
                at: now,
                user: user.id,
                by: .operator,
                detail: record.isDisabled ? "disabled" : nil
            )
        }
    }
}
