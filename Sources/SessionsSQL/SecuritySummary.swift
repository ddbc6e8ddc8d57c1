package import Sessions

/// What has happened to all accounts since an instant, in numbers.
package struct SecuritySummary: Hashable, Sendable {
    /// Of one kind of event.
    package struct Events: Hashable, Sendable {
        /// How many happenings: merged ones count each.
        package var count = 0
        /// How many sessions they have ended.
        package var ended = 0
    }

    /// Signals of one kind and severity.
    package struct SignalKind: Hashable, Sendable {
        package let code: RiskSignal.Code
        package let severity: RiskSignal.Severity
    }

    /// Notices that went one way, by what became of them; `nil` for those that wait.
    package struct NoticeFate: Hashable, Sendable {
        package let isMail: Bool
        package let outcome: Notice.Outcome?

        package init(isMail: Bool, outcome: Notice.Outcome?) {
            self.isMail = isMail
            self.outcome = outcome
        }
    }

    /// Somebody, and how often.
    package struct Share: Hashable, Sendable {
        package let name: String
        package let count: Int
    }

    package var events: [AuditEvent.Kind: Events] = [:]
    /// How many accounts somebody has logged in to.
    package var accounts = 0
    package var signals: [SignalKind: Int] = [:]
    /// The accounts with the most failures, most first; a deleted one by its id.
    package var failingAccounts: [Share] = []
    /// The networks with the most failures, most first.
    package var failingNetworks: [Share] = []
    package var notices: [NoticeFate: Int] = [:]
    /// How many locks are in force.
    package var locks = 0
    /// How many sessions are live.
    package var liveSessions = 0

    /// A log-in whose name, password or code was wrong, or that a lock refused.
    package static let failures: [AuditEvent.Kind] = [.loginFailed, .secondFactorFailed, .loginDenied]
    /// How many accounts, and how many networks, are named.
    package static let sharesMax = 10

    /// How many of some kinds there were.
    package func count(_ kinds: AuditEvent.Kind...) -> Int {
        kinds.reduce(0) { $0 + (events[$1]?.count ?? 0) }
    }

    /// How many sessions events of some kinds have ended.
    package func ended(_ kinds: AuditEvent.Kind...) -> Int {
        kinds.reduce(0) { $0 + (events[$1]?.ended ?? 0) }
    }
}

/// The ones with the highest counts among very many, in bounded memory.
///
/// Exact up to ``capacity`` different names. Beyond, the ones with the lowest counts are dropped, half of all at a time: what comes in the
/// first places all the same is told truly enough, a little too low at worst.
package struct HighestCounts: Sendable {
    /// How many names are counted at once.
    package let capacity: Int
    private var counts: [String: Int] = [:]

    package init(capacity: Int = 50_000) {
        self.capacity = capacity
    }

    package mutating func add(_ count: Int, to name: String) {
        counts[name, default: 0] += count
        guard counts.count > capacity else { return }
        for (name, _) in counts.sorted(by: { $0.value > $1.value }).dropFirst(capacity / 2) { counts[name] = nil }
    }

    /// The first ones, highest first; of equal ones those whose name is first.
    package func first(_ limit: Int) -> [SecuritySummary.Share] {
        counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(limit)
            .map { SecuritySummary.Share(name: $0.key, count: $0.value) }
    }
}
