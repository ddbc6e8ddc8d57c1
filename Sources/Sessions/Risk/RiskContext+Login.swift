extension RiskContext {
    /// What is not as usual about a log-in, what matters most first.
    var loginSignals: [RiskSignal] {
        [
            impossibleTravel, newCountry, severalCountries, successAfterFailures, newBrowser, longAbsence, newNetwork,
            manySessions,
        ].compactMap(\.self).sorted { $0.severity > $1.severity }
    }
}
