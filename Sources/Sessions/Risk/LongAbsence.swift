extension RiskContext {
    /// What counts as a long absence, in seconds: 60 days.
    static let absenceSeconds: Int64 = 5_184_000

    /// The first log-in after a long time.
    var longAbsence: RiskSignal? {
        guard let last = history.first, sighting.at >= last.at.adding(seconds: Self.absenceSeconds) else { return nil }
        let days = (sighting.at.milliseconds - last.at.milliseconds) / 86_400_000
        let isUnusual = !isKnownBrowser && isUsualProvider == false
        return RiskSignal(.longAbsence, isUnusual ? .warning : .info, "Nobody had logged in for \(days) days before.")
    }
}
