public import Logging
public import ServiceLifecycle
public import Sessions

/// Delivers notices in the background, each lane by itself, and tries again what has failed.
///
/// Whoever writes a notice does not wait for it. Several processes share the work by the store's leases.
public struct NoticeDelivery: Service {
    /// A lane with what delivers a notice of it.
    public struct Route: Sendable {
        /// Which notices.
        public let lane: Notice.Lane
        /// Delivers one; it ends within 30 seconds, and sooner when its task is cancelled.
        public let deliver: @Sendable (Notice) async -> DeliveryAttempt

        /// Creates a route.
        public init(_ lane: Notice.Lane, deliver: @escaping @Sendable (Notice) async -> DeliveryAttempt) {
            self.lane = lane
            self.deliver = deliver
        }
    }

    /// How long notices that were taken are nobody else's, in seconds: longer than a batch takes.
    static let leaseSeconds: Int64 = 300
    /// How often those that wait are counted, in seconds.
    private static let countSeconds: Int64 = 15
    /// How many of them are counted at most.
    private static let countMax = 10_000
    /// How many requests are answered in one transaction.
    private static let requestsMax = 50

    private let store: any SessionStore
    private let clock: WallClock
    private let routes: [Route]
    private let logger: Logger
    private let jitter: @Sendable () -> Double
    private let counters = DeliveryCounters()

    /// Creates a delivery.
    ///
    /// - Parameters:
    ///   - store: Where notices wait.
    ///   - clock: Says which are due: the store's.
    ///   - routes: One for each lane that is delivered.
    ///   - logger: Is told what fails, and of no person or address.
    ///   - jitter: Numbers from 0 to 1.
    public init(
        from store: any SessionStore,
        clock: WallClock,
        routes: [Route],
        logger: Logger,
        jitter: @escaping @Sendable () -> Double = { .random(in: 0...1) }
    ) {
        self.store = store
        self.clock = clock
        self.routes = routes
        self.logger = logger
        self.jitter = jitter
    }

    /// Runs until the service group shuts down; what is under way then is put back.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                for route in routes { group.addTask { await follow(route) } }
                group.addTask { await count() }
                group.addTask { await answerRequests() }
            }
        }
    }

    private func follow(_ route: Route) async {
        var pace = Pace()
        while !Task.isCancelled {
            let isMore = await attempt("deliver notices") { try await step(route, &pace) } ?? false
            if !isMore { await pause(pace.pauseSeconds) }
        }
    }

    /// Delivers what is due, as much as is taken at once.
    ///
    /// - Returns: Whether to look again at once.
    /// - Throws: When the store fails. What was taken is due again when its lease ends.
    package func step(_ route: Route) async throws -> Bool {
        var pace = Pace()
        return try await step(route, &pace)
    }

    private func step(_ route: Route, _ pace: inout Pace) async throws -> Bool {
        let now = clock.now
        let batch = pace.batch
        let notices = try await store.takeNotices(
            of: route.lane,
            at: now,
            until: now.adding(seconds: Self.leaseSeconds),
            limit: batch
        )
        var hasFailed = false
        for notice in notices {
            // One that has waited for long, or comes from a backup, is no news any more.
            guard clock.now < notice.at.adding(seconds: Backoff.trySeconds) else {
                try await giveUp(notice)
                continue
            }
            let attempt: DeliveryAttempt? = Task.isCancelled ? nil : await route.deliver(notice)
            switch attempt {
            case .delivered:
                counters.count(.delivered, in: route.lane)
                try await store.finish(notice, as: .delivered, at: clock.now)
                pace.note(failure: false)
            case .pointless: try await store.finish(notice, as: .givenUp, at: clock.now)
            // A shutdown is nobody's failure: another process, or the next one, goes on.
            case .failed where Task.isCancelled, nil: try await store.putOff(notice, until: clock.now)
            case .failed(let reason):
                hasFailed = true
                pace.note(failure: true)
                try await putOff(notice, because: reason)
            }
        }
        return notices.count == batch && !hasFailed
    }

    private func putOff(_ notice: Notice, because reason: String) async throws {
        let wait = Backoff.seconds(after: notice.attempts, jitter: jitter())
        counters.count(.failed, in: notice.lane)
        logger.warning("notice_failed", metadata: metadata(notice, ["reason": "\(reason)", "next": "in \(wait) s"]))
        try await store.putOff(notice, until: clock.now.adding(seconds: wait))
    }

    private func giveUp(_ notice: Notice) async throws {
        counters.count(.givenUp, in: notice.lane)
        logger.error("notice_failed", metadata: metadata(notice, ["reason": "older than 3 days", "next": "given up"]))
        try await store.finish(notice, as: .givenUp, at: clock.now)
    }

    private func metadata(_ notice: Notice, _ more: Logger.Metadata) -> Logger.Metadata {
        let own: Logger.Metadata = [
            "notice": "\(notice.id)", "kind": "\(notice.kind.rawValue)", "lane": "\(notice.lane.label)",
            "attempt": "\(notice.attempts)",
        ]
        return own.merging(more) { $1 }
    }

    /// Looks whose password is to be set anew, here, where nobody waits for it.
    private func answerRequests() async {
        while !Task.isCancelled {
            let count = await attempt("answer requests") {
                try await store.answerPasswordRequests(at: clock.now, limit: Self.requestsMax)
            }
            if count ?? 0 < Self.requestsMax { await pause(1) }
        }
    }

    private func count() async {
        while !Task.isCancelled {
            _ = await attempt("count notices") {
                var waiting: [String: Int] = [:]
                for route in routes {
                    let count = try await store.waitingNotices(of: route.lane, countingTo: Self.countMax)
                    waiting[route.lane.label, default: 0] += count
                }
                for (label, count) in waiting { counters.setWaiting(count, in: label) }
            }
            await pause(Self.countSeconds)
        }
    }

    private func pause(_ seconds: Int64) async {
        try? await Task.sleep(for: .seconds(seconds))  // Cancelled: the loop ends.
    }

    /// A failure is not the end: the store may be back at the next turn.
    private func attempt<Result>(_ name: String, _ task: () async throws -> Result) async -> Result? {
        do {
            return try await task()
        } catch {
            if !Task.isCancelled {
                logger.error("background task failed", metadata: ["task": "\(name)", "error": "\(type(of: error))"])
            }
            return nil
        }
    }
}

extension Notice.Lane {
    /// For logs and metrics: the URL of a webhook may hold a secret.
    var label: String {
        switch self {
        case .mail: "mail"
        case .webhook: "webhook"
        }
    }
}
