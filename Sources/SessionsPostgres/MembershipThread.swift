import Dispatch
import Logging
import Metrics
import Sessions
import SessionsSQL
import Synchronization

/// The thread that follows the log.
final class MembershipThread: Sendable {
    /// How many entries of the log are applied one by one; beyond, memory drops everything, which costs reading it again.
    static let entriesMax = 5_000
    /// How long an entry of the log is kept, in seconds, for members that are behind.
    ///
    /// Who is behind further drops everything.
    static let keptSeconds = 600

    let database: PostgresDatabase
    private let authority: SessionAuthority
    private let name: String
    let logger: Logger
    private let queue = DispatchQueue(label: "membership", qos: .userInteractive)
    private let wakeUp = WakeUp()
    private let isStopping = Atomic(false)
    private let renewals = Counter(label: "sessions_lease_renewals_total")
    private let losses = Counter(label: "sessions_lease_losses_total")
    let risks = Gauge(label: "sessions_durability_risks")

    init(database: PostgresDatabase, authority: SessionAuthority, name: String, logger: Logger) {
        self.database = database
        self.authority = authority
        self.name = name
        self.logger = logger
        database.lease.onDemand { [wakeUp] in wakeUp.signal() }
    }

    /// Starts, and returns after the first turn.
    func start() async {
        await withCheckedContinuation { continuation in
            queue.async { self.follow(started: continuation) }
        }
    }

    /// Stops at the end of the turn that is under way, and leaves.
    func stop() async {
        isStopping.store(true, ordering: .releasing)
        wakeUp.signal()
        await withCheckedContinuation { continuation in queue.async { continuation.resume() } }
    }

    // MARK: The loop

    /// What this thread alone knows.
    struct Membership {
        var connection: PostgresConnection?
        /// This process's row; a new one after each expulsion.
        var row: Int64?
        /// All of the log up to here is out of memory; `nil` before the first turn.
        var applied: Int64?
        var acknowledged: Int64 = -1
        var server: ServerIdentity?
        /// Whether commits wait for a standby; taken for granted until the server has said so.
        var isReplicated = true
        var beatDue = BootTime(nanoseconds: 0)
        var cleanUpDue = BootTime(nanoseconds: 0)
        /// What others looked like when they last moved.
        var others: [Int64: Sighting] = [:]
        var expelled: [Int64: BootTime] = [:]
        var wasHeld = false
    }

    private func follow(started: CheckedContinuation<Void, Never>) {
        var membership = Membership()
        var started: CheckedContinuation<Void, Never>? = started
        var pause: Int64 = 50
        while !isStopping.load(ordering: .acquiring) {
            var failure: (any Error)?
            do {
                try turn(&membership)
                pause = 50
            } catch {
                failure = error
                membership.connection = nil
            }
            tell(&membership, failure)
            started?.resume()
            started = nil
            if failure == nil {
                waitForNews(membership)
            } else {
                wakeUp.wait(milliseconds: pause)
                pause = min(pause * 2, 500)
            }
        }
        leave(&membership)
    }

