extension RiskContext {
    /// A session goes on in another browser, on another system, or from where it cannot have got to.
    ///
    /// A browser keeps its cookies to itself: what takes a cookie elsewhere is somebody who has copied it. Networks do change in
    /// mid-session, on every way to work, and so do places on every journey.
    ///
    /// - Parameter session: As it was before.
    /// - Returns: `nil` where that is as usual.
    func clientChanged(from session: Session) -> RiskSignal? {
        let before = Sighting(of: session)
        let (was, now) = (before.device.phrase, sighting.device.phrase)
        guard sighting.device.mayBe(session.device) else {
            // On the same network it may be a tool of the owner's that was given the token.
            let isHere = sighting.isSameNetwork(as: before) ?? false
            return RiskSignal(
                .clientChanged,
                isHere ? .warning : .critical,
                "The session was used by \(now); before it was \(was). A browser does not give its session away."
            )
        }
        if sighting.device.isOlder(than: session.device), sighting.isSameNetwork(as: before) == false {
            return RiskSignal(
                .clientChanged,
                .warning,
                "The session was used by an older version of \(was), from another network: perhaps a copy of it."
            )
        }
        return moved(from: before)
    }

    private func moved(from before: Sighting) -> RiskSignal? {
        guard isUsualCountry == false, let here = sighting.location, let there = before.location,
            let from = there.countryPhrase, let to = here.countryPhrase, from != to
        else { return nil }
        let hours = Double(max(1, sighting.at.milliseconds - before.at.milliseconds)) / 3_600_000
        let distance = there.leastKilometres(to: here) ?? 0
        let isPossible = distance < Self.travelMin || distance / hours <= Self.speedMax
        return RiskSignal(
            .clientChanged,
            isPossible ? .info : .warning,
            isPossible
                ? "The session went on in \(to); before it was in \(from)."
                : "The session went on in \(to), at least \(Int(distance)) km from \(from), sooner than one gets there."
        )
    }
}

extension Sighting {
    /// What a session was seen as last.
    init(of session: Session) {
        self.init(
            id: AuditEventID.make(at: session.lastActivity),
            userID: session.userID,
            sessionID: session.id,
            at: session.lastActivity,
            network: session.address?.network,
            location: session.location,
            device: session.device,
            isBrowserKnown: true
        )
    }
}

extension Device {
    /// Whether it may be the same browser on the same machine: a telephone that asks for a page's desktop version says that it is one.
    fileprivate func mayBe(_ other: Device) -> Bool {
        if isSameSoftware(as: other) { return true }
        guard browser == other.browser, browserName == other.browserName, browserVersion == other.browserVersion else {
            return false
        }
        let platforms: Set = [String(platform), String(other.platform)]
        return [["Android", "Linux"], ["iOS", "macOS"], ["iPadOS", "macOS"], ["iOS", "iPadOS"]].contains {
            platforms.isSubset(of: $0)
        }
    }

    /// Whether the same browser was newer before: no browser goes back by itself.
    fileprivate func isOlder(than other: Device) -> Bool {
        guard isSameSoftware(as: other), let own = majorVersion, let former = other.majorVersion else { return false }
        return own < former
    }
}
