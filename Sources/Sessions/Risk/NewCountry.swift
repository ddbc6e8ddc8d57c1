extension RiskContext {
    /// A country that the account was not used in before.
    ///
    /// With a browser that is known it is most likely a journey.
    var newCountry: RiskSignal? {
        guard isUsualCountry == false, let country = sighting.location?.countryPhrase else { return nil }
        return isKnownBrowser
            ? RiskSignal(.newCountry, .info, "A browser of yours was used in \(country) for the first time.")
            : RiskSignal(
                .newCountry,
                .critical,
                "Your account was used in \(country) for the first time, by a new browser."
            )
    }
}
