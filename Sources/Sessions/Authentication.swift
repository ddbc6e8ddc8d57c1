/// A finished authentication: the only thing that a session can be issued for.
public struct Authentication: Sendable {
    /// Who has proved who they are.
    public let userID: UserID
    /// The credential that was verified.
    ///
    /// When it has changed since, the authentication opens nothing.
    public let credentialVersion: Int64
    /// The account's epoch at that moment.
    public let epoch: Int64
    /// How it was done.
    public let methods: AuthenticationMethods
    /// When it was done.
    public let at: Timestamp
    /// The browser it was done in, when the account knows it.
    let browser: KnownBrowser?
    /// The challenge and the code that the second factor took; `nil` where a password was enough.
    let secondStep: (challenge: ChallengeDigest, using: SecondFactorUse)?
    /// How many log-ins to the account have failed just before this one; with a second factor no more is known than whether any has.
    let failures: Int
    /// What becomes of the attempts that were counted for it.
    let settling: [AttemptSettlement]

    package init(
        userID: UserID,
        credentialVersion: Int64,
        epoch: Int64,
        methods: AuthenticationMethods,
        at: Timestamp,
        browser: KnownBrowser? = nil,
        secondStep: (challenge: ChallengeDigest, using: SecondFactorUse)? = nil,
        failures: Int = 0,
        settling: [AttemptSettlement] = []
    ) {
        self.userID = userID
        self.credentialVersion = credentialVersion
        self.epoch = epoch
        self.methods = methods
        self.at = at
        self.browser = browser
        self.secondStep = secondStep
        self.failures = failures
        self.settling = settling
    }

    /// Whether log-ins to the account have failed before this one.
    var followsFailures: Bool { failures > 0 }
}
