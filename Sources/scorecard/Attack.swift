/// A kind of attack on one account.
enum Attack: String, Hashable, Sendable, CaseIterable {
    case stuffing = "stuffing that succeeds"
    case failures = "failures without success"
    case phishedLogin = "phished log-in"
    case phishingProxy = "phishing proxy"
    case cookieTheft = "stolen token"
    case endedToken = "token after its end"
    case insider = "insider"

    /// Whether the account or a session is really in other hands: what the detection must not miss.
    ///
    /// Failures alone have got nobody in, and are counted by themselves. A token that is used after its end is refused, but it was stolen.
    var isTakeover: Bool { self != .failures }
}
