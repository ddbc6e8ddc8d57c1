import Foundation
import GRDB
import Metrics
import Sessions
import SessionsSQL
import Synchronization

/// Runs transactions on a SQLite file: reads on connections of their own, writes in shared commits.
struct SQLiteDriver: SQLDriver {
    private let pool: DatabasePool
    private let commits: CommitQueue
    private let policy: NoticePolicy
    let statements = StatementCount()

    init(pool: DatabasePool, telling policy: NoticePolicy = .none) {
        self.pool = pool
        self.policy = policy
        commits = CommitQueue(pool: pool)
    }

    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
        try await pool.read { [statements, policy] in
            try body(SQLiteConnection(database: $0, statements: statements, policy: policy))
        }
    }

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
        try await commits.commit { [statements, policy] in
            try body(SQLiteConnection(database: $0, statements: statements, policy: policy))
        }
    }
}

/// How many statements have run: checks in steady state add none.
final class StatementCount: Sendable {
    private let count = Atomic(0)
    private let counter = Counter(label: "sessions_store_statements_total")

    var value: Int { count.load(ordering: .relaxed) }

    func increment() {
        count.add(1, ordering: .relaxed)
        counter.increment()
    }
}

/// A connection of GRDB's, seen through the store's eyes.
private struct SQLiteConnection: SQLConnection {
    let database: Database
    let statements: StatementCount
    let policy: NoticePolicy

    func rows(_ sql: SessionsSQL.SQL) throws -> [SQLRow] {
        statements.increment()
        let statement = try database.cachedStatement(sql: sql.text)
        let cursor = try Row.fetchCursor(
            statement,
            arguments: StatementArguments(sql.arguments.map(\.value.databaseValue))
        )
        var rows: [SQLRow] = []
        while let row = try cursor.next() {
            rows.append(SQLRow(row.databaseValues.map { SQLValue($0) }))
        }
        return rows
    }

    func run(_ sql: SessionsSQL.SQL) throws -> Int {
        statements.increment()
        let statement = try database.cachedStatement(sql: sql.text)
        try statement.execute(arguments: StatementArguments(sql.arguments.map(\.value.databaseValue)))
        return database.changesCount
    }

    func lock(_ locks: [SQLLock]) {
        // There is one writer at a time.
    }

    func assureEndings() {
        // There is one process.
    }
}

extension SQLValue {
    /// No table of ours holds REAL (they are STRICT); such a value reads as NULL and is refused by the reader of its column.
    fileprivate init(_ value: DatabaseValue) {
        self =
            switch value.storage {
            case .null, .double: .null
            case .int64(let value): .integer(value)
            case .string(let value): .text(value)
            case .blob(let data): .blob(Array(data))
            }
    }

    fileprivate var databaseValue: DatabaseValue {
        switch self {
        case .null: .null
        case .integer(let value): value.databaseValue
        case .text(let value): value.databaseValue
        case .blob(let bytes): Data(bytes).databaseValue
        }
    }
}
