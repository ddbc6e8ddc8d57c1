import Sessions
import SessionsSQLite
import SessionsTesting
import Testing

@testable import SessionsSQL

@Suite struct `A security summary` {
    private let now = ManualClock.start.adding(seconds: 3_600)

    @Test func `of an empty database has no numbers`() async throws {
        let database = try TemporaryDatabase()
        #expect(try await database.database.auditLog.summary(since: ManualClock.start, at: now) == SecuritySummary())
    }

    @Test func `counts what has happened since, merged failures each`() async throws {
        let database = try TemporaryDatabase(telling: NoticePolicy(mailsOwners: true))
        let store = database.store
        let ada = try await database.add("ada")
        let first = try await database.open(ada)
        _ = try await database.open(ada)
        _ = try await store.end(.any(first.id), .sample(), .sample(.sessionRevoked, user: ada.id))
        // 10 of them have rows of their own, 15 are merged into one.
        for _ in 0..<25 { try await store.note(failure: .sample(.loginFailed, user: ada.id, by: .system)) }
        for _ in 0..<3 { try await store.note(failure: .sample(.loginFailed, user: nil, by: .system)) }
        try await store.note(failure: .sample(.loginThrottled, user: ada.id, by: .system))
        _ = try await store.seal(at: now, limit: 100)
        _ = try await store.set(.sample(.account(ada.id)), .sample(.lockSet, user: ada.id))

        let log = database.database.auditLog
        let summary = try await log.summary(since: ManualClock.start, at: ManualClock.start.adding(seconds: 60))

        #expect(summary.count(.loginSucceeded) == 2)
        #expect(summary.count(.loginFailed) == 28)
        #expect(summary.count(.loginThrottled) == 1)
        #expect(summary.ended(.sessionRevoked) == 1)
        #expect(summary.accounts == 1)
        #expect(summary.liveSessions == 1)
        #expect(summary.locks == 1)
        #expect(summary.failingAccounts == [.init(name: "ada", count: 25)])
        #expect(summary.failingNetworks == [.init(name: "203.0.113.0/24", count: 13)])
        #expect(summary.signals == [.init(code: .failureBurst, severity: .warning): 1])
        // One of them asks to confirm the address.
        #expect(summary.notices == [.init(isMail: true, outcome: nil): 2])

        let later = try await log.summary(since: now.adding(seconds: 1), at: now.adding(seconds: 2))
        #expect(later.events.isEmpty && later.failingAccounts.isEmpty && later.failingNetworks.isEmpty)
    }

    @Test func `names ten accounts at most, the ones with most failures`() async throws {
        let database = try TemporaryDatabase()
        for number in 0..<12 {
            let account = try await database.add("user\(number)")
            for _ in 0...number / 2 {
                try await database.store.note(failure: .sample(.secondFactorFailed, user: account.id, by: .system))
            }
        }

        let summary = try await database.database.auditLog.summary(since: ManualClock.start, at: now)

        #expect(summary.failingAccounts.count == 10)
        #expect(summary.failingAccounts.map(\.count) == [6, 6, 5, 5, 4, 4, 3, 3, 2, 2])
    }

    @Test func `reads networks in steps, each event once`() async throws {
        let database = try TemporaryDatabase()
        for minute in Int64(0)..<230 {
            let at = ManualClock.start.adding(seconds: minute * 60)
            for _ in 0..<10 { try await database.store.note(failure: .sample(.loginFailed, at: at, user: nil)) }
        }

        let summary = try await database.database.auditLog.summary(since: ManualClock.start, at: now)

        #expect(summary.failingNetworks == [.init(name: "203.0.113.0/24", count: 2_300)])
    }
}

@Suite struct `The highest counts` {
    @Test func `are exact while there are few names`() {
        var counts = HighestCounts(capacity: 4)
        for (name, count) in [("a", 1), ("b", 5), ("c", 2), ("a", 3)] { counts.add(count, to: name) }
        #expect(counts.first(2) == [.init(name: "b", count: 5), .init(name: "a", count: 4)])
    }

    @Test func `stay in bounded memory among very many, and find who stands out`() {
        var counts = HighestCounts(capacity: 100)
        for number in 0..<10_000 {
            counts.add(1, to: "\(number)")
            counts.add(3, to: "loud")
        }
        #expect(counts.first(1) == [.init(name: "loud", count: 30_000)])
        #expect(counts.first(1_000).count <= 100)
    }
}
