import ServiceLifecycle
import Sessions

/// Runs rounds until there were enough, or until the process is told to stop.
struct Prober: Service {
    let nodes: [ProbeNode]
    let account: ProbeAccount
    let record: ProbeRecord
    /// How long to wait between two rounds.
    let interval: Duration
    /// How many rounds there are; `nil` for ever.
    let roundsMax: Int?

    /// What one round leaves to the next.
    private struct Rest {
        var browser: BrowserSecret?
        /// A round that could not end all that it had opened.
        var unfinished: ProbeRound?
        var hasLoggedIn = false
    }

    /// - Throws: ``CommandFailure`` when no round can succeed as things are set.
    func run() async throws {
        var rest = Rest()
        var failure: CommandFailure?
        do throws(CommandFailure) {
            var number = 0
            while number < roundsMax ?? .max, !Task.isShuttingDownGracefully, !Task.isCancelled {
                let pause = try await round(number, &rest)
                number += 1
                if number < roundsMax ?? .max { await sleepUntilShutdown(for: pause) }
            }
        } catch {
            failure = error
        }
        await end(rest.unfinished)
        if let failure { throw failure }
    }

    /// Runs one round; tells how long to wait after it.
    private func round(_ number: Int, _ rest: inout Rest) async throws(CommandFailure) -> Duration {
        let plan = ProbePlan(round: number, nodes: nodes.count)
        var round = ProbeRound(plan: plan, nodes: nodes, account: account, record: record, browser: rest.browser)
        var pause = interval
        let summary: String
        do throws(ProbeRound.Interruption) {
            summary = try await round.run()
        } catch {
            switch error {
            case .impossible(let sentence):
                keep(round, &rest)
                throw .misconfigured(sentence)
            case .strange(let node, let status):
                keep(round, &rest)
                // Later it may be a proxy that has its own troubles.
                guard rest.hasLoggedIn else {
                    throw .misconfigured(
                        "\(node) answers \(status) to a log-in; is it a node, and what is its PUBLIC_URL (--public-url)?"
                    )
                }
                summary = "\(node) answers \(status) to a log-in"
            case .throttled(let seconds):
                summary = "too many log-ins: waiting for \(seconds) s"
                pause = max(pause, .seconds(seconds))
            case .unavailable:
                summary = "no node opens a session"
            }
        }
        keep(round, &rest)
        await record.noteRound("round \(number + 1): \(summary)")
        return pause
    }

    /// Remembers the round if it has left sessions; whatever revokes all of the account ends those of former rounds as well.
    private func keep(_ round: ProbeRound, _ rest: inout Rest) {
        rest.browser = round.browser
        if round.observer != nil {
            rest.hasLoggedIn = true
            rest.unfinished = round.mayLeaveSessions ? round : nil
        } else if round.mayLeaveSessions, rest.unfinished == nil {
            rest.unfinished = round
        }
    }

    /// Ends at last what could not be ended in its round.
    private func end(_ unfinished: ProbeRound?) async {
        guard var unfinished else { return }
        await unfinished.closeAgain()
        guard unfinished.mayLeaveSessions else { return }
        await record.tell(
            "sessions of the probe account may be open still; end them with: sessiond session revoke --user NAME"
        )
    }
}
