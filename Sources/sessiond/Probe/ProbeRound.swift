import ServiceLifecycle
import Sessions

/// One round: opens two sessions, has every node learn of them, ends what is to be ended, and asks every node again.
///
/// The observer revokes, and lives on unless all sessions are revoked; the victim never does.
struct ProbeRound {
    let plan: ProbePlan
    let nodes: [ProbeNode]
    let account: ProbeAccount
    let record: ProbeRecord
    /// Known to the account, so that log-ins do not fill its list of browsers.
    var browser: BrowserSecret?
    /// A session that can end what a round has left open; `nil` when there is none that is known.
    private(set) var observer: ProbeSession?
    /// Whether sessions may be open that this probe has opened.
    private(set) var mayLeaveSessions = false

    /// Why there was no more of a round.
    enum Interruption: Error {
        case impossible(String)
        case strange(node: String, status: Int)
        case throttled(seconds: Int64)
        /// No node opened a session.
        case unavailable
    }

    /// How long nodes are asked after an ending: leases that were granted before it last 3 s.
    private static let watched = Duration.milliseconds(3_500)
    private static let shortestPause = Duration.milliseconds(5)
    private static let longestPause = Duration.milliseconds(500)

    init(plan: ProbePlan, nodes: [ProbeNode], account: ProbeAccount, record: ProbeRecord, browser: BrowserSecret?) {
        self.plan = plan
        self.nodes = nodes
        self.account = account
        self.record = record
        self.browser = browser
    }

    /// Runs all of it.
    ///
    /// When the process is told to stop, no more is begun than ends what was opened.
    ///
    /// - Returns: What was done, in words.
    mutating func run() async throws(Interruption) -> String {
        let observer: ProbeSession
        let victim: ProbeSession
        observer = try await open()
        self.observer = observer
        do throws(Interruption) {
            victim = try await open()
        } catch {
            await close(observer, nil)
            throw error
        }
        await check([observer, victim])
        let summary = Task.isShuttingDownGracefully ? "stopped" : await end(observer, victim)
        if mayLeaveSessions { await close(observer, victim) }
        return summary
    }

    /// Ends once more what could not be ended.
    mutating func closeAgain() async {
        if let observer { await close(observer, nil) }
    }

    private mutating func open() async throws(Interruption) -> ProbeSession {
        for number in plan.order(from: plan.opener) {
            let result = await nodes[number].logIn(account, as: &browser)
            switch result {
            case .opened(let session):
                mayLeaveSessions = true
                return session
            case .impossible(let sentence): throw .impossible(sentence)
            case .strange(let status): throw .strange(node: "\(nodes[number].url)", status: status)
            case .throttled(let seconds): throw .throttled(seconds: seconds)
            case .unavailable(let why, let mayBeOpen):
                mayLeaveSessions = mayLeaveSessions || mayBeOpen
                await record.noteUnavailable(number, why: why)
            }
            if Task.isShuttingDownGracefully { break }
        }
        throw .unavailable
    }

    /// Ends what is to be ended, through the first node that says so, and watches.
    private mutating func end(_ observer: ProbeSession, _ victim: ProbeSession) async -> String {
        var life = SessionLife()
        for number in plan.order(from: plan.ender) {
            let isFirst = life.askedToEnd == nil
            let began = ContinuousClock.now
            life.askToEnd(at: began)
            let answer = await nodes[number].end(plan.ending, by: observer, of: victim, as: &browser)
            let answered = ContinuousClock.now
            if answer.isSuccess {
                life.end(at: answered)
                if plan.ending == .revokeAll { mayLeaveSessions = false }
                await watch(observer, victim, life)
                // Told afterwards: what is written to a slow terminal would hold up the first checks.
                await record.noteRevocation(plan.ending, latency: answered - began)
                return "\(plan.ending.name) through \(nodes[number].url) in \((answered - began).milliseconds) ms"
            } else if answer.status == 401 {
                // A second attempt may be refused because the first has ended everything.
                if isFirst { await record.noteFalseLogout(of: observer.id, by: number) }
                break
            }
            await record.noteUnavailable(number, why: answer.reason)
            if Task.isShuttingDownGracefully { break }
        }
        return "\(plan.ending.name): not answered"
    }

    /// Asks every node for a few seconds, without a pause at first.
    private func watch(_ observer: ProbeSession, _ victim: ProbeSession, _ life: SessionLife) async {
        let victims = plan.ending == .revokeAll ? [victim, observer] : [victim]
        await withDiscardingTaskGroup { group in
            for number in nodes.indices {
                for session in victims {
                    group.addTask { await watch(session, life, on: number) }
                }
            }
        }
        if plan.ending != .revokeAll { await check([observer]) }
    }

    private func watch(_ session: ProbeSession, _ life: SessionLife, on number: Int) async {
        var pause = Self.shortestPause
        while let ended = life.ended, ContinuousClock.now - ended < Self.watched, !Task.isShuttingDownGracefully {
            await check(session, life, on: number)
            await sleepUntilShutdown(for: pause)
            pause = min(pause * 2, Self.longestPause)
        }
    }

    /// Asks every node once about sessions whose end nobody has asked for.
    private func check(_ sessions: [ProbeSession]) async {
        await withDiscardingTaskGroup { group in
            for number in nodes.indices {
                for session in sessions {
                    group.addTask { await check(session, SessionLife(), on: number) }
                }
            }
        }
    }

    private func check(_ session: ProbeSession, _ life: SessionLife, on number: Int) async {
        let (check, why) = await nodes[number].check(session)
        await record.note(check, why: why, by: number, of: session.id, life, plan.ending)
    }

    /// Ends everything that was opened, also by log-ins whose answers were lost.
    private mutating func close(_ observer: ProbeSession, _ victim: ProbeSession?) async {
        for number in plan.order(from: plan.ender) {
            let answer = await nodes[number].revokeAll(by: observer, as: &browser)
            if answer.isSuccess {
                mayLeaveSessions = false
                return
            }
            guard answer.status == 401 else {
                await record.noteUnavailable(number, why: answer.reason)
                continue
            }
            // All were revoked before, or the observer alone was lost.
            guard let victim else { return }
            let loggedOut = await nodes[number].end(.logOut, by: observer, of: victim, as: &browser)
            if loggedOut.isSuccess {
                mayLeaveSessions = false
                return
            }
        }
    }
}

/// Sleeps, and ends the sleep when the process is told to stop.
func sleepUntilShutdown(for duration: Duration) async {
    do {
        try await cancelWhenGracefulShutdown { try await Task.sleep(for: duration) }
    } catch {
        // Whoever sleeps in a loop looks for himself why he was woken.
    }
}
