import GRDB
public import Sessions
package import SessionsSQL

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The embedded database: one file, owned by one process for as long as it runs.
public final class SQLiteDatabase: Sendable {
    /// The store in the file.
    public let store: any SessionStore
    /// The audit log in the file, for the operator.
    package let auditLog: AuditLog

    private let pool: DatabasePool
    private let lock: LockFile
    private let statements: StatementCount

    /// Why a database could not be opened.
    ///
    /// The text is for the operator.
    public struct OpeningFailure: Error, CustomStringConvertible {
        /// A sentence.
        public let description: String
    }

    /// Opens the file, makes it if there is none, and brings its schema up to date.
    ///
    /// - Parameters:
    ///   - path: An absolute path. Beside it stand `-wal`, `-shm` and `.lock`, all readable by their owner alone.
    ///   - policy: Who is told of what happens to accounts.
    /// - Throws: ``OpeningFailure`` when another process has the file open, when its schema is newer than this program, or when the
    ///   durability that is promised cannot be had; the system's error when the file cannot be opened.
    public init(path: String, telling policy: NoticePolicy = .none) throws {
        lock = try LockFile(path: path + ".lock")
        try Self.createReadableByOwnerAlone(path)
        var configuration = Configuration()
        configuration.label = "sessions"
        configuration.maximumReaderCount = 4
        configuration.foreignKeysEnabled = true
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA trusted_schema = OFF")
        }
        pool = try DatabasePool(path: path, configuration: configuration)
        try pool.writeWithoutTransaction { database in
            // GRDB sets NORMAL when it turns on WAL, after `prepareDatabase` has run. NORMAL may lose the last commits with the
            // power: an ended session would come back (invariant I2). So it is set here, and read back.
            try database.execute(sql: "PRAGMA synchronous = FULL")
            guard try Int.fetchOne(database, sql: "PRAGMA synchronous") == 2,
                try String.fetchOne(database, sql: "PRAGMA journal_mode") == "wal"
            else {
                throw OpeningFailure(description: "\(path): SQLite refuses durable commits (WAL, synchronous=FULL)")
            }
        }
        try SQLiteSchema.migrate(pool)
        let driver = SQLiteDriver(pool: pool, telling: policy)
        statements = driver.statements
        store = SQLStore(driver: driver)
        auditLog = AuditLog(driver: driver)
    }

    /// Copies the whole database, as it is at one instant, into a new file, while it is in use.
    ///
    /// - Throws: ``OpeningFailure`` when the file exists already; else the system's or SQLite's error.
    public func backup(to path: String) async throws {
        guard access(path, F_OK) != 0 else { throw OpeningFailure(description: "\(path) exists already") }
        try Self.createReadableByOwnerAlone(path)
        do {
            let copy = try DatabaseQueue(path: path)
            try pool.backup(to: copy)
            // One file, not three: the copy is moved around.
            try await copy.writeWithoutTransaction { _ = try String.fetchOne($0, sql: "PRAGMA journal_mode = DELETE") }
            try copy.close()
        } catch {
            unlink(path)
            throw error
        }
    }

    /// Closes the file and releases its lock.
    ///
    /// - Throws: SQLite's error when a connection is still busy.
    public func close() throws {
        try pool.close()
        lock.release()
    }

    /// The number of statements that have read or written since the file was opened.
    package var statementCount: Int { statements.value }

    static func createReadableByOwnerAlone(_ path: String) throws {
        let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw OpeningFailure(description: "\(path): \(String(cString: strerror(errno)))")
        }
        _ = Glibc.close(descriptor)
    }
}
