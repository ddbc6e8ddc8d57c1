/// A database that runs transactions.
///
/// What a transaction does is the store's business.
package protocol SQLDriver: Sendable {
    /// Runs a body that only reads, on one consistent state.
    func read<Result: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> Result) async throws -> Result

    /// Runs a body that writes. When it returns, all that the body did is durable; when it throws, none of it may be relied on.
    func write<Result: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> Result) async throws
        -> Result
}

/// A connection within a transaction.
package protocol SQLConnection {
    /// Runs a statement and returns its rows.
    func rows(_ sql: SQL) throws -> [SQLRow]

    /// Runs a statement and returns how many rows it changed.
    @discardableResult
    func run(_ sql: SQL) throws -> Int
}

extension SQLConnection {
    /// The first row of a statement's result.
    package func row(_ sql: SQL) throws -> SQLRow? { try rows(sql).first }
}
