import Sessions
import Testing

extension StorePromise {
    static let activity = [
        StorePromise("activity moves last activity, and the client where it has changed") { test in
            let account = try await test.add("ada")
            let first = try await test.open(account)
            let second = try await test.open(account)
            var location = Location()
            location.city = "Graz"
            let time = test.start.adding(seconds: 60)

            let events = try await test.events {
                try await test.store.note([
                    SessionActivity(id: first.id, at: time, client: nil),
                    SessionActivity(id: second.id, at: time, client: .mobile, location: location),
                ])
            }

            var noted = (first: first, second: second)
            noted.first.lastActivity = time
            noted.second.lastActivity = time
            noted.second.address = Client.mobile.address
            noted.second.userAgent = Client.mobile.userAgent
            noted.second.device = Client.mobile.device
            noted.second.location = location
            #expect(events.isEmpty)
            try await #expect(test.store.record(of: first.id)?.session == noted.first)
            try await #expect(test.store.record(of: second.id)?.session == noted.second)
        },
        StorePromise("a client that names no address, user agent or place takes them away") { test in
            let session = try await test.open(test.add("ada"))
            let time = test.start.adding(seconds: 60)
            let nobody = Client(address: nil, userAgent: nil)

            try await test.store.note([SessionActivity(id: session.id, at: time, client: nobody)])

            let noted = try #require(try await test.store.record(of: session.id)).session
            #expect(noted.address == nil)
            #expect(noted.userAgent == nil)
            #expect(noted.device == nobody.device)
            #expect(noted.signInAddress == session.signInAddress)
        },
        StorePromise("older activity than is known changes nothing; the same instant may bring a client") { test in
            let session = try await test.open(test.add("ada"), lastActivity: test.start.adding(seconds: 60))

            let before = SessionActivity(id: session.id, at: test.start.adding(seconds: 59), client: .mobile)
            try await test.store.note([before])
            try await #expect(test.store.record(of: session.id)?.session == session)

            let same = SessionActivity(id: session.id, at: session.lastActivity, client: .mobile)
            try await test.store.note([same])
            try await #expect(test.store.record(of: session.id)?.session.address == Client.mobile.address)
        },
        StorePromise("activity never revives a session that has ended, nor changes its record") { test in
            let account = try await test.add("ada")
            let revoked = try await test.open(account)
            let expired = try await test.open(account)
            _ = try await test.end(.any(revoked.id))
            _ = try await test.store.expire(at: expired.expiresAt, limit: 10)
            let records = try await [test.store.record(of: revoked.id), test.store.record(of: expired.id)]
            let time = expired.expiresAt.adding(seconds: 60)

            try await test.store.note(
                [revoked, expired].map { SessionActivity(id: $0.id, at: time, client: .mobile) }
            )

            try await #expect([test.store.record(of: revoked.id), test.store.record(of: expired.id)] == records)
            try await #expect(test.active(account.id).isEmpty)
        },
        StorePromise("activity of a session that is unknown makes none") { test in
            let account = try await test.add("ada")
            let session = Session.sample(of: account)

            try await test.store.note([SessionActivity(id: session.id, at: test.start, client: .mobile)])
            try await test.store.note([])

            try await #expect(test.store.record(of: session.id) == nil)
        },
        StorePromise("activity does not extend a lifetime") { test in
            let account = try await test.add("ada")
            let session = try await test.open(account)
            let last = session.expiresAt.adding(milliseconds: -1)

            try await test.store.note([SessionActivity(id: session.id, at: last, client: nil)])

            try await #expect(test.store.record(of: session.id)?.session.expiresAt == session.expiresAt)
            try await #expect(test.active(account.id, at: session.expiresAt).isEmpty)
        },
    ]
}
