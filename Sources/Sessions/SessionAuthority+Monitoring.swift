extension SessionAuthority {
    /// How many of an account's sessions a sighting is judged by.
    static let judgedMax = 50
    /// How long the same thing about a session is not said again, in seconds: a day.
    private static let repetitionSeconds: Int64 = 86_400

    /// What an account is seen as by a log-in, judged by what it was seen as before.
    func sighting(
        of session: Session,
        by authentication: Authentication,
        event: AuditEventID,
        in history: AccountHistory
    ) -> Sighting {
        var sighting = Sighting(
            id: event,
            userID: session.userID,
            sessionID: session.id,
            at: session.createdAt,
            network: session.signInAddress.flatMap { $0.isSpecialPurpose ? nil : $0.network },
            location: session.location,
            device: session.device,
            isBrowserKnown: authentication.browser != nil
        )
        sighting.signals =
            RiskContext(
                of: sighting,
                history: history.sightings,
                sessions: overlaid(history.sessions, of: session.userID),
                failures: authentication.failures
            ).loginSignals
        return sighting
    }

    /// Looks at the clients that a session was used by, where they are not what the session was before.
    ///
    /// Called before the activity is written, so that the record still says what the session was.
    func watch(_ session: LiveSession, _ clients: [Client], at now: Timestamp) async throws {
        for client in clients where session.isDisguised(as: client) {
            guard let record = try await store.record(of: session.id), record.session.status(at: now) == .active else {
                return
            }
            let sighting = sighting(of: record.session, as: client, at: now)
            try await note(sighting, .clientChanged, from: client, byOwner: true) {
                $0.clientChanged(from: record.session)
            }
        }
    }

    /// Looks at who has used the token of a session that had ended.
    ///
    /// It is refused all the same.
    ///
    /// - Parameters:
    ///   - token: A token that was refused because its session had ended.
    ///   - client: Who used it.
    /// - Throws: When the store fails.
    func watchEnded(_ token: [UInt8], from client: Client) async throws {
        guard let claims = codec.claims(of: token), let record = try await store.record(of: claims.sessionID),
            record.session.tokenDigest.matches(TokenDigest(of: token)), let ending = record.session.ending
        else { return }
        let sighting = sighting(of: record.session, as: client, at: clock.now)
        try await note(sighting, .endedTokenUsed, from: client, byOwner: false) {
            $0.endedTokenUse(of: record.session, ending)
        }
    }

    /// Judges and notes what an account was seen as outside of log-ins, unless there is nothing new about it.
    private func note(
        _ sighting: Sighting,
        _ kind: AuditEvent.Kind,
        from client: Client,
        byOwner: Bool,
        signal: (RiskContext) -> RiskSignal?
    ) async throws {
        let history = try await store.history(of: sighting.userID, activeAt: sighting.at, limit: Self.judgedMax)
        let context = RiskContext(of: sighting, history: history.sightings, sessions: history.sessions)
        var sighting = sighting
        guard let signal = signal(context) else {
            // Another network of the owner's: what comes from there next is less surprising.
            if byOwner, context.isUsualProvider == false { try await store.note(sighting, nil) }
            return
        }
        let isSaid = history.sightings.contains { other in
            other.sessionID == sighting.sessionID && other.isSameSoftware(as: sighting)
                && other.signals.contains { $0.code == signal.code && $0.severity >= signal.severity }
                && (other.verdict == .confirmed || other.at >= sighting.at.adding(seconds: -Self.repetitionSeconds))
        }
        guard !isSaid else { return }
        sighting.signals = [signal]
        let event = AuditEvent(
            id: sighting.id,
            kind: kind,
            at: sighting.at,
            userID: sighting.userID,
            sessionID: sighting.sessionID,
            by: .system,
            address: client.address,
            deviceInfo: client.device.info
        )
        try await store.note(sighting, event)
        counters.countRaised(sighting.signals)
    }

    private func sighting(of session: Session, as client: Client, at now: Timestamp) -> Sighting {
        Sighting(
            id: .make(at: now),
            userID: session.userID,
            sessionID: session.id,
            at: now,
            network: client.address.flatMap { $0.isSpecialPurpose ? nil : $0.network },
            location: location(of: client),
            device: client.device,
            isBrowserKnown: true
        )
    }
}
