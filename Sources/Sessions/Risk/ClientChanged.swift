extension RiskContext {
    /// A session goes on in another browser, on another system, or from where it cannot have got to.
    ///
    /// A browser keeps its cookies to itself: what takes a cookie elsewhere is somebody who has copied it. Networks do change in
    /// mid-session, on every way to work, but seldom to one that is new.
    ///
    /// - Parameter session: As it was before.
    /// - Returns: `nil` where that is as usual.
    func clientChanged(from session: Session) -> RiskSignal? {
        let before = Sighting(of: session)
        let (was, now) = (before.device.phrase, sighting.device.phrase)
        guard sighting.device.mayBe(session.device) else {
            // On the same network it may be a tool of the owner's that was given the token.
            let isHere = sighting.isSameProvider(as: before) ?? false
            return RiskSignal(
                .clientChanged,
                isHere ? .warning : .critical,
                "The session was used by \(now); before it was \(was). A browser does not give its session away."
            )
        }
        if sighting.device.isOlder(than: session.device), sighting.isSameProvider(as: before) == false {
            return RiskSignal(
                .clientChanged,
                .warning,
                "The session was used by an older version of \(was), from another network: perhaps a copy of it."
            )
        }
        return moved(from: before)
    }

    /// The same browser, as far as it says, on a network of a provider that the account was never used from.
    ///
    /// Desks stay where they are, and a telephone that leaves home is mostly on its carrier's network. Where that does not hold it is a
    /// journey; what it says then of itself is what a copy of its cookie would say as well.
    private func moved(from before: Sighting) -> RiskSignal? {
        guard isUsualProvider == false, !isNewAccount else { return nil }
        let isDesk = sighting.device.kind == .desktop
        guard isDesk || isUsualPlace == false else { return nil }
        let severity: RiskSignal.Severity = isSaidOfProvider || movesAbout ? .info : .warning
        let here = sighting.location?.countryPhrase
        let there = before.location?.countryPhrase
        if let here, let there, here != there {
            return RiskSignal(.clientChanged, severity, "The session went on in \(here); before it was in \(there).")
        }
        return RiskSignal(
            .clientChanged,
            severity,
            "The session went on \(isDesk ? "on" : "in another place and on") a network that has not been used with your account before."
        )
    }
}

extension RiskContext {
    /// How long a move is not said again of another session, in seconds: 7 days.
    private static let movesSaidSeconds: Int64 = 604_800
    /// An account whose sessions have moved as often as this in the time that its history spans is on the move.
    private static let movesMany = 3

    private var moves: some Sequence<Sighting> {
        history.lazy.filter { other in other.signals.contains { $0.code == .clientChanged } }
    }

    /// Whether the owner was told of a session that went on there: one journey, however many devices.
    private var isSaidOfProvider: Bool {
        let instant = sighting.at.adding(seconds: -Self.movesSaidSeconds)
        return moves.contains { $0.at >= instant && (sighting.isSameProvider(as: $0) ?? false) }
    }

    /// Whether being elsewhere is what is usual for the account.
    private var movesAbout: Bool { moves.prefix(Self.movesMany).reduce(0) { count, _ in count + 1 } >= Self.movesMany }
}

extension Sighting {
    /// What a session was seen as last.
    init(of session: Session) {
        self.init(
            id: AuditEventID.make(at: session.lastActivity),
            userID: session.userID,
            sessionID: session.id,
            at: session.lastActivity,
            network: session.address.flatMap { $0.isSpecialPurpose ? nil : $0.network },
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
