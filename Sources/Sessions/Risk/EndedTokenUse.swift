extension RiskContext {
    /// What was under way when a session ended still arrives; after this time, in seconds, its token should be nowhere.
    static let endedGraceSeconds: Int64 = 60

    /// The token of a session that had ended was used.
    ///
    /// The device of a session that was ended from elsewhere goes on asking until it is told. Whoever has logged out has no token
    /// left, and no other device ever had it.
    ///
    /// - Parameters:
    ///   - session: As it was when it ended.
    ///   - ending: How it ended.
    /// - Returns: `nil` where that is as usual.
    func endedTokenUse(of session: Session, _ ending: Session.Ending) -> RiskSignal? {
        guard ending.reason != .expired, sighting.at >= ending.at.adding(seconds: Self.endedGraceSeconds) else {
            return nil
        }
        let before = Sighting(of: session)
        let isSame = sighting.isSameSoftware(as: before)
        let isHere = sighting.isSameProvider(as: before) ?? (sighting.isSamePlace(as: before) ?? true)
        let device = sighting.device.phrase
        if isSame, isHere || ending.reason != .loggedOut && isUsualProvider != false {
            guard ending.reason == .loggedOut else { return nil }
            return RiskSignal(
                .endedTokenUsed,
                .info,
                "\(device) still used a session that it had logged out of. It was refused."
            )
        }
        return RiskSignal(
            .endedTokenUsed,
            .critical,
            "\(device) used a session that had ended, and that was another device's. It was refused, and has a copy of the cookie."
        )
    }
}
