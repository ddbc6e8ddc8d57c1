import Metrics
import Sessions
import SessionsSQL

/// A transaction on a connection, seen through the store's eyes.
final class PostgresTransaction: SQLConnection {
    let connection: PostgresConnection
    let policy: NoticePolicy
    private let statements: Counter
    private var mayEndSessions = false

    init(connection: PostgresConnection, statements: Counter, telling policy: NoticePolicy) {
        self.connection = connection
        self.policy = policy
        self.statements = statements
    }

    func rows(_ sql: SQL) throws -> [SQLRow] {
        statements.increment()
        return try connection.run(sql).rows.map { SQLRow($0) }
    }

    func run(_ sql: SQL) throws -> Int {
        statements.increment()
        return try connection.run(sql).changed
    }

    func lock(_ locks: [SQLLock]) throws {
        // Sorted, so that no two wait for each other.
        let isShared = Dictionary(locks.map { ($0.number, $0 == .opening) }) { $0 && $1 }
        for (number, isShared) in isShared.sorted(by: { $0.key < $1.key }) {
            try connection.send(
                isShared
                    ? "SELECT pg_advisory_xact_lock_shared(\(number))" : "SELECT pg_advisory_xact_lock(\(number))"
            )
        }
    }

    func assureEndings() throws {
        mayEndSessions = true
        // Something is written even when there is nothing left to end: the COMMIT then waits for the standby, for this and all before it.
        // What somebody else has ended may be here and not there, when their wait was cancelled.
        try connection.send("SELECT CAST(pg_logical_emit_message(true, 'sessiond', '') AS TEXT)")
    }

    func read<Result>(_ body: (any SQLConnection) throws -> Result) throws -> Result {
        try connection.beginning("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY") {
            let result = try undecided { try body(self) }
            // Nothing hangs on what becomes of it; whoever uses the connection next reads the answer.
            try connection.send("COMMIT")
            try connection.flush()
            return result
        }
    }

    /// - Returns: What the body returned, and up to where the log of revocations must be known everywhere before anybody is told;
    ///   `nil` when the transaction can have ended nothing.
    func write<Result>(_ body: (PostgresTransaction) throws -> Result) throws -> (Result, LogPosition?) {
        try connection.beginning("BEGIN") {
            let result = try undecided { try body(self) }
            // One message: what the COMMIT locks at its end waits for nobody on this side.
            try connection.send("COMMIT")
            try connection.send(
                "SELECT seq, CAST(NULLIF(current_setting('sessiond.revoked', true), '') AS BIGINT) FROM revocation_head"
            )
            _ = connection.takeWarnings()
            var row = try connection.answer().rows.first.map { SQLRow($0) } ?? SQLRow([])
            // 01000 at a COMMIT: the wait for the standby was cancelled. It is durable here, and perhaps nowhere else.
            guard !connection.takeWarnings().contains("01000") else {
                throw PostgresFailure("it is not known whether a standby has the commit")
            }
            let head = try row.integer()
            let own = try row.optional { try $0.integer() } ?? 0
            defer { connection.revokedLast = own }
            let sequence = own > connection.revokedLast ? own : mayEndSessions ? head : nil
            return (result, sequence.map { LogPosition(sequence: $0, server: connection.server) })
        }
    }
}

extension PostgresTransaction {
    /// What fails with the connection before the COMMIT is sent has done nothing.
    ///
    /// An idle connection may have been dead for long, and shows it at once; after a longer wait nobody is made to wait again.
    private func undecided<Result>(_ body: () throws -> Result) throws -> Result {
        let begun = BootTime.now
        do {
            return try body()
        } catch let failure as PostgresFailure where connection.isBroken {
            throw BootTime.now.milliseconds(since: begun) < 1_000 ? failure.undone : failure
        }
    }
}

extension PostgresConnection {
    /// Runs a body within a transaction that it ends itself, and rolls back what is left when it fails.
    fileprivate func beginning<Result>(_ begin: SQL, _ body: () throws -> Result) throws -> Result {
        do {
            try send(begin)
            return try body()
        } catch {
            // A connection that cannot do even that is closed, and the server rolls back.
            if (try? send("ROLLBACK")) != nil { _ = try? answer() }
            throw error
        }
    }
}

extension SQLLock {
    /// The number of the advisory lock.
    ///
    /// Two that have the same wait for each other without need, which is rare and harms nothing.
    fileprivate var number: Int64 {
        switch self {
        case .sweep: 1
        case .seals: 2
        case .opening, .settingLock: 6
        case .account(let id): Self.number(3, id.bytes)
        case .attempt(let key): Self.number(4, key.bytes)
        case .tally(let key): Self.number(5, Array(key.utf8))
        }
    }

    /// FNV-1a.
    private static func number(_ kind: UInt8, _ bytes: [UInt8]) -> Int64 {
        let hash = ([kind] + bytes).reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return Int64(bitPattern: hash)
    }
}
