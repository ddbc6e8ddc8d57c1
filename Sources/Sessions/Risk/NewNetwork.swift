extension RiskContext {
    /// A network that the account was not used from before, in an area where it was not used either.
    var newNetwork: RiskSignal? {
        guard isUsualProvider == false, isUsualPlace != true else { return nil }
        let network = sighting.location?.network.map { " of \($0)" } ?? ""
        return RiskSignal(.newNetwork, .info, "The network\(network) has not been used with your account before.")
    }
}