    /// One turn, in the order that the protocol has.
    private func turn(_ membership: inout Membership) throws {
        let connection = try membership.connection ?? connect()
        membership.connection = connection
        _ = try connection.notifications()
        let row = try membership.row ?? join(connection)
        membership.row = row

        let asked = BootTime.now
        Fault.stop(at: .leaseAsked)
        let isReplicated = membership.isReplicated && !Fault.breaks(.replication)
        let news = try renew(connection, as: row, after: membership.applied ?? .max, replicated: isReplicated)
        membership.isReplicated = news.isReplicated
        guard isReplicated || !news.isReplicated || Fault.breaks(.replication) else {
            // A standby that was not there a moment ago: it has to be asked as well.
            return wakeUp.signal()
        }
        database.databaseTime.learn(microseconds: news.time, between: asked, and: .now)
        guard news.isPrimary, news.state == 1 || Fault.breaks(.membership) else {
            // Expelled, or no longer the primary. First the lease, then the row: it speaks for us until then.
            database.lease.withdraw()
            membership.row = nil
            membership.acknowledged = -1
            if news.isPrimary { _ = try connection.run("DELETE FROM node WHERE id = \(row)") }
            throw PostgresFailure(news.isPrimary ? "expelled: it was too slow" : "the server is no primary")
        }
        guard news.instance == authority.instance else {
            throw PostgresFailure("the database was restored, or is another one: this process has to be started anew")
        }
        if let applied = membership.applied, news.head < applied {
            throw PostgresFailure("the log of revocations went back: the database is an older one than it was")
        }
        if Fault.breaks(.order) { grant(from: asked) }
        if Fault.breaks(.acknowledgement) { try acknowledge(news.head, as: row, on: connection) }
        Fault.stop(at: .leaseAnswered)
        if membership.server == news.server, let applied = membership.applied, news.follows(applied) {
            authority.learn(news.entries.map(\.change))
        } else {
            // What is in memory was read before this process followed the log, or from a server that may have known less. First nothing is read
            // there any more; then what was read, or is being read, is dropped.
            database.pool.expect(news.server)
            authority.forgetEverything()
        }
        membership.server = news.server
        membership.applied = news.head
        Fault.stop(at: .leaseApplied)
        grant(from: Fault.breaks(.deadline) ? .now : asked)
        Fault.stop(at: .leaseGranted)
        renewals.increment()

        let now = BootTime.now
        if now >= membership.beatDue {
            try beat(connection, as: row, &membership)
            membership.beatDue = now.advanced(milliseconds: LeaseTerms.renewalMilliseconds)
        } else if news.head > membership.acknowledged {
            try acknowledge(news.head, as: row, on: connection)
        }
        membership.acknowledged = news.head
        try lookAfterServer(connection, &membership)
    }

    private func grant(from asked: BootTime) {
        database.lease.grant(from: asked, milliseconds: LeaseTerms.leaseMilliseconds)
    }

    private func acknowledge(_ sequence: Int64, as row: Int64, on connection: PostgresConnection) throws {
        _ = try connection.run(
            "UPDATE node SET applied_seq = \(sequence) WHERE id = \(row) AND applied_seq < \(sequence)"
        )
    }

    private func connect() throws -> PostgresConnection {
        let connection = try PostgresConnection(
            url: database.url,
            name: "sessiond lease",
            patienceMilliseconds: LeaseTerms.answerMilliseconds
        )
        _ = try connection.run("SET lock_timeout = '500ms'")
        _ = try connection.run("LISTEN sessiond_revocation")
        return connection
    }

    /// Becomes a member.
    ///
    /// The row is there for good before the log is read for the first time: whoever commits later waits for us.
    private func join(_ connection: PostgresConnection) throws -> Int64 {
        _ = try connection.run("SET synchronous_commit = on")
        let answer = try connection.run("INSERT INTO node (name) VALUES (\(name)) RETURNING id")
        // What follows only says less than is true when it is lost with a crash.
        _ = try connection.run("SET synchronous_commit = off")
        var row = SQLRow(answer.rows.first ?? [])
        return try row.integer()
    }

    // MARK: Waiting, telling, leaving

    /// Until the log has news, somebody needs the lease, or it is time.
    private func waitForNews(_ membership: Membership) {
        guard let connection = membership.connection else { return }
        wakeUp.wait(milliseconds: LeaseTerms.renewalMilliseconds, orReadable: connection.socket)
    }

    private func tell(_ membership: inout Membership, _ failure: (any Error)?) {
        let isHeld = database.lease.isHeld
        defer { membership.wasHeld = isHeld }
        switch (membership.wasHeld, isHeld) {
        case (false, true): logger.notice("lease_granted")
        case (true, false):
            losses.increment()
            logger.warning("lease_lost", metadata: ["reason": "\(failure.map { "\($0)" } ?? "too slow")"])
        default:
            if let failure { logger.info("lease_not_renewed", metadata: ["reason": "\(failure)"]) }
        }
    }

    private func leave(_ membership: inout Membership) {
        database.lease.withdraw()
        guard let connection = membership.connection, let row = membership.row else { return }
        // When it fails, the others find out by its silence.
        _ = try? connection.run("DELETE FROM node WHERE id = \(row)")
    }
}
