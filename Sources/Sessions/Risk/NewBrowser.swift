extension RiskContext {
    /// A browser that has not logged in to the account before.
    ///
    /// Alone it is a new telephone, or somebody who deletes cookies. It needs attention where the network is new as well: whoever buys a
    /// telephone sets it up at home.
    var newBrowser: RiskSignal? {
        guard !isKnownBrowser, !history.isEmpty else { return nil }
        let device = sighting.device.phrase
        if isUsualNetwork ?? true {
            return RiskSignal(
                .newBrowser,
                .info,
                "\(device) has logged in for the first time, on a network that you use."
            )
        }
        if losesCookies, isUsualProvider ?? false {
            return RiskSignal(.newBrowser, .info, "\(device) was not recognised, as yours often are not.")
        }
        if isNewAccount, isUsualCountry ?? true {
            return RiskSignal(.newBrowser, .info, "\(device) has logged in for the first time.")
        }
        return RiskSignal(
            .newBrowser,
            .warning,
            "\(device) has logged in for the first time, and from a network that you have not used before."
        )
    }
}
