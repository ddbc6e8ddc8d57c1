import Metrics

/// What an authority counts.
///
/// No label names a person, an address or a token.
struct SessionCounters: Sendable {
    private let accepted = Counter(label: "sessions_checks_total", dimensions: [("outcome", "accepted")])
    private let refused = Counter(label: "sessions_checks_total", dimensions: [("outcome", "refused")])
    /// Checks that memory could not answer: in steady state it stands still.
    private let storeReads = Counter(label: "sessions_check_store_reads_total")
    private let opened = Counter(label: "sessions_opened_total")
    private let ended = Dictionary(
        uniqueKeysWithValues: Session.EndReason.allCases.map { reason in
            (reason, Counter(label: "sessions_ended_total", dimensions: [("reason", reason.rawValue)]))
        }
    )

    private let raised = Dictionary(
        uniqueKeysWithValues: RiskSignal.Code.allCases.map { code in
            (code, Counter(label: "sessions_signals_total", dimensions: [("code", code.rawValue)]))
        }
    )

    func countRaised(_ signals: [RiskSignal]) {
        for signal in signals where signal.severity >= .warning { raised[signal.code]?.increment() }
    }

    func count(_ verification: SessionAuthority.Verification) {
        switch verification {
        case .valid: accepted.increment()
        case .invalid: refused.increment()
        }
    }

    func countStoreRead() { storeReads.increment() }

    func countOpened() { opened.increment() }

    func count(ended number: Int, because reason: Session.EndReason) {
        if number > 0 { ended[reason]?.increment(by: number) }
    }
}
