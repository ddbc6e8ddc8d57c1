/// How well a log-in fits what is known of its account: who owns it is told of one that does not.
public enum LoginFamiliarity: Hashable, Sendable {
    /// The browser has logged in to the account before.
    case known
    /// The account does not know the browser.
    case unknownBrowser
}
