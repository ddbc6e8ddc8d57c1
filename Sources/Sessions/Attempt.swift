/// One try to prove who is there: what it is counted by, and what becomes of the counts.
struct Attempt: Sendable {
    /// The budget that the try uses first, then others, the account's failures in a row last.
    let budgets: [AttemptBudget]
    /// Whose account it is about; `nil` when there is none.
    let user: UserID?
    /// The browser that the first budget is for, when the account knows it.
    let browser: KnownBrowser?
    /// What becomes of the counts when it was right.
    let succeeded: [AttemptSettlement]

    /// Creates an attempt.
    ///
    /// - Parameters:
    ///   - own: What is counted before the failures in a row.
    ///   - streak: The failures in a row.
    ///   - user: Whose account; when there is none, nothing can be right.
    ///   - browser: The known browser that the first budget is for.
    ///   - failureKeys: Of these only the attempt itself is taken back by a success: other accounts' failures stand there too, or
    ///     a right guess must not pay for more wrong ones.
    init(
        _ own: [AttemptBudget],
        streak: AttemptBudget,
        of user: UserID? = nil,
        in browser: KnownBrowser? = nil,
        countingOnlyFailures failureKeys: Set<AttemptKey> = []
    ) {
        budgets = own + [streak]
        self.user = user
        self.browser = browser
        succeeded =
            user == nil
            ? []
            : budgets.map { failureKeys.contains($0.key) ? .takeBack($0.key) : .forget($0.key) }
    }

    /// The attempt never happened.
    var takenBack: [AttemptSettlement] { budgets.map { .takeBack($0.key) } }
}
