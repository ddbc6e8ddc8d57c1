import Synchronization

/// Tells open pages what happens to their owner's sessions.
///
/// Nothing depends on it: a page that hears nothing finds out with its next request.
public final class SessionFeed: Sendable {
    /// What a page is told.
    public enum Event: Sendable {
        /// A session of the same owner was opened.
        case started(SessionID)
        /// Another session of the same owner has ended.
        case ended(SessionID, Session.EndReason)
        /// The page's own session has ended. The stream closes after it.
        case signedOut(Session.EndReason)
        /// The page's own session goes on under another token, which the browser has by now. The stream closes after it.
        case tokenReplaced
    }

    /// How many streams one session may have open.
    public static let streamsPerSessionMax = 8
    /// How many streams one process serves.
    public static let streamsMax = 10_000
    /// How many events wait for a slow reader.
    ///
    /// Beyond, the oldest are dropped; the page reads the list anew after any event.
    static let waitingMax = 64

    private struct Subscriber {
        let session: SessionID
        let continuation: AsyncStream<Event>.Continuation
    }

    private struct State {
        var subscribers: [UserID: [UInt64: Subscriber]] = [:]
        var count = 0
        var next: UInt64 = 0
        /// Sessions whose start and end was told: a node learns of its own doings from the store once more.
        var started = Told()
        var ended = Told()
    }

    /// The last sessions of which something was told.
    private struct Told {
        /// How many are remembered at least.
        private static let max = 10_000

        private var sessions: Set<SessionID> = []
        private var former: Set<SessionID> = []

        /// Notes a session; `false` when it was noted before.
        mutating func insert(_ session: SessionID) -> Bool {
            if former.contains(session) { return false }
            if sessions.count >= Self.max {
                former = sessions
                sessions = []
            }
            return sessions.insert(session).inserted
        }
    }

    private let state = Mutex(State())

    /// Creates a feed without subscribers.
    public init() {}

    /// A place in the feed, given up with the last reference to it.
    public final class Subscription: Sendable {
        /// What happens from now on.
        ///
        /// Ends after ``Event/signedOut(_:)`` and ``Event/tokenReplaced``.
        public let events: AsyncStream<Event>
        private let leave: @Sendable () -> Void

        fileprivate init(events: AsyncStream<Event>, leave: @escaping @Sendable () -> Void) {
            self.events = events
            self.leave = leave
        }

        deinit {
            leave()
        }
    }

    /// Follows what happens to the sessions of a session's owner, or `nil` when too many streams are open.
    public func subscribe(_ session: LiveSession) -> Subscription? {
        let user = session.userID
        let (events, continuation) = AsyncStream.makeStream(
            of: Event.self,
            bufferingPolicy: .bufferingNewest(Self.waitingMax)
        )
        let key = state.withLock { state -> UInt64? in
            let mine = state.subscribers[user]?.values.count { $0.session == session.id } ?? 0
            guard state.count < Self.streamsMax, mine < Self.streamsPerSessionMax else { return nil }
            state.next += 1
            state.count += 1
            state.subscribers[user, default: [:]][state.next] = Subscriber(
                session: session.id,
                continuation: continuation
            )
            return state.next
        }
        return key.map { key in
            Subscription(events: events) { [weak self] in self?.remove(key, of: user) }
        }
    }

    /// The users whom a page is open for, a part of them at a time.
    func users(count: Int) -> [[UserID]] {
        let users = state.withLock { Array($0.subscribers.keys) }
        return stride(from: 0, to: users.count, by: count).map { Array(users[$0..<min($0 + count, users.count)]) }
    }

    func started(_ session: SessionID, of user: UserID) {
        let isNews = state.withLock { $0.subscribers[user] != nil && $0.started.insert(session) }
        guard isNews else { return }
        for subscriber in subscribers(of: user) where subscriber.session != session {
            subscriber.continuation.yield(.started(session))
        }
    }

    func ended(_ session: SessionID, of user: UserID, because reason: Session.EndReason) {
        let isNews = state.withLock { $0.subscribers[user] != nil && $0.ended.insert(session) }
        guard isNews else { return }
        for subscriber in subscribers(of: user) {
            if subscriber.session == session {
                subscriber.continuation.yield(.signedOut(reason))
                subscriber.continuation.finish()
            } else {
                subscriber.continuation.yield(.ended(session, reason))
            }
        }
    }

    func renewed(_ session: SessionID, of user: UserID) {
        for subscriber in subscribers(of: user) where subscriber.session == session {
            subscriber.continuation.yield(.tokenReplaced)
            subscriber.continuation.finish()
        }
    }

    private func subscribers(of user: UserID) -> [Subscriber] {
        state.withLock { $0.subscribers[user].map { Array($0.values) } ?? [] }
    }

    private func remove(_ key: UInt64, of user: UserID) {
        state.withLock { state in
            guard state.subscribers[user]?.removeValue(forKey: key) != nil else { return }
            state.count -= 1
            if state.subscribers[user]?.isEmpty == true { state.subscribers[user] = nil }
        }
    }
}
