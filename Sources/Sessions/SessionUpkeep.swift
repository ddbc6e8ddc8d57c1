public import Logging
public import ServiceLifecycle

/// Keeps the store true to time in the background: writes activity, marks what has expired, purges what ended long ago, seals
/// the audit log and lets it age.
public struct SessionUpkeep: Service {
    /// When each task runs, in seconds.
    public struct Schedule: Sendable {
        /// How often activity is written: at most one write per session and minute.
        public var activitySeconds: Int64 = 60
        /// How often expired sessions are marked; they are refused and hidden at once, marked within a minute.
        public var sweepSeconds: Int64 = 20
        /// How often old records are purged.
        public var purgeSeconds: Int64 = 300
        /// How long an ended session's record is kept.
        ///
        /// Default 2,592,000 (30 days).
        public var retentionSeconds: Int64 = 2_592_000
        /// How often the audit log is sealed.
        public var sealSeconds: Int64 = 60
        /// How often addresses are shortened and removed, and old events purged.
        public var ageSeconds: Int64 = 3_600
        /// How long an event is kept.
        ///
        /// Default 34,560,000 (400 days).
        public var auditRetentionSeconds: Int64 = 34_560_000
        /// How long a whole address is kept in ended sessions and events; `nil` for as long as these.
        ///
        /// Default 2,592,000 (30 days).
        public var addressShortenSeconds: Int64? = 2_592_000
        /// How long a shortened address is kept in ended sessions and events; `nil` for as long as these.
        ///
        /// Default 15,552,000 (180 days).
        public var addressRemoveSeconds: Int64? = 15_552_000

        /// The defaults.
        public init() {}
    }

    private let authority: SessionAuthority
    private let schedule: Schedule
    private let logger: Logger

    /// Creates the upkeep of an authority's store.
    public init(of authority: SessionAuthority, schedule: Schedule = Schedule(), logger: Logger) {
        self.authority = authority
        self.schedule = schedule
        self.logger = logger
    }

    /// Runs until the service group shuts down, and writes the last activity then.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    await every(schedule.activitySeconds, "write activity") { try await authority.writeActivity() }
                }
                group.addTask {
                    await every(schedule.sweepSeconds, "sweep") {
                        try await authority.sweepExpired()
                        try await authority.sweepAttempts()
                        try await authority.sweepChallenges()
                        try await authority.purgeLocks()
                    }
                }
                group.addTask {
                    await every(schedule.purgeSeconds, "purge") {
                        try await authority.purge(retentionSeconds: schedule.retentionSeconds)
                        try await authority.purgeBrowsers()
                        try await authority.purgeNotices()
                    }
                }
                group.addTask {
                    await every(schedule.sealSeconds, "seal the audit log") { try await authority.sealEvents() }
                }
                if authority.isShared {
                    group.addTask { await every(1, "follow openings") { try await authority.tellOfOpenings() } }
                }
                group.addTask { await every(schedule.ageSeconds, "age the audit log") { try await age() } }
            }
        }
        await attempt("write activity") { try await authority.writeActivity() }
        await attempt("seal the audit log") { try await authority.sealEvents() }
    }

    private func age() async throws {
        if let seconds = schedule.addressShortenSeconds {
            try await authority.shortenAddresses(afterSeconds: seconds)
        }
        if let seconds = schedule.addressRemoveSeconds { try await authority.removeAddresses(afterSeconds: seconds) }
        try await authority.purgeEvents(retentionSeconds: schedule.auditRetentionSeconds)
    }

    private func every<Result>(_ seconds: Int64, _ name: String, _ task: () async throws -> Result) async {
        while !Task.isCancelled {
            await attempt(name, task)
            try? await Task.sleep(for: .seconds(seconds))  // Cancelled: the loop ends.
        }
    }

    /// A failure is not the end: the store may be back at the next turn.
    private func attempt<Result>(_ name: String, _ task: () async throws -> Result) async {
        do {
            _ = try await task()
        } catch {
            logger.error("background task failed", metadata: ["task": "\(name)", "error": "\(type(of: error))"])
        }
    }
}
