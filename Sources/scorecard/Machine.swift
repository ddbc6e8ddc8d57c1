/// A browser of somebody's, with its cookies and its owner's habits.
struct Machine: Sendable {
    var software: Software
    /// Which of the people who share the account it belongs to.
    var member = 0
    /// Whether "remember me" is ticked.
    var isRemembered: Bool
    /// How likely a visit ends with a log-out.
    var logoutChance: Double
    /// How likely a log-in begins with a wrong password.
    var failureChance: Double
    /// How many wrong passwords at most, then.
    var failuresMax = 2
    /// Whether cookies are gone after each visit: a private window, or a browser that clears them at exit.
    var forgetsCookies = false
}
