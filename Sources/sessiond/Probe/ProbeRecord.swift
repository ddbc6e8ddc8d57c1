import Metrics
import Sessions

/// Judges what a probe sees, counts it and shows it.
actor ProbeRecord {
    private(set) var tally: ProbeTally
    private let metrics: ProbeMetrics
    private var screen: ProbeScreen
    /// Whether each node answered last time.
    private var isAnswering: [Bool]
    /// Sessions whose false log-out was counted: it is one, however often it is seen.
    private var loggedOut: Set<SessionID> = []

    init(nodes names: [String], metrics: ProbeMetrics, screen: ProbeScreen) {
        tally = ProbeTally(nodes: names)
        self.metrics = metrics
        self.screen = screen
        isAnswering = names.map { _ in true }
    }

    /// Notes a check of a session.
    ///
    /// - Parameters:
    ///   - check: The check.
    ///   - why: Why nothing was said, where that is so.
    ///   - node: The number of the node that was asked.
    ///   - session: The session's id.
    ///   - life: What was known of its end when the check began.
    ///   - ending: How it is ended in this round.
    func note(
        _ check: SessionCheck,
        why: String?,
        by node: Int,
        of session: SessionID,
        _ life: SessionLife,
        _ ending: ProbeEnding
    ) {
        tally.count(check, by: node)
        metrics.count(check, by: node)
        noteAnswering(node, why: why)
        switch life.verdict(on: check) {
        case .violation(let delay):
            tally.violations += 1
            metrics.violations.increment()
            tell(
                "VIOLATION: \(tally.nodes[node].name) accepted a session in a check that began \(delay.milliseconds) ms "
                    + "after its \(ending.name) was answered"
            )
        case .falseLogout: noteFalseLogout(of: session, by: node)
        case .allowed, .unavailable: break
        }
        screen.refresh(tally)
    }

    /// Notes that a session was refused whose end nobody had asked for.
    func noteFalseLogout(of session: SessionID, by node: Int) {
        guard loggedOut.insert(session).inserted else { return }
        tally.falseLogouts += 1
        metrics.falseLogouts.increment()
        tell("FALSE LOG-OUT: \(tally.nodes[node].name) refused a session whose end nobody had asked for")
    }

    /// Notes that a log-in or an ending was not answered in a way that says something.
    func noteUnavailable(_ node: Int, why: String) {
        tally.nodes[node].unavailable += 1
        metrics.nodes[node].unavailable.increment()
        noteAnswering(node, why: why)
        screen.refresh(tally)
    }

    /// Notes that an ending was answered.
    func noteRevocation(_ ending: ProbeEnding, latency: Duration) {
        tally.revocations += 1
        tally.revocationLatencies.append(latency)
        metrics.revocation[ending]?.record(duration: latency)
        screen.refresh(tally)
    }

    /// Notes the end of a round.
    func noteRound(_ summary: String) {
        tally.rounds += 1
        metrics.rounds.increment()
        loggedOut = []
        screen.show(tally, round: "\(WallClock.system.now.rfc3339) \(summary); \(tally.totals)")
    }

    /// Tells the operator something.
    func tell(_ text: String) {
        screen.tell("\(WallClock.system.now.rfc3339) \(text)", tally)
    }

    /// Tells when a node ceases to answer, and when it begins again; not each time in between.
    private func noteAnswering(_ node: Int, why: String?) {
        guard isAnswering[node] != (why == nil) else { return }
        isAnswering[node] = why == nil
        tell("\(tally.nodes[node].name) \(why.map { "is unavailable: \($0)" } ?? "is available again")")
    }
}
