import Metrics
import Sessions
import SessionsSQL

/// Runs transactions on PostgreSQL.
///
/// They are `READ COMMITTED`, and take turns by the locks that the store names. One that meets another in a deadlock is run again. When one
/// has ended sessions, it returns once no process accepts them any more.
struct PostgresDriver: SQLDriver {
    let pool: PostgresPool
    private let transactions: PostgresTransactions
    private let shared: SharedTransactions
    private let barrier: RevocationBarrier

    init(pool: PostgresPool, telling policy: NoticePolicy = .none) {
        self.pool = pool
        let transactions = PostgresTransactions(pool: pool, telling: policy)
        self.transactions = transactions
        shared = SharedTransactions { body in try await transactions.write(body).1 }
        barrier = RevocationBarrier(pool: pool)
    }

    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
        try await transactions.read(body)
    }

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
        let (result, entry) = try await transactions.write(body)
        if let entry { await barrier.wait(for: entry) }
        return result
    }

    func write<Result: Sendable>(
        holding locks: [SQLLock],
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
        let (result, entry) = try await shared.commit(holding: locks, body)
        if let entry { await barrier.wait(for: entry) }
        return result
    }
}

/// Runs transactions, and again those that have met another one, or a connection that was gone before anything could be decided.
struct PostgresTransactions: Sendable {
    /// How often one is run at most.
    private static let triesMax = 4

    let pool: PostgresPool
    private let policy: NoticePolicy
    private let statements = Counter(label: "sessions_store_statements_total")

    init(pool: PostgresPool, telling policy: NoticePolicy = .none) {
        self.pool = pool
        self.policy = policy
    }

    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
        try await again { try $0.read(body) }
    }

    /// - Returns: What the body returned, and how far the log must be known everywhere before anybody is told.
    func write<Result: Sendable>(
        _ body: @escaping @Sendable (PostgresTransaction) throws -> Result
    ) async throws -> (Result, LogPosition?) {
        try await again { try $0.write(body) }
    }

    private func again<Result: Sendable>(
        _ run: @escaping @Sendable (PostgresTransaction) throws -> Result
    ) async throws -> Result {
        var tries = 1
        while true {
            do {
                return try await pool.run { [statements, policy] connection in
                    try run(PostgresTransaction(connection: connection, statements: statements, telling: policy))
                }
            } catch let failure as PostgresFailure where failure.isWorthAnotherTry && tries < Self.triesMax {
                tries += 1
            }
        }
    }
}
