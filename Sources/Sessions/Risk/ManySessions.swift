extension RiskContext {
    /// More active sessions than the devices of a person and what their browsers forget in 30 days.
    static let sessionsMany = 40
    /// More log-ins within ``atOnceSeconds`` than a person makes.
    static let loginsMany = 10

    /// The account has many sessions, or many new ones.
    var manySessions: RiskSignal? {
        let instant = sighting.at.adding(seconds: -Self.atOnceSeconds)
        let new = sessions.filter { $0.createdAt >= instant }.count + 1
        if new >= Self.loginsMany {
            return RiskSignal(.manySessions, .warning, "\(new) sessions were opened within an hour.")
        }
        guard sessions.count + 1 >= Self.sessionsMany else { return nil }
        return RiskSignal(
            .manySessions,
            .info,
            "Your account has \(sessions.count + 1) sessions or more: end those you do not need."
        )
    }
}
