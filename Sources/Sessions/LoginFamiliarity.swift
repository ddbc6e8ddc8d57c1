/// How well a log-in, or what a session does, fits what is known of its account: who owns it is told of what does not.
public enum LoginFamiliarity: Hashable, Sendable {
    /// The browser has logged in to the account before, from where it is at times.
    case known
    /// The account does not know the browser.
    case unknownBrowser
    /// It needs the owner's attention (``RiskSignal``).
    case unusual

    /// How well something fits.
    package init(of sighting: Sighting) {
        self = sighting.needsAttention ? .unusual : sighting.isBrowserKnown ? .known : .unknownBrowser
    }
}
