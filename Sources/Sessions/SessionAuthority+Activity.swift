extension SessionAuthority {
    /// Something that happened to an account, as its owner may see it.
    public struct Activity: Sendable {
        /// What happened.
        public let event: AuditEvent
        /// The device of the session that it is about, as long as its record is kept.
        public let sessionDevice: Device?
        /// What the account was seen as by it; `nil` for events that are no use of the account, and for those from long ago.
        public let sighting: Sighting?

        package init(event: AuditEvent, sessionDevice: Device?, sighting: Sighting? = nil) {
            self.event = event
            self.sessionDevice = sessionDevice
            self.sighting = sighting
        }

        /// What was not as usual, what matters most first.
        public var signals: [RiskSignal] { (sighting?.signals ?? []) + event.signals }

        /// Whether the owner should look at it, and has not said anything of it.
        public var needsAttention: Bool { signals.needAttention && sighting?.verdict == nil }
    }

    /// The most events a page holds.
    public static let activityPageMax = 100

    /// What happened to an account, newest first.
    ///
    /// - Parameters:
    ///   - user: Whose account.
    ///   - id: Start after this event; `nil` for the newest.
    ///   - limit: From 1 to ``activityPageMax`` and one more; clamped.
    /// - Returns: Fewer than `limit` when there are no more.
    /// - Throws: When the store fails.
    public func activity(of user: UserID, before id: AuditEventID? = nil, limit: Int) async throws -> [Activity] {
        let limit = min(max(1, limit), Self.activityPageMax + 1)
        return try await withDevices(store.events(of: user, before: id, limit: limit), of: user)
    }

    private func withDevices(_ events: [AuditEvent], of user: UserID) async throws -> [Activity] {
        var devices: [SessionID: Device] = [:]
        for session in Set(events.compactMap(\.sessionID)) {
            if let record = try await store.record(of: session), record.session.userID == user {
                devices[session] = record.session.device
            }
        }
        let found = try await store.sightings(events.map(\.id), of: user)
        let sightings = Dictionary(found.map { ($0.id, $0) }) { first, _ in first }
        return events.map { event in
            Activity(
                event: event,
                sessionDevice: event.sessionID.flatMap { devices[$0] },
                sighting: sightings[event.id]
            )
        }
    }

    /// One event of an account; `nil` when the account has no such event.
    ///
    /// - Throws: When the store fails.
    public func activity(_ id: AuditEventID, of user: UserID) async throws -> Activity? {
        guard let event = try await store.event(id, of: user) else { return nil }
        return try await withDevices([event], of: user).first
    }

    /// All sessions of a user that are kept, ended or not, up to 500 after one of them; for an export.
    ///
    /// - Throws: When the store fails.
    public func allSessions(of user: UserID, after id: SessionID?) async throws -> [Session] {
        overlaid(try await store.allSessions(of: user, after: id, limit: Self.batchMax), of: user)
    }

    /// What an account was seen as, newest first; at most ``Sighting/perUserMax``.
    ///
    /// - Throws: When the store fails.
    public func sightings(of user: UserID) async throws -> [Sighting] {
        try await store.history(of: user, activeAt: clock.now, limit: 1).sightings
    }

    /// When each browser that an account knows has logged in last.
    ///
    /// - Throws: When the store fails.
    public func browsersSeen(of user: UserID) async throws -> [Timestamp] {
        try await store.browsersSeen(of: user)
    }
}
