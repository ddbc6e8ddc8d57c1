import Sessions
import Testing

extension StorePromise {
    static let lists = [
        StorePromise("a user's sessions come by last activity, latest first; ties newest first") { test in
            let account = try await test.add("ada")
            let time = test.start.adding(seconds: 10)
            let oldest = try await test.open(account, at: time.adding(seconds: -3), lastActivity: time)
            let idle = try await test.open(account, at: time.adding(seconds: -1))
            let newest = try await test.open(account, at: time.adding(seconds: -2), lastActivity: time)
            let busy = try await test.open(account, at: time.adding(seconds: -4), lastActivity: time.adding(seconds: 1))
            let twins = try await [test.open(account), test.open(account)].sorted { $0.id > $1.id }
            let order = [busy, newest, oldest, idle] + twins

            try await #expect(test.store.sessions(of: account.id, activeAt: time, limit: 10) == order)
            try await #expect(test.store.sessionIDs(of: account.id, activeAt: time, limit: 10) == order.map(\.id))
            for limit in 0...order.count {
                let page = Array(order.prefix(limit))
                try await #expect(test.store.sessions(of: account.id, activeAt: time, limit: limit) == page)
                try await #expect(
                    test.store.sessionIDs(of: account.id, activeAt: time, limit: limit) == page.map(\.id)
                )
            }
        },
        StorePromise("a list holds a user's own live sessions and no others") { test in
            let account = try await test.add("ada")
            let live = try await test.open(account)
            let ended = try await test.open(account)
            let bobs = try await test.open(test.add("bob"))
            _ = try await test.end(.any(ended.id))
            let last = live.expiresAt.adding(milliseconds: -1)
            let ids = [live.id, ended.id, bobs.id, .make(at: test.start)]

            try await #expect(test.store.sessions(of: account.id, activeAt: last, limit: 10) == [live])
            try await #expect(test.store.sessionIDs(of: account.id, activeAt: last, limit: 10) == [live.id])
            try await #expect(test.store.sessions(ids, of: account.id, activeAt: last) == [live])

            let time = live.expiresAt
            try await #expect(test.store.sessions(of: account.id, activeAt: time, limit: 10).isEmpty)
            try await #expect(test.store.sessionIDs(of: account.id, activeAt: time, limit: 10).isEmpty)
            try await #expect(test.store.sessions(ids, of: account.id, activeAt: time).isEmpty)
        },
        StorePromise("some sessions are found by their ids, of that user alone") { test in
            let account = try await test.add("ada")
            let sessions = try await test.open(account, count: 5)
            let ids = [sessions[4], sessions[1]].map(\.id)

            let found = try await test.store.sessions(ids, of: account.id, activeAt: test.start)

            #expect(Set(found) == [sessions[4], sessions[1]])
            try await #expect(test.store.sessions([], of: account.id, activeAt: test.start).isEmpty)
            try await #expect(test.store.sessions(ids, of: .make(at: test.start), activeAt: test.start).isEmpty)
        },
        StorePromise("the sessions of some users that were opened since an instant are found, and no others") { test in
            let (ada, bob) = try await (test.add("ada"), test.add("bob"))
            let time = test.start.adding(seconds: 10)
            _ = try await test.open(ada, at: time.adding(milliseconds: -1), lastActivity: time.adding(seconds: 5))
            let new = try await test.open(ada, at: time)
            let bobs = try await test.open(bob, at: time)
            let ended = try await test.open(ada, at: time)
            _ = try await test.end(.any(ended.id))

            let adas = try await test.store.sessions(of: [ada.id], openedSince: time, limit: 10)
            let both = try await test.store.sessions(of: [bob.id, ada.id], openedSince: time, limit: 10)

            #expect(adas == [new.id: ada.id])
            #expect(both == [new.id: ada.id, bobs.id: bob.id])
            try await #expect(test.store.sessions(of: [bob.id, ada.id], openedSince: time, limit: 1).count == 1)
            try await #expect(test.store.sessions(of: [], openedSince: time, limit: 10).isEmpty)
        },
        StorePromise("everybody's live sessions are paged in the order of their ids, each with its account") { test in
            let accounts = try await [test.add("ada"), test.add("bob")]
            var records: [SessionRecord] = []
            for number in 0..<6 {
                let account = accounts[number % 2]
                let session = try await test.open(account, at: test.start.adding(seconds: Int64(number)))
                records.append(SessionRecord(session: session, account: account))
            }
            _ = try await test.end(.any(records[1].session.id), .sample(at: test.start.adding(seconds: 9)))
            let time = records[0].session.expiresAt
            let expected = Array(records[2...])

            try await #expect(test.store.sessions(after: nil, activeAt: time, limit: 3) == Array(expected[0..<3]))
            try await #expect(
                test.store.sessions(after: expected[2].session.id, activeAt: time, limit: 3) == [expected[3]]
            )
        },
        StorePromise("all that is kept of one user is paged by id, ended or not, and nothing of another's") { test in
            let account = try await test.add("ada")
            let bob = try await test.add("bob")
            var ids: [SessionID] = []
            for number in 0..<3 {
                ids.append(try await test.open(account, at: test.start.adding(seconds: Int64(number))).id)
            }
            _ = try await test.open(bob)
            _ = try await test.end(.any(ids[1]), .sample(at: test.start.adding(seconds: 9)))

            let first = try await test.store.allSessions(of: account.id, after: nil, limit: 2)
            let second = try await test.store.allSessions(of: account.id, after: ids[1], limit: 2)

            #expect(first.map(\.id) == [ids[0], ids[1]] && second.map(\.id) == [ids[2]])
            #expect(first[1].ending != nil && first[0].ending == nil)
            try await #expect(test.store.allSessions(of: account.id, after: ids[2], limit: 2).isEmpty)
        },
    ]

    static let listings = [
        StorePromise("a listing is read back in its order, by its user alone") { test in
            let account = try await test.add("ada")
            let bob = try await test.add("bob")
            let ids = (0..<300).map { _ in SessionID.make(at: test.start) }
            let listing = SessionListing(
                id: .make(at: test.start),
                userID: account.id,
                at: test.start,
                sessionIDs: ids.shuffled()
            )

            try await test.store.save(listing)

            try await #expect(test.store.listing(listing.id, of: account.id) == listing)
            try await #expect(test.store.listing(listing.id, of: bob.id) == nil)
            try await #expect(test.store.listing(.make(at: test.start), of: account.id) == nil)
        },
        StorePromise("of more listings than a user may have the oldest are dropped, and nobody else's") { test in
            let account = try await test.add("ada")
            let bob = try await test.add("bob")
            let bobs = SessionListing(id: .make(at: test.start), userID: bob.id, at: test.start, sessionIDs: [])
            try await test.store.save(bobs)
            var saved: [SessionListing] = []
            for number in 0..<(SessionListing.perUserMax + 2) {
                let time = test.start.adding(seconds: Int64(number + 1))
                let listing = SessionListing(id: .make(at: time), userID: account.id, at: time, sessionIDs: [])
                try await test.store.save(listing)
                saved.append(listing)
            }

            for listing in saved.prefix(2) {
                try await #expect(test.store.listing(listing.id, of: account.id) == nil)
            }
            for listing in saved.dropFirst(2) {
                try await #expect(test.store.listing(listing.id, of: account.id) == listing)
            }
            try await #expect(test.store.listing(bobs.id, of: bob.id) == bobs)
        },
    ]
}
