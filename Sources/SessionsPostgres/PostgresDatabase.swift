public import Sessions
package import SessionsSQL
import Synchronization

/// A PostgreSQL database, shared by any number of processes.
public final class PostgresDatabase: Sendable {
    /// The store in the database.
    ///
    /// A change that ends sessions returns once no process accepts them any more.
    public let store: any SessionStore
    /// The audit log in the database, for the operator.
    package let auditLog: AuditLog
    /// Until when this process may vouch for sessions from memory; granted by a ``PostgresMembership``.
    package let lease = Lease()
    /// The database's clock, as far as it is known: this machine's may be wrong, or be set.
    public let clock: WallClock

    let url: String
    let acceptedRisks: Set<DurabilityRisk>
    let pool: PostgresPool
    let databaseTime: DatabaseTime

    /// Connects, and brings the schema up to date.
    ///
    /// - Parameters:
    ///   - url: `postgres://user@host/database?sslmode=verify-full`, or what else libpq takes.
    ///   - connections: How many connections there are at most, besides the one for the lease.
    ///   - acceptedRisks: In which ways the server may lose revocations that were answered.
    ///   - policy: Who is told of what happens to accounts: the same in all processes.
    /// - Throws: ``DurabilityAtRisk`` when it may in others, before anything is changed; ``PostgresFailure``.
    public init(
        url: String,
        connections: Int = 16,
        accepting acceptedRisks: Set<DurabilityRisk> = [],
        telling policy: NoticePolicy = .none
    ) async throws {
        self.url = url
        self.acceptedRisks = acceptedRisks
        pool = PostgresPool(size: connections) {
            let connection = try PostgresConnection(url: url, name: "sessiond", patienceMilliseconds: 10_000)
            for setting in Self.settings { try connection.send(setting) }
            var row = SQLRow(try connection.run("SELECT \(part: ServerIdentity.columns)").rows.first ?? [])
            connection.server = try ServerIdentity(&row)
            return connection
        }
        let databaseTime = DatabaseTime()
        self.databaseTime = databaseTime
        clock = WallClock { databaseTime.now }
        let driver = PostgresDriver(pool: pool, telling: policy)
        store = SQLStore(driver: driver)
        auditLog = AuditLog(driver: driver)
        let risks = try await pool.run { try DurabilityRisk.all(on: $0) }.subtracting(acceptedRisks)
        guard risks.isEmpty else { throw DurabilityAtRisk(risks: risks) }
        try await pool.run { try PostgresSchema.migrate($0) }
    }

    /// No transaction holds up others for long: neither one that waits, nor one whose process was stopped in the middle of it.
    private static let settings: [SQL] = [
        "SET synchronous_commit = on",
        "SET lock_timeout = '5s'",
        "SET statement_timeout = '9s'",
        "SET idle_in_transaction_session_timeout = '2s'",
        "SET client_connection_check_interval = '2s'",
    ]

    /// An authority over the store, which may vouch for sessions while a ``PostgresMembership`` runs.
    ///
    /// - Parameters:
    ///   - keys: Sign and verify tokens: the same in all processes.
    ///   - locate: Looks up where an address roughly is.
    /// - Returns: An authority.
    /// - Throws: When the store cannot be read.
    public func authority(
        keys: SigningKeys,
        locate: @escaping @Sendable (IPAddress) -> Location? = { _ in nil }
    ) async throws -> SessionAuthority {
        try await SessionAuthority(store: store, keys: keys, clock: clock, locate: locate, lease: lease)
    }

    /// Makes all tokens void that were ever issued, after a backup was put in the place of the database: what it holds as alive may have been
    /// ended since.
    ///
    /// Processes that run vouch for nobody until they are started anew.
    ///
    /// - Throws: ``PostgresFailure``.
    package func renewInstance() async throws {
        try await pool.run { connection in
            _ = try connection.run(
                "UPDATE instance SET id = decode(replace(CAST(gen_random_uuid() AS TEXT), '-', ''), 'hex') WHERE one = 1"
            )
        }
    }

    /// Waits two seconds at most for each answer from now on.
    ///
    /// For when the process is told to stop: a server that answers nothing, or waits for its standby, does not keep it.
    public func hurry() {
        pool.hurry()
    }

    /// Closes the connections once they are idle.
    public func close() async {
        await pool.close()
    }
}

/// The database's clock, told by how far it is from `CLOCK_BOOTTIME`: nothing that sets this machine's clock moves it.
final class DatabaseTime: Sendable {
    private let offset = Atomic<Int64>(.min)
    /// By how much an answer may move it back and forth without being believed, in nanoseconds: answers take their time.
    private static let toleranceNanoseconds: Int64 = 5_000_000

    var now: Timestamp {
        let offset = offset.load(ordering: .relaxed)
        guard offset != .min else { return WallClock.system.now }
        return Timestamp(milliseconds: (BootTime.now.nanoseconds + offset) / 1_000_000)
    }

    /// Learns what the database's clock was at some instant between two others.
    func learn(microseconds: Int64, between asked: BootTime, and answered: BootTime) {
        let new = microseconds * 1_000 - (asked.nanoseconds + answered.nanoseconds) / 2
        let old = offset.load(ordering: .relaxed)
        guard old == .min || abs(new - old) > Self.toleranceNanoseconds else { return }
        offset.store(new, ordering: .relaxed)
    }
}
