/// Issues, verifies, lists and revokes sessions: the one through whom all of that goes.
///
/// The store has the truth; ``LiveSessions`` is a view of it that an ending reaches before it is answered (invariant I1).
public final class SessionAuthority: Sendable {
    /// What happens to sessions, for open pages.
    public let feed = SessionFeed()

    let store: any SessionStore
    let codec: TokenCodec
    let browsers: BrowserDigests
    let budgets: AttemptBudgets
    let clock: WallClock
    let locate: @Sendable (IPAddress) -> Location?
    let live: LiveSessions
    /// Until when memory may vouch; `nil` where this process has the store for itself.
    let lease: Lease?
    let activity = ActivityLog()
    let endedUses = EndedTokenLog()
    let counters = SessionCounters()

    /// Creates an authority over a store.
    ///
    /// - Parameters:
    ///   - store: Where the truth is.
    ///   - keys: Sign and verify tokens.
    ///   - clock: Decides about lifetimes.
    ///   - locate: Looks up where an address roughly is. Called at log-in and when a client's address changes.
    /// - Throws: When the store cannot be read.
    public convenience init(
        store: any SessionStore,
        keys: SigningKeys,
        clock: WallClock = .system,
        locate: @escaping @Sendable (IPAddress) -> Location? = { _ in nil }
    ) async throws {
        try await self.init(store: store, keys: keys, clock: clock, locate: locate, live: LiveSessions(), lease: nil)
    }

    package init(
        store: any SessionStore,
        keys: SigningKeys,
        clock: WallClock,
        locate: @escaping @Sendable (IPAddress) -> Location?,
        live: LiveSessions = LiveSessions(),
        lease: Lease?
    ) async throws {
        self.store = store
        self.codec = TokenCodec(keys: keys, audience: try await store.instanceID())
        self.browsers = BrowserDigests(keys: keys)
        self.budgets = AttemptBudgets(keys: keys)
        self.clock = clock
        self.locate = locate
        self.live = live
        self.lease = lease
    }

    /// The current time, as far as sessions are concerned.
    public var now: Timestamp { clock.now }

    /// Answers once the store can be read; throws while it cannot.
    public func ping() async throws {
        try await store.ping()
        if let lease, await !lease.renewed() { throw LeaseLost() }
    }

    func location(of client: Client) -> Location? {
        client.address.flatMap(locate)
    }
}
