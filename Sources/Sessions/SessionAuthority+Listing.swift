extension SessionAuthority {
    /// One page of a user's sessions.
    public struct SessionPage: Sendable {
        /// The sessions, by last activity, latest first; ties: newest first.
        public let sessions: [Session]
        /// Where the next page starts; `nil` on the last.
        public let next: SessionCursor?
        /// How many sessions there were when the first page was read.
        public let total: Int
    }

    /// The most sessions a page holds.
    public static let pageMax = 100

    /// A page of a user's active sessions.
    ///
    /// - Parameters:
    ///   - user: Whose.
    ///   - cursor: `nil` for the first page, else the one before it gave.
    ///   - limit: From 1 to ``pageMax``; clamped.
    /// - Returns: `nil` when the cursor is not one of the user's, or too old.
    /// - Throws: When the store fails.
    public func sessions(of user: UserID, after cursor: SessionCursor? = nil, limit: Int = 50) async throws
        -> SessionPage?
    {
        let limit = min(max(1, limit), Self.pageMax)
        guard let cursor else { return try await firstPage(of: user, limit: limit) }
        guard let listing = try await store.listing(cursor.listing, of: user),
            clock.now < listing.at.adding(seconds: SessionListing.lifetimeSeconds),
            cursor.offset < listing.sessionIDs.count
        else { return nil }
        return try await page(of: listing, from: cursor.offset, limit: limit)
    }

    /// The first page of a user's active sessions that need attention; its cursor leads to the next one.
    ///
    /// - Throws: When the store fails.
    public func sessions(
        of user: UserID,
        needingAttention findings: AccountFindings,
        limit: Int = 50
    ) async throws -> SessionPage {
        let limit = min(max(1, limit), Self.pageMax)
        let ids = findings.sessionsNeedingAttention
        let found = ids.isEmpty ? [] : try await store.sessions(ids, of: user, activeAt: clock.now)
        let sessions = overlaid(found, of: user).sorted(by: Self.precedes)
        return try await page(of: sessions, order: sessions.map(\.id), of: user, limit: limit)
    }

    /// One active session of a user, with what memory knows of its activity.
    ///
    /// - Throws: When the store fails.
    public func session(_ id: SessionID, of user: UserID) async throws -> Session? {
        try await store.sessions([id], of: user, activeAt: clock.now).first.map { overlaid([$0], of: user)[0] }
    }

    /// The device of a session of a user that has ended, as long as its record is kept.
    ///
    /// - Throws: When the store fails.
    public func endedDevice(_ id: SessionID, of user: UserID) async throws -> Device? {
        guard let session = try await store.record(of: id)?.session, session.userID == user,
            session.status(at: clock.now) != .active
        else { return nil }
        return session.device
    }

    private func firstPage(of user: UserID, limit: Int) async throws -> SessionPage {
        let now = clock.now
        var sessions = try await store.sessions(of: user, activeAt: now, limit: limit + 1)
        // A session whose activity is not written yet may belong further up than the store knows.
        let known = Set(sessions.map(\.id))
        let unwritten = activity.activity(of: user).keys.filter { !known.contains($0) }
        if sessions.count > limit, !unwritten.isEmpty {
            sessions += try await store.sessions(Array(unwritten), of: user, activeAt: now)
        }
        sessions = overlaid(sessions, of: user).sorted(by: Self.precedes)
        guard sessions.count > limit else { return SessionPage(sessions: sessions, next: nil, total: sessions.count) }
        let first = sessions.prefix(limit)
        let shown = Set(first.map(\.id))
        let stored = try await store.sessionIDs(of: user, activeAt: now, limit: SessionListing.sessionsMax)
        let waiting = sessions.dropFirst(limit).map(\.id)
        let order = first.map(\.id) + waiting + stored.filter { !shown.contains($0) && !waiting.contains($0) }
        return try await page(of: sessions, order: order, of: user, limit: limit)
    }

    /// The first page of sessions in an order, which is kept for the pages after it.
    private func page(of sessions: [Session], order: [SessionID], of user: UserID, limit: Int) async throws
        -> SessionPage
    {
        guard order.count > limit else { return SessionPage(sessions: sessions, next: nil, total: order.count) }
        let now = clock.now
        let listing = SessionListing(id: .make(at: now), userID: user, at: now, sessionIDs: order)
        try await store.save(listing)
        return SessionPage(
            sessions: Array(sessions.prefix(limit)),
            next: SessionCursor(listing: listing.id, offset: limit),
            total: order.count
        )
    }

    private func page(of listing: SessionListing, from offset: Int, limit: Int) async throws -> SessionPage {
        let ids = Array(listing.sessionIDs.dropFirst(offset).prefix(limit))
        let found = try await store.sessions(ids, of: listing.userID, activeAt: clock.now)
        let byID = Dictionary(overlaid(found, of: listing.userID).map { ($0.id, $0) }) { first, _ in first }
        let end = offset + ids.count
        return SessionPage(
            sessions: ids.compactMap { byID[$0] },
            next: end < listing.sessionIDs.count ? SessionCursor(listing: listing.id, offset: end) : nil,
            total: listing.sessionIDs.count
        )
    }

    /// Sessions as memory knows them: with the activity that is not written yet.
    func overlaid(_ sessions: [Session], of user: UserID) -> [Session] {
        let unwritten = activity.activity(of: user)
        return sessions.map { session in
            guard let activity = unwritten[session.id] else { return session }
            var session = session
            session.lastActivity = max(session.lastActivity, activity.at)
            if let client = activity.client {
                session.address = client.address
                session.userAgent = client.userAgent
                session.device = client.device
                session.location = location(of: client)
            }
            return session
        }
    }

    private static func precedes(_ left: Session, _ right: Session) -> Bool {
        (left.lastActivity, left.createdAt, left.id) > (right.lastActivity, right.createdAt, right.id)
    }
}

/// Where a page of sessions starts: a listing and a place in it.
///
/// It opens nothing for anybody but the listing's user.
public struct SessionCursor: Hashable, Sendable, CustomStringConvertible {
    let listing: SessionListingID
    let offset: Int

    init(listing: SessionListingID, offset: Int) {
        self.listing = listing
        self.offset = offset
    }

    /// Reads a cursor's text; `nil` when it is not one.
    public init?(_ text: String) {
        guard text.utf8.count == 24, let bytes = Base64URL.decode(Array(text.utf8)),
            let listing = SessionListingID(bytes: bytes.prefix(16))
        else { return nil }
        self.init(listing: listing, offset: Int(bytes[16]) << 8 | Int(bytes[17]))
    }

    /// The text for a URL.
    public var description: String {
        let place = [UInt8(truncatingIfNeeded: offset >> 8), UInt8(truncatingIfNeeded: offset)]
        return String(decoding: Base64URL.encode(listing.bytes + place), as: UTF8.self)
    }
}
