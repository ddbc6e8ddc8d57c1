import Sessions
import Testing

extension StorePromise {
    static let sweeping = [
        StorePromise("a session whose time has run out is marked, once, each with its event") { test in
            let account = try await test.add("ada")
            let due = try await test.open(account)
            let next = try await test.open(account, at: test.start.adding(milliseconds: 1))
            let ended = try await test.open(account)
            _ = try await test.end(.any(ended.id))
            let time = due.expiresAt

            let events = try await test.events {
                let early = time.adding(milliseconds: -1)
                try await #expect(test.store.expire(at: early, limit: 10).isEmpty)
                try await #expect(test.store.expire(at: time, limit: 10) == [due.id: account.id])
                try await #expect(test.store.expire(at: time, limit: 10).isEmpty)
            }

            let event = try #require(events.first)
            let expected = AuditEvent(
                id: event.id,
                kind: .sessionExpired,
                at: time,
                userID: account.id,
                sessionID: due.id,
                by: .system,
                address: nil,
                deviceInfo: nil
            )
            #expect(events == [expected])
            try await #expect(test.ending(of: due) == .sample(at: time, .expired, by: .system))
            try await #expect(test.ending(of: next) == nil)
            try await #expect(test.ending(of: ended) == .sample())
            try await #expect(test.store.account(account.id) == account)
        },
        StorePromise("marking is bounded by its limit, and what is left is marked next") { test in
            let account = try await test.add("ada")
            let sessions = try await test.open(account, count: 7)
            let time = test.start.adding(seconds: SessionPolicy.lifetimeSeconds + 1)

            var marked: [SessionID: UserID] = [:]
            var counts: [Int] = []
            let events = try await test.events {
                repeat {
                    let step = try await test.store.expire(at: time, limit: 3)
                    counts.append(step.count)
                    marked.merge(step) { first, _ in first }
                } while counts.last == 3 && counts.count < 9
            }

            #expect(counts == [3, 3, 1])
            #expect(Set(marked.keys) == Set(sessions.map(\.id)))
            #expect(Set(events.map(\.sessionID)) == Set(sessions.map(\.id)))
        },
        StorePromise("what ended before an instant is purged; what ended then or lives is kept, and so are events") {
            test in
            let account = try await test.add("ada")
            let sessions = try await test.open(account, count: 3)
            let time = test.start.adding(seconds: 60)
            _ = try await test.end(.any(sessions[0].id), .sample(at: time.adding(milliseconds: -1)))
            _ = try await test.end(.any(sessions[1].id), .sample(at: time))
            let events = try await test.events()

            try await #expect(test.store.purge(endedBefore: time, listedBefore: test.start, limit: 10) == 1)

            try await #expect(test.store.record(of: sessions[0].id) == nil)
            try await #expect(test.ending(of: sessions[1]) != nil)
            try await #expect(test.ending(of: sessions[2]) == nil)
            try await #expect(test.events() == events)
        },
        StorePromise("a session that has run out but was not marked is not purged: its event is still to come") {
            test in
            let session = try await test.open(test.add("ada"))
            let time = session.expiresAt.adding(seconds: 60)

            try await #expect(test.store.purge(endedBefore: time, listedBefore: time, limit: 10) == 0)

            try await #expect(test.store.expire(at: time, limit: 10) == [session.id: session.userID])
        },
        StorePromise("listings that were saved before an instant are purged") { test in
            let account = try await test.add("ada")
            let listings = [-1, 0, 1].map { offset in
                let time = test.start.adding(milliseconds: Int64(offset))
                return SessionListing(id: .make(at: time), userID: account.id, at: time, sessionIDs: [])
            }
            for listing in listings { try await test.store.save(listing) }

            try await #expect(test.store.purge(endedBefore: test.start, listedBefore: test.start, limit: 10) == 1)

            try await #expect(test.store.listing(listings[0].id, of: account.id) == nil)
            try await #expect(test.store.listing(listings[1].id, of: account.id) == listings[1])
            try await #expect(test.store.listing(listings[2].id, of: account.id) == listings[2])
        },
        StorePromise("purging is bounded by its limit, sessions and listings together") { test in
            let account = try await test.add("ada")
            for session in try await test.open(account, count: 5) { _ = try await test.end(.any(session.id)) }
            for _ in 0..<4 {
                let listing = SessionListing(
                    id: .make(at: test.start),
                    userID: account.id,
                    at: test.start,
                    sessionIDs: []
                )
                try await test.store.save(listing)
            }
            let time = test.start.adding(seconds: 60)

            var counts: [Int] = []
            repeat {
                counts.append(try await test.store.purge(endedBefore: time, listedBefore: time, limit: 4))
            } while counts.last == 4 && counts.count < 9

            #expect(counts == [4, 4, 1])
        },
    ]
}
