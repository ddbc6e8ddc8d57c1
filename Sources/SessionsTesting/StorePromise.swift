public import Sessions

/// One thing that every ``Sessions/SessionStore`` promises, as a test of its own.
///
/// Whoever writes a store runs all of them against it:
/// ```swift
/// @Test(arguments: StorePromise.all)
/// func `the store keeps its promises`(promise: StorePromise) async throws {
///     let store = try await MyStore.empty(telling: promise.policy)
///     try await promise.check(on: store) { try await store.allEvents() }
/// }
/// ```
public struct StorePromise: Sendable, Identifiable, CustomStringConvertible {
    /// The promise in words.
    public let name: String
    /// Who the store has to tell of what happens.
    public let policy: NoticePolicy

    private let body: @Sendable (StoreUnderTest) async throws -> Void

    init(
        _ name: String,
        telling policy: NoticePolicy = .none,
        _ body: @escaping @Sendable (StoreUnderTest) async throws -> Void
    ) {
        self.name = name
        self.policy = policy
        self.body = body
    }

    /// The promise in words.
    public var id: String { name }

    /// The promise in words.
    public var description: String { name }

    /// All promises.
    public static let all: [StorePromise] = [
        accounts, accountChanges, openings, endings, reach, activity, guessing, lists, listings, sweeping, contention,
        audit, failures, ageing, credentialChanges, credentialRefusals, secondFactors, challenges, secondSteps,
        monitoring, mail, mailLimits, signals, delivery, links, linkRequests, locks, incidents,
    ].flatMap(\.self)

    /// Checks the promise; a breach is recorded as an issue of the running test.
    ///
    /// - Parameters:
    ///   - store: An empty store, for this promise alone, made with its ``policy``.
    ///   - events: Reads all events that the store holds, in any order.
    /// - Throws: When the store fails, or a requirement of the promise is not met.
    public func check(
        on store: any SessionStore,
        events: @escaping @Sendable () async throws -> [AuditEvent]
    ) async throws {
        try await body(StoreUnderTest(store: store, readEvents: events))
    }
}
