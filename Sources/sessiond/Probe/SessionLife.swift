/// What a node said when it was asked whether it accepts a session.
enum CheckAnswer: Hashable, Sendable {
    case accepted
    case refused
    /// 503, anything else, or nothing in time: nothing was said of the session.
    case unavailable

    /// Reads the status of an answer; `nil` stands for none.
    init(status: Int?) {
        switch status {
        case .some(200..<300): self = .accepted
        case 401: self = .refused
        default: self = .unavailable
        }
    }
}

/// One question to one node.
///
/// All instants are those of one clock, which goes on while the machine sleeps.
struct SessionCheck: Hashable, Sendable {
    /// Read before the request was made.
    let began: ContinuousClock.Instant
    /// Read after the answer had come.
    let answered: ContinuousClock.Instant
    let answer: CheckAnswer

    var latency: Duration { answered - began }
}

/// What whoever opened a session knows of its end, and so what may be said of it.
struct SessionLife: Hashable, Sendable {
    /// Read before the first request that may end it was made; `nil` while nobody has asked.
    private(set) var askedToEnd: ContinuousClock.Instant?
    /// Read after an answer had come that says it has ended; `nil` while nothing is promised.
    private(set) var ended: ContinuousClock.Instant?

    /// What an answer to a check means.
    enum Verdict: Hashable, Sendable {
        case allowed
        /// Accepted, so long after the answer that promised its end.
        case violation(after: Duration)
        /// Refused before anybody had asked for its end.
        case falseLogout
        case unavailable
    }

    /// Notes that a request is about to be made that may end it.
    ///
    /// Whatever comes of that excuses refusals, and promises nothing.
    mutating func askToEnd(at instant: ContinuousClock.Instant) {
        askedToEnd = askedToEnd.map { min($0, instant) } ?? instant
    }

    /// Notes that its end was answered.
    mutating func end(at instant: ContinuousClock.Instant) {
        askToEnd(at: instant)
        ended = ended.map { min($0, instant) } ?? instant
    }

    /// Judges a check.
    ///
    /// One that began before the answer may be accepted, and one that was answered after the asking may be refused.
    func verdict(on check: SessionCheck) -> Verdict {
        switch check.answer {
        case .accepted:
            if let ended, check.began >= ended { return .violation(after: check.began - ended) }
            return .allowed
        case .refused:
            if let askedToEnd, check.answered >= askedToEnd { return .allowed }
            return .falseLogout
        case .unavailable:
            return .unavailable
        }
    }
}
