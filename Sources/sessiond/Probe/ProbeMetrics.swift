import Metrics

/// What a probe counts for Prometheus.
///
/// Every series is there from the start, so that the first violation is an increase.
struct ProbeMetrics: Sendable {
    struct Node: Sendable {
        let accepted: Counter
        let refused: Counter
        let unavailable: Counter
        let latency: Timer
    }

    let violations: Counter
    let falseLogouts: Counter
    let rounds: Counter
    let revocation: [ProbeEnding: Timer]
    let nodes: [Node]

    init(nodes names: [String], factory: any MetricsFactory) {
        violations = Counter(label: "revocation_violations_total", factory: factory)
        falseLogouts = Counter(label: "probe_false_logouts_total", factory: factory)
        rounds = Counter(label: "probe_rounds_total", factory: factory)
        revocation = Dictionary(
            uniqueKeysWithValues: ProbeEnding.allCases.map { ending in
                let dimensions = [("ending", ending.rawValue)]
                return (ending, Timer(label: "probe_revocation_seconds", dimensions: dimensions, factory: factory))
            }
        )
        nodes = names.map { name in
            let node = ("node", name)
            func checks(_ outcome: String) -> Counter {
                Counter(label: "probe_checks_total", dimensions: [node, ("outcome", outcome)], factory: factory)
            }
            return Node(
                accepted: checks("accepted"),
                refused: checks("refused"),
                unavailable: Counter(label: "probe_unavailable_total", dimensions: [node], factory: factory),
                latency: Timer(label: "probe_check_seconds", dimensions: [node], factory: factory)
            )
        }
    }

    /// Counts a check.
    func count(_ check: SessionCheck, by node: Int) {
        switch check.answer {
        case .accepted: nodes[node].accepted.increment()
        case .refused: nodes[node].refused.increment()
        case .unavailable: nodes[node].unavailable.increment()
        }
        if check.answer != .unavailable { nodes[node].latency.record(duration: check.latency) }
    }
}
