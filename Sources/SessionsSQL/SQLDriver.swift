package import Sessions

/// A database that runs transactions.
///
/// What a transaction does is the store's business.
package protocol SQLDriver: Sendable {
    /// Runs a body that only reads, on one consistent state.
    func read<Result: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> Result) async throws -> Result

    /// Runs a body that writes. When it returns, all that the body did is durable; when it throws, none of it may be relied on.
    func write<Result: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> Result) async throws
        -> Result

    /// Runs a body that writes, with locks that are taken before it, and are all it needs.
    ///
    /// For changes that many may ask for at once: they may share a transaction. Like ``write(_:)`` in all else.
    func write<Result: Sendable>(
        holding locks: [SQLLock],
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result
}

extension SQLDriver {
    package func write<Result: Sendable>(
        holding locks: [SQLLock],
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
        try await write { database in
            try database.lock(locks)
            return try body(database)
        }
    }
}

/// A connection within a transaction.
package protocol SQLConnection {
    /// Who is told of the events that are written.
    var policy: NoticePolicy { get }

    /// Runs a statement and returns its rows.
    func rows(_ sql: SQL) throws -> [SQLRow]

    /// Runs a statement and returns how many rows it changed.
    @discardableResult
    func run(_ sql: SQL) throws -> Int

    /// Waits until no other transaction holds one of some locks, and holds them until this one ends.
    ///
    /// With them a transaction sees all that those before it did. A database with one writer at a time has nothing to do.
    func lock(_ locks: [SQLLock]) throws

    /// Makes the transaction return only when no process accepts the sessions that have ended, by it or before it.
    ///
    /// Said where sessions are to be ended, whether or not there are any left. One process that has the database for itself knows anyway.
    func assureEndings() throws
}

/// What transactions take turns for: what they read there decides what they write.
///
/// Where several are taken one after the other, it is in this order.
package enum SQLLock: Hashable, Sendable {
    /// Background work on everybody's rows.
    case sweep
    /// The seals of the audit log.
    case seals
    /// Opening a session that no lock of the operator's denies; any number may hold it together.
    case opening
    /// Setting such a lock: alone, without those who hold ``opening``.
    case settingLock
    /// An account, with its sessions, credentials and challenges.
    case account(UserID)
    /// A count of attempts.
    case attempt(AttemptKey)
    /// The failures that are counted together in the audit log.
    case tally(String)
}

extension SQLConnection {
    /// The first row of a statement's result.
    package func row(_ sql: SQL) throws -> SQLRow? { try rows(sql).first }
}
