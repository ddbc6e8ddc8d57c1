import Logging
import Sessions
import SessionsTesting
import Synchronization
import Testing

@testable import SessionsNotify

@Suite struct `A delivery` {
    private static let policy = NoticePolicy(mailsOwners: true)
    private let clock = ManualClock()
    private let store = MemoryStore(at: ManualClock.start, telling: policy)

    @Test func `delivers what is due once`() async throws {
        try await signIn(times: 3)
        let (delivery, route, deliveries) = make { _ in .delivered }

        _ = try await delivery.step(route)
        clock.advance(seconds: 86_400)
        _ = try await delivery.step(route)

        #expect(deliveries.notices.count == 3)
        await #expect(store.waitingNotices(of: .mail, countingTo: 10) == 0)
    }

    @Test func `looks again at once only while there is more`() async throws {
        try await signIn(times: Pace.batchMax + 1)
        let (delivery, route, _) = make { _ in .delivered }

        try await #expect(delivery.step(route))
        try await #expect(!delivery.step(route))
    }

    @Test func `tries again after 30 seconds, then after twice as long, under the same id`() async throws {
        try await signIn()
        let (delivery, route, deliveries) = make { $0.attempts < 3 ? .failed(reason: "down") : .delivered }

        for wait in [Int64(0), 29, 1, 59, 1] {
            clock.advance(seconds: wait)
            _ = try await delivery.step(route)
        }

        #expect(deliveries.notices.map(\.attempts) == [1, 2, 3])
        #expect(Set(deliveries.notices.map(\.id)).count == 1)
        await #expect(store.waitingNotices(of: .mail, countingTo: 10) == 0)
    }

    @Test func `gives up after three days`() async throws {
        try await signIn()
        let (delivery, route, deliveries) = make { _ in .failed(reason: "down") }

        for _ in 0..<400 {
            _ = try await delivery.step(route)
            clock.advance(seconds: 1_000)
        }

        #expect((15...30).contains(deliveries.notices.count))
        await #expect(store.waitingNotices(of: .mail, countingTo: 10) == 0)
    }

    @Test func `delivers no old news`() async throws {
        try await signIn()
        let (delivery, route, deliveries) = make { _ in .delivered }

        clock.advance(seconds: Backoff.trySeconds)
        _ = try await delivery.step(route)

        #expect(deliveries.notices.isEmpty)
        await #expect(store.waitingNotices(of: .mail, countingTo: 10) == 0)
    }

    @Test func `leaves what it has begun to the next process when it crashes`() async throws {
        try await signIn()
        _ = await store.takeNotices(of: .mail, at: clock.now, until: clock.now.adding(seconds: 300), limit: 8)
        let (delivery, route, deliveries) = make { _ in .delivered }

        _ = try await delivery.step(route)
        #expect(deliveries.notices.isEmpty)
        clock.advance(seconds: NoticeDelivery.leaseSeconds)
        _ = try await delivery.step(route)

        #expect(deliveries.notices.count == 1)
    }

    @Test func `finishes what nobody is there to hear`() async throws {
        try await signIn()
        let (delivery, route, _) = make { _ in .pointless }

        _ = try await delivery.step(route)

        await #expect(store.waitingNotices(of: .mail, countingTo: 10) == 0)
    }

    @Test(arguments: [(1, 30), (2, 60), (3, 120), (10, 15_360), (11, 17_280), (1_000, 17_280), (0, 30), (-5, 30)])
    func `waits twice as long each time, up to six hours with jitter`(attempts: Int, seconds: Int64) {
        #expect(Backoff.seconds(after: attempts, jitter: 0) == seconds)
        #expect(Backoff.seconds(after: attempts, jitter: 1) == seconds + seconds / 4)
        #expect(Backoff.seconds(after: attempts, jitter: 9) <= 21_600)
    }

    @Test func `asks a server that is down seldom, by one notice at a time`() {
        var pace = Pace()
        #expect(pace.batch == Pace.batchMax && pace.pauseSeconds == 1)

        for _ in 0..<100 { pace.note(failure: true) }
        #expect(pace.batch == 1 && pace.pauseSeconds == Pace.pauseSecondsMax)

        pace.note(failure: false)
        #expect(pace.batch == Pace.batchMax && pace.pauseSeconds == 1)
    }

    private func signIn(times: Int = 1) async throws {
        let account = try Account.sample("ada")
        try #require(await store.add(account, .sample(.accountCreated, user: account.id)))
        // The mail to confirm the address is not what these tests are about.
        let late = ManualClock.start.adding(seconds: 1)
        for notice in await store.takeNotices(of: .mail, at: late, until: late, limit: 1) {
            await store.finish(notice, as: .delivered, at: late)
        }
        for _ in 0..<times {
            let session = Session.sample(of: account)
            let event = AuditEvent(.loginSucceeded, at: clock.now, user: account.id, by: .system)
            let completion = LoginCompletion(familiarity: .unknownBrowser)
            _ = await store.open(session, verified: 1, replacing: nil, completing: completion, event)
        }
    }

    private func make(
        _ answer: @escaping @Sendable (Notice) -> DeliveryAttempt
    ) -> (NoticeDelivery, NoticeDelivery.Route, Deliveries) {
        let deliveries = Deliveries()
        let route = NoticeDelivery.Route(.mail) { notice in
            deliveries.append(notice)
            return answer(notice)
        }
        let delivery = NoticeDelivery(
            from: store,
            clock: clock.wallClock,
            routes: [route],
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            jitter: { 0 }
        )
        return (delivery, route, deliveries)
    }
}

/// What was tried to deliver.
private final class Deliveries: Sendable {
    private let list = Mutex<[Notice]>([])

    var notices: [Notice] { list.withLock(\.self) }

    func append(_ notice: Notice) {
        list.withLock { $0.append(notice) }
    }
}
