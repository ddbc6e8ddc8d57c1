import Sessions
import Testing

extension StoreModel {
    /// Whether both stores have seen the same of the user.
    func areSightingsAlike() async throws -> Bool {
        let (user, now, ids) = (user, clock.now, sightings.suffix(5).map(\.id))
        var isAlike = try await same { try await $0.history(of: user, activeAt: now, limit: 20) }
        isAlike = try await same { try await $0.raisedSightings(of: user) } && isAlike
        isAlike = try await same { Set(try await $0.sightings(ids, of: user)) } && isAlike
        return try await same { try await $0.lastVisit(of: user) } && isAlike
    }

    /// What a session is seen as; now and then with signals.
    mutating func sighting(of session: Session) -> Sighting {
        let signals: [RiskSignal] = chance(40) ? [RiskSignal(.newCountry, .warning, "Somewhere else.")] : []
        let sighting = Sighting.sample(of: session, at: clock.now, signals: signals)
        sightings.append(sighting)
        return sighting
    }

    /// A session of somebody, in mid-session.
    mutating func see() async throws {
        guard let session = pickSession() else { return }
        let sighting = sighting(of: session)
        let event: AuditEvent? =
            chance(70) ? .sample(.clientChanged, at: clock.now, user: session.userID, session: session.id) : nil
        await memory.note(sighting, event)
        try await store.note(sighting, event)
    }

    /// The owner says that something was them; now and then it is somebody else who says so.
    mutating func judge() async throws {
        guard let sighting = sightings.randomElement(using: &random) else { return }
        let owner = chance(80) ? sighting.userID : user
        let event = AuditEvent.sample(.activityConfirmed, at: clock.now, user: owner, by: .system)
        await memory.confirm(sighting.id, of: owner, noting: event)
        try await store.confirm(sighting.id, of: owner, noting: event)
    }

    mutating func visit() async throws {
        let visit = Visit(at: clock.now, formerAt: chance(50) ? clock.now.adding(seconds: -3_600) : nil)
        await memory.note(visit, of: user)
        try await store.note(visit, of: user)
    }
}
