/// What is not as usual about an account's sessions, and what its owner has not seen yet.
public struct AccountFindings: Sendable {
    /// The sightings with signals of which the owner has not said anything, by session, newest first.
    private let raised: [SessionID: [Sighting]]
    /// When the owner looked at the list last; `nil` when they never have.
    private let visitedAt: Timestamp?

    /// Nothing is found, and all is seen.
    public static let none = AccountFindings(raised: [], visitedAt: Timestamp(milliseconds: .max))

    init(raised: [Sighting], visitedAt: Timestamp?) {
        self.raised = Dictionary(grouping: raised.filter { $0.verdict == nil }, by: \.sessionID)
        self.visitedAt = visitedAt
    }

    /// What is not as usual about a session, what matters most first; the same thing is said once.
    public func signals(of session: SessionID) -> [RiskSignal] {
        var said: Set<RiskSignal> = []
        return (raised[session] ?? []).flatMap(\.signals).filter { said.insert($0).inserted }
            .sorted { $0.severity > $1.severity }
    }

    /// The newest event of a session that has signals: what the owner says of it holds for those before it as well.
    public func event(of session: SessionID) -> AuditEventID? { raised[session]?.first?.id }

    /// Whether the owner should look at a session.
    public func needsAttention(_ session: SessionID) -> Bool { signals(of: session).needAttention }

    /// The sessions that the owner should look at, whether or not they have ended.
    public var sessionsNeedingAttention: [SessionID] { raised.keys.filter(needsAttention) }

    /// Whether the owner has looked at the list since a session was opened.
    public func isSeen(_ session: Session) -> Bool { visitedAt.map { session.createdAt <= $0 } ?? false }
}

extension SessionAuthority {
    /// What is not as usual about an account's sessions.
    ///
    /// - Throws: When the store fails.
    public func findings(of user: UserID) async throws -> AccountFindings {
        AccountFindings(
            raised: try await store.raisedSightings(of: user),
            visitedAt: try await store.lastVisit(of: user)?.at
        )
    }

    /// The same for a page on which the owner looks at them: what is new is what was opened since the visit before this one.
    ///
    /// - Throws: When the store fails.
    public func findings(visiting user: UserID) async throws -> AccountFindings {
        let now = clock.now
        let raised = try await store.raisedSightings(of: user)
        let last = try await store.lastVisit(of: user)
        if let last, now < last.at.adding(seconds: Visit.repetitionSeconds) {
            return AccountFindings(raised: raised, visitedAt: last.formerAt)
        }
        let visit = Visit(at: now, after: last)
        try await store.note(visit, of: user)
        return AccountFindings(raised: raised, visitedAt: visit.formerAt)
    }
}
