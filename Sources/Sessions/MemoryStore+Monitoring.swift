// Its methods are documented at the protocol.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension MemoryStore {
    public func history(of user: UserID, activeAt now: Timestamp, limit: Int) -> AccountHistory {
        AccountHistory(
            sightings: newestSightings(of: user),
            sessions: sessions(of: user, activeAt: now, limit: limit)
        )
    }

    public func raisedSightings(of user: UserID) -> [Sighting] {
        newestSightings(of: user).filter { !$0.signals.isEmpty }
    }

    public func sightings(_ events: [AuditEventID], of user: UserID) -> [Sighting] {
        (sightings[user] ?? []).filter { events.contains($0.id) }
    }

    private func newestSightings(of user: UserID) -> [Sighting] {
        (sightings[user] ?? []).sorted { ($0.at, $0.id) > ($1.at, $1.id) }
    }

    public func note(_ sighting: Sighting, _ event: AuditEvent?) {
        guard accounts[sighting.userID] != nil else { return }
        insert(sighting)
        if let event { append(event, familiarity: LoginFamiliarity(of: sighting)) }
    }

    func insert(_ sighting: Sighting) {
        if !sighting.signals.isEmpty { raisedEver.append(sighting) }
        sightings[sighting.userID, default: []].append(sighting)
        sightings[sighting.userID] = Array(newestSightings(of: sighting.userID).prefix(Sighting.perUserMax))
    }

    public func confirm(_ event: AuditEventID, of user: UserID, noting confirmation: AuditEvent) {
        judge(event, of: user, .confirmed)
        note(failure: confirmation)
    }

    func judge(_ event: AuditEventID, of user: UserID, _ verdict: Sighting.Verdict) {
        guard let judged = sightings[user]?.first(where: { $0.id == event }) else { return }
        sightings[user] = sightings[user]?.map { sighting in
            guard sighting.sessionID == judged.sessionID, sighting.at <= judged.at, sighting.verdict != .reported else {
                return sighting
            }
            var sighting = sighting
            sighting.verdict = verdict
            return sighting
        }
    }

    public func lastVisit(of user: UserID) -> Visit? { visits[user] }

    public func note(_ visit: Visit, of user: UserID) {
        if accounts[user] != nil { visits[user] = visit }
    }

    /// All sightings with signals that were ever written, in the order they were written.
    package var raised: [Sighting] { raisedEver }
}
