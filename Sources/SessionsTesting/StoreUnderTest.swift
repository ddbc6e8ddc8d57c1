import Sessions
import Testing

/// A store that a promise is checked on, with what promises are written in.
struct StoreUnderTest: Sendable {
    let store: any SessionStore
    let readEvents: @Sendable () async throws -> [AuditEvent]

    /// When everything begins.
    let start = ManualClock.start

    /// All events that the store holds.
    func events() async throws -> Set<AuditEvent> {
        Set(try await readEvents())
    }

    /// The events that a change has left behind.
    func events(of change: () async throws -> Void) async throws -> Set<AuditEvent> {
        let before = try await events()
        try await change()
        return try await events().subtracting(before)
    }

    // MARK: Accounts

    /// Adds an account.
    func add(_ name: String, at time: Timestamp = ManualClock.start) async throws -> Account {
        let account = try Account.sample(name, at: time)
        try #require(try await store.add(account, .sample(.accountCreated, user: account.id)))
        return account
    }

    // MARK: Sessions

    /// Opens a session of an account as it is now.
    func open(
        _ account: Account,
        at time: Timestamp = ManualClock.start,
        isRemembered: Bool = false,
        lastActivity: Timestamp? = nil
    ) async throws -> Session {
        let current = try #require(try await store.account(account.id))
        var session = Session.sample(of: current, at: time, isRemembered: isRemembered)
        if let lastActivity { session.lastActivity = lastActivity }
        let opening = try await store.open(
            session,
            verified: current.credentialVersion,
            replacing: nil,
            .sample(.loginSucceeded, user: account.id, session: session.id)
        )
        try #require(opening == .opened)
        return session
    }

    /// Opens several sessions, each a millisecond after the one before.
    func open(_ account: Account, count: Int) async throws -> [Session] {
        var sessions: [Session] = []
        for number in 0..<count {
            sessions.append(try await open(account, at: start.adding(milliseconds: Int64(number))))
        }
        return sessions
    }

    /// Ends sessions in the usual way; those that were active are the answer.
    func end(_ selection: SessionSelection, _ ending: Session.Ending = .sample()) async throws -> [SessionID: UserID] {
        try await store.end(selection, ending, .sample(.sessionRevoked, user: nil)).active
    }

    /// How a session has ended; `nil` while it lives.
    func ending(of session: Session) async throws -> Session.Ending? {
        try #require(try await store.record(of: session.id)).session.ending
    }

    /// The ids of a user's active sessions.
    func active(_ user: UserID, at now: Timestamp = ManualClock.start.adding(seconds: 1)) async throws -> Set<SessionID>
    {
        Set(try await store.sessions(of: user, activeAt: now, limit: 1_000).map(\.id))
    }
}
