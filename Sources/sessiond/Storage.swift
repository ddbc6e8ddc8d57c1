import Logging
import ServiceLifecycle
import Sessions
import SessionsPostgres
import SessionsSQL
import SessionsSQLite

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Where everything is kept.
enum Storage: Sendable {
    /// A file that this process has for itself.
    case sqlite(SQLiteDatabase)
    /// A server that any number of processes share.
    case postgres(PostgresDatabase)

    /// Its place, as the setting names it.
    enum Location: Hashable, Sendable {
        /// The file's absolute path.
        case sqlite(path: String)
        /// What libpq connects by; it may hold a password.
        case postgres(url: String)

        /// The kind, for the log.
        var kind: String {
            switch self {
            case .sqlite: "sqlite"
            case .postgres: "postgres"
            }
        }

        /// The setting as it may be told: without a password.
        var told: String {
            switch self {
            case .sqlite(let path): "sqlite://\(path)"
            case .postgres: "postgres://<redacted>"
            }
        }
    }

    var store: any SessionStore {
        switch self {
        case .sqlite(let database): database.store
        case .postgres(let database): database.store
        }
    }

    var auditLog: AuditLog {
        switch self {
        case .sqlite(let database): database.auditLog
        case .postgres(let database): database.auditLog
        }
    }

    /// The clock that decides: on PostgreSQL all processes go by the database's.
    var clock: WallClock {
        switch self {
        case .sqlite: .system
        case .postgres(let database): database.clock
        }
    }

    /// An authority over the store.
    ///
    /// - Parameters:
    ///   - keys: Sign and verify tokens.
    ///   - locate: Looks up where an address roughly is.
    /// - Returns: The one that all of this process shares.
    /// - Throws: When the store cannot be read.
    func authority(
        keys: SigningKeys,
        locate: @escaping @Sendable (IPAddress) -> Sessions.Location? = { _ in nil }
    ) async throws -> SessionAuthority {
        switch self {
        case .sqlite(let database):
            try await SessionAuthority(store: database.store, keys: keys, clock: clock, locate: locate)
        case .postgres(let database): try await database.authority(keys: keys, locate: locate)
        }
    }

    /// What lets this process learn what the others do; `nil` where there are none.
    func membership(of authority: SessionAuthority, logger: Logger) -> (any Service)? {
        switch self {
        case .sqlite: nil
        case .postgres(let database):
            PostgresMembership(of: database, authority: authority, name: Self.nodeName, logger: logger)
        }
    }

    /// What this process is called in the list of nodes: its machine and number.
    private static var nodeName: String {
        var name = [CChar](repeating: 0, count: 65)
        gethostname(&name, name.count - 1)
        return "\(String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)):\(getpid())"
    }

    /// Waits less for answers from now on: the process is about to end.
    func hurry() {
        switch self {
        case .sqlite: break
        case .postgres(let database): database.hurry()
        }
    }

    func close() async throws {
        switch self {
        case .sqlite(let database): try database.close()
        case .postgres(let database): await database.close()
        }
    }
}
