import Sessions
import Testing

extension StorePromise {
    static let locks = [
        StorePromise("a lock is read back as it was set, with its event") { test in
            let ada = try await test.add("ada")
            for target in try targets(of: ada) {
                let lock = LoginLock.sample(target, reason: "it's \"quoted\"")
                let event = AuditEvent.sample(.lockSet, user: target.user)

                let events = try await test.events {
                    try await #expect(test.store.set(lock, event) == .set)
                }

                #expect(events == [event])
                try await #expect(test.store.lock(lock.id) == lock)
            }
            try await #expect(test.store.locks(after: nil, at: test.start, limit: 10).count == 4)
        },
        StorePromise("a lock denies what matches it, for its time, and lets others in") { test in
            let ada = try await test.add("ada")
            let bob = try await test.add("bob")
            for target in try targets(of: ada) {
                let lock = LoginLock.sample(target)
                _ = try await test.store.set(lock, .sample(.lockSet, user: target.user))
                let last = lock.expiresAt.adding(milliseconds: -1)

                for time in [lock.setAt, last] {
                    try await #expect(opening(test, .sample(of: ada, at: time)) == .denied(lock))
                }
                try await #expect(opening(test, .sample(of: bob, at: last, from: .mobile)) == .opened)
                try await #expect(opening(test, .sample(of: ada, at: lock.expiresAt)) == .opened)
                _ = try await test.store.remove(lock.id, .sample(.lockRemoved, user: target.user))
            }
        },
        StorePromise("an opening that a lock denies leaves no trace, and what it would replace as it is") { test in
            let ada = try await test.add("ada")
            let older = try await test.open(ada)
            let lock = LoginLock.sample(.account(ada.id))
            _ = try await test.store.set(lock, .sample(.lockSet, user: ada.id))
            let session = Session.sample(of: ada)
            let replaced = ReplacedSession(
                id: older.id,
                ending: .sample(.replaced, by: .system),
                event: .sample(.sessionReplaced, user: ada.id)
            )
            let event = AuditEvent.sample(.loginSucceeded, user: ada.id)

            let events = try await test.events {
                try await #expect(test.store.open(session, verified: 1, replacing: replaced, event) == .denied(lock))
            }

            #expect(events.isEmpty)
            try await #expect(test.store.record(of: session.id) == nil)
            try await #expect(test.ending(of: older) == nil)
        },
        StorePromise("the locks on a log-in are those of its account, of networks and of browsers, while they last") {
            test in
            let ada = try await test.add("ada")
            let bob = try await test.add("bob")
            var locks: [LoginLock] = []
            for target in try targets(of: ada) {
                locks.append(.sample(target))
                _ = try await test.store.set(locks[locks.endIndex - 1], .sample(.lockSet, user: target.user))
            }

            try await #expect(Set(test.store.locks(on: ada.id, at: test.start)) == Set(locks))
            try await #expect(Set(test.store.locks(on: bob.id, at: test.start)) == Set(locks.dropFirst()))
            try await #expect(Set(test.store.locks(on: nil, at: test.start)) == Set(locks.dropFirst()))
            try await #expect(test.store.locks(on: ada.id, at: locks[0].expiresAt).isEmpty)
        },
        StorePromise("a lock that is set again takes the place of the one that its target has") { test in
            let ada = try await test.add("ada")
            let first = LoginLock.sample(.account(ada.id), seconds: 60)
            let second = LoginLock.sample(.account(ada.id), seconds: 7_200)
            for lock in [first, second] { _ = try await test.store.set(lock, .sample(.lockSet, user: ada.id)) }

            try await #expect(test.store.locks(after: nil, at: test.start, limit: 10) == [second])
            try await #expect(test.store.lock(first.id) == nil)
        },
        StorePromise("a lock that is removed denies nothing, and is removed once") { test in
            let ada = try await test.add("ada")
            let lock = LoginLock.sample(.account(ada.id))
            _ = try await test.store.set(lock, .sample(.lockSet, user: ada.id))
            let event = AuditEvent.sample(.lockRemoved, user: ada.id)

            let events = try await test.events {
                try await #expect(test.store.remove(lock.id, event))
                try await #expect(!test.store.remove(lock.id, .sample(.lockRemoved, user: ada.id)))
            }

            #expect(events == [event])
            _ = try await test.open(ada)
        },
        StorePromise("an account that is not there is not locked, and its lock goes with it") { test in
            let ada = try await test.add("ada")
            let lock = LoginLock.sample(.account(ada.id))
            _ = try await test.store.set(lock, .sample(.lockSet, user: ada.id))
            _ = try await test.store.delete(ada.id, .sample(.accountDeleted, user: ada.id))

            try await #expect(test.store.lock(lock.id) == nil)
            let events = try await test.events {
                try await #expect(test.store.set(lock, .sample(.lockSet, user: ada.id)) == .noSuchAccount)
            }
            #expect(events.isEmpty)
        },
        StorePromise("there are so many locks at most, and those whose time is over do not count") { test in
            for number in 0..<LoginLock.countMax {
                let block = try #require(AddressBlock("10.0.\(number / 256).\(number % 256)"))
                _ = try await test.store.set(.sample(.network(block)), .sample(.lockSet, user: nil))
            }
            let next = LoginLock.sample(.browser("curl"))
            let again = LoginLock.sample(.network(try #require(AddressBlock("10.0.0.0/32"))), seconds: 7_200)

            let events = try await test.events {
                try await #expect(test.store.set(next, .sample(.lockSet, user: nil)) == .tooMany)
            }

            #expect(events.isEmpty)
            try await #expect(test.store.set(again, .sample(.lockSet, user: nil)) == .set)
            let later = LoginLock.sample(.browser("curl"), at: next.expiresAt)
            try await #expect(test.store.set(later, .sample(.lockSet, user: nil)) == .set)
        },
        StorePromise("locks are listed in pages, and purged when their time is over") { test in
            for number in 0..<5 {
                let block = try #require(AddressBlock("10.0.0.\(number)"))
                let lock = LoginLock.sample(.network(block), seconds: Int64(60 * (number + 1)))
                _ = try await test.store.set(lock, .sample(.lockSet, user: nil))
            }
            let first = try await test.store.locks(after: nil, at: test.start, limit: 3)
            let rest = try await test.store.locks(after: first.last?.id, at: test.start, limit: 3)
            #expect(first.count == 3 && rest.count == 2)
            #expect((first + rest).map(\.id) == (first + rest).map(\.id).sorted())

            let later = test.start.adding(seconds: 180)
            try await #expect(test.store.purgeLocks(before: later, limit: 2) == 2)
            try await #expect(test.store.purgeLocks(before: later, limit: 2) == 1)
            try await #expect(test.store.locks(after: nil, at: test.start, limit: 9).count == 2)
        },
        StorePromise("whichever comes first, no session that a lock denies is there after the sweep that follows it") {
            test in
            for round in 0..<20 {
                let ada = try await test.add("ada\(round)")
                let session = Session.sample(of: ada)
                let lock = LoginLock.sample(.network(try #require(AddressBlock("203.0.113.0/24"))))

                async let opening = opening(test, session)
                async let swept = test.lockAndSweep(lock, of: ada)

                let outcome = try await (opening, swept)
                #expect(outcome.1 == (outcome.0 == .opened ? 1 : 0))
                #expect(outcome.0 == .opened || outcome.0 == .denied(lock))
                try await #expect(test.active(ada.id).isEmpty)
                _ = try await test.store.remove(lock.id, .sample(.lockRemoved, user: nil))
            }
        },
    ]

    static let incidents = [
        StorePromise("live sessions are paged in the order of their expiry, everybody's or one user's") { test in
            let ada = try await test.add("ada")
            let bob = try await test.add("bob")
            let now = test.start.adding(seconds: 10)
            var live: [Session] = []
            for number in Int64(0)..<6 {
                let owner = number % 2 == 0 ? ada : bob
                // Three of them expire in the same instant.
                live.append(
                    try await test.open(owner, at: test.start.adding(seconds: min(number, 3)), isRemembered: true)
                )
            }
            let ended = try await test.open(ada)
            _ = try await test.end(.any(ended.id))
            let expired = try await test.open(ada, at: test.start.adding(seconds: -SessionPolicy.lifetimeSeconds))
            let inOrder = live.sorted { ($0.expiresAt, $0.id) < ($1.expiresAt, $1.id) }

            var found: [Session] = []
            while true {
                let position = found.last.map(SessionPosition.init)
                let page = try await test.store.liveSessions(of: nil, after: position, activeAt: now, limit: 2)
                if page.isEmpty { break }
                found += page
            }

            #expect(found == inOrder)
            #expect(!found.map(\.id).contains(expired.id))
            try await #expect(
                test.store.liveSessions(of: bob.id, after: nil, activeAt: now, limit: 9)
                    == inOrder.filter { $0.userID == bob.id }
            )
        },
        StorePromise("a batch of sessions ends each of them once, with an event in its owner's history") { test in
            let ada = try await test.add("ada")
            let bob = try await test.add("bob")
            let sessions = [try await test.open(ada), try await test.open(ada), try await test.open(bob)]
            let other = try await test.open(bob)
            let gone = try await test.open(ada)
            _ = try await test.end(.any(gone.id))
            let batch = (sessions + [gone]).map { AuditEvent.sample(.sessionRevoked, user: $0.userID, session: $0.id) }

            var first = EndedSessions()
            let events = try await test.events { first = try await test.store.end(.sample(), batch) }
            let second = try await test.store.end(.sample(), batch)

            #expect(first.active == Dictionary(uniqueKeysWithValues: sessions.map { ($0.id, $0.userID) }))
            #expect(first.due.isEmpty && second.isEmpty)
            #expect(events == Set(batch.dropLast().map { $0.ending(1) }))
            for session in sessions { try await #expect(test.ending(of: session) == .sample()) }
            try await #expect(test.ending(of: other) == nil)
        },
        StorePromise("a batch ends no session under another user's name, and marks what has run out as expired") {
            test in
            let ada = try await test.add("ada")
            let bob = try await test.add("bob")
            let session = try await test.open(ada)
            let old = try await test.open(ada, at: test.start.adding(seconds: -SessionPolicy.lifetimeSeconds))
            let batch = [
                AuditEvent.sample(.sessionRevoked, user: bob.id, session: session.id),
                AuditEvent.sample(.sessionRevoked, user: ada.id, session: old.id),
                AuditEvent.sample(.sessionRevoked, user: ada.id, session: .make(at: test.start)),
            ]

            var ended = EndedSessions()
            let events = try await test.events { ended = try await test.store.end(.sample(), batch) }

            #expect(ended == EndedSessions(due: [old.id: ada.id]))
            #expect(events.map(\.kind) == [.sessionExpired])
            try await #expect(test.ending(of: session) == nil)
        },
    ]

    /// One of each kind that denies the usual session of an account.
    private static func targets(of account: Account) throws -> [LoginLock.Target] {
        [
            .account(account.id), .network(try #require(AddressBlock("203.0.113.0/24"))), .browser("firefox"),
            .userAgent("X11; linux"),
        ]
    }

    private static func opening(_ test: StoreUnderTest, _ session: Session) async throws -> SessionOpening {
        let event = AuditEvent.sample(.loginSucceeded, user: session.userID, session: session.id)
        return try await test.store.open(session, verified: 1, replacing: nil, event)
    }
}

extension StoreUnderTest {
    /// Sets a lock, and ends what matches then; how many sessions that were.
    fileprivate func lockAndSweep(_ lock: LoginLock, of account: Account) async throws -> Int {
        _ = try await store.set(lock, .sample(.lockSet, user: lock.target.user))
        let found = try await store.liveSessions(of: account.id, after: nil, activeAt: start, limit: 10)
        let events = found.map { AuditEvent.sample(.sessionRevoked, user: $0.userID, session: $0.id) }
        return try await store.end(.sample(), events).active.count
    }
}
