extension RiskContext {
    /// Fewer are somebody who mistyped, or tried the other passwords that they have.
    static let failuresMany = 3

    /// The log-in succeeded after several that failed.
    var successAfterFailures: RiskSignal? {
        guard failures >= Self.failuresMany, !history.isEmpty else { return nil }
        let isUnusual = !isKnownBrowser && isUsualProvider == false
        return RiskSignal(
            .successAfterFailures,
            isUnusual ? .warning : .info,
            isUnusual
                ? "\(failures) log-ins with a wrong password came before it, from a browser and a network that are new."
                : "\(failures) log-ins with a wrong password came before it."
        )
    }
}
