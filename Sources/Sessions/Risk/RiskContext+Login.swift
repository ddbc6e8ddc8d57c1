extension RiskContext {
    /// What is not as usual about a log-in, what matters most first.
    var loginSignals: [RiskSignal] {
        let country = newCountry
        var browser = newBrowser
        // One thing to look at: that the browser is new is a part of it.
        if country?.severity == .critical { browser = browser.map { RiskSignal($0.code, .info, $0.message) } }
        return [
            impossibleTravel, country, severalCountries, successAfterFailures, browser, longAbsence, newNetwork,
            manySessions,
        ].compactMap(\.self).sorted { $0.severity > $1.severity }
    }
}
