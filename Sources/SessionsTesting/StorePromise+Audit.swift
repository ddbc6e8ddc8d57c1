import Sessions
import Testing

extension StorePromise {
    static let audit = [
        StorePromise("the events of an account are read back newest first, page by page, and nobody else's") { test in
            let ada = try await test.add("ada")
            let bob = try await test.add("bob")
            _ = try await test.open(ada, count: 4)
            _ = try await test.open(bob)
            _ = try await test.end(.all(of: bob.id))

            let all = try await test.store.events(of: ada.id, before: nil, limit: 100)
            let first = try await test.store.events(of: ada.id, before: nil, limit: 2)
            let second = try await test.store.events(of: ada.id, before: first.last?.id, limit: 2)
            let third = try await test.store.events(of: ada.id, before: second.last?.id, limit: 2)

            #expect(all.map(\.kind) == Array(repeating: .loginSucceeded, count: 4) + [.accountCreated])
            #expect(all.allSatisfy { $0.userID == ada.id })
            #expect(first + second + third == all)
            let written = try await test.events()
            #expect(Set(all).isSubset(of: written))
            try await #expect(test.store.events(of: ada.id, before: all.last?.id, limit: 2).isEmpty)
            let foreign = try #require(try await test.store.events(of: bob.id, before: nil, limit: 1).first)
            try await #expect(test.store.events(of: ada.id, before: foreign.id, limit: 2).isEmpty)
            try await #expect(test.store.events(of: .make(at: test.start), before: nil, limit: 2).isEmpty)
        },
        StorePromise("the events of a deleted account are still read back") { test in
            let account = try await test.add("ada")
            _ = try await test.open(account)
            _ = try await test.store.delete(account.id, .sample(.accountDeleted, user: account.id))

            let kinds = try await test.store.events(of: account.id, before: nil, limit: 10).map(\.kind)

            #expect(kinds == [.accountDeleted, .loginSucceeded, .accountCreated])
        },
        StorePromise("every field of an event is read back as it was written") { test in
            let account = try await test.add("ada")
            let event = AuditEvent(
                id: .make(at: test.start),
                kind: .loginFailed,
                at: Timestamp(milliseconds: -1),
                userID: account.id,
                sessionID: .make(at: test.start),
                by: .session(.make(at: test.start)),
                address: IPAddress("2001:db8::17"),
                deviceInfo: "Desktop - Firefox",
                detail: "password",
                count: 7
            )

            try await test.store.note(failure: event)

            try await #expect(test.store.events(of: account.id, before: nil, limit: 1) == [event])
        },
        StorePromise("one event is found by its account alone") { test in
            let account = try await test.add("ada")
            let bob = try await test.add("bob")
            let event = try #require(try await test.store.events(of: account.id, before: nil, limit: 1).first)

            try await #expect(test.store.event(event.id, of: account.id) == event)
            try await #expect(test.store.event(event.id, of: bob.id) == nil)
            try await #expect(test.store.event(.make(at: test.start), of: account.id) == nil)
        },
    ]

    static let failures = [
        StorePromise(
            "in a minute the first failures have rows of their own, and those beyond are one with their number"
        ) {
            test in
            let account = try await test.add("ada")
            let max = AuditEvent.failuresPerMinuteMax

            let events = try await test.events {
                for _ in 0..<max { try await test.store.note(failure: test.failure(user: account.id)) }
                for number in 0..<25 {
                    try await test.store.note(failure: test.failure(user: account.id, second: Int64(number)))
                }
                _ = try await test.store.seal(at: test.start.adding(seconds: 59), limit: 500)
            }
            let flushed = try await test.events {
                _ = try await test.store.seal(at: test.start.adding(seconds: 60), limit: 500)
                _ = try await test.store.seal(at: test.start.adding(seconds: 120), limit: 500)
            }

            #expect(events.count == max)
            let merged = try #require(flushed.first)
            #expect(flushed.count == 1)
            #expect(merged.kind == .loginFailed)
            #expect(merged.count == 25)
            #expect(merged.userID == account.id)
            #expect(merged.at == test.start.adding(seconds: 24))
            try await #expect(test.store.events(of: account.id, before: nil, limit: 1) == [merged])
        },
        StorePromise("the next minute's first failure writes what was merged before it, and has a row of its own") {
            test in
            let account = try await test.add("ada")
            let max = AuditEvent.failuresPerMinuteMax
            for _ in 0..<max + 3 { try await test.store.note(failure: test.failure(user: account.id)) }
            let next = test.failure(user: account.id, second: 60)

            try await test.store.note(failure: next)

            let newest = try await test.store.events(of: account.id, before: nil, limit: 2)
            #expect(newest.first == next)
            #expect(newest.last?.count == 3)
        },
        StorePromise("that an account was locked has a row of its own, whatever was merged in its minute") { test in
            let account = try await test.add("ada")
            let max = AuditEvent.failuresPerMinuteMax
            for _ in 0..<max + 3 { try await test.store.note(failure: test.failure(user: account.id)) }
            let locked = test.failure(.accountLocked, user: account.id)

            try await test.store.note(failure: locked)

            try await #expect(test.store.events(of: account.id, before: nil, limit: 1) == [locked])
        },
        StorePromise("failures are merged for each kind, and each account has its own share") { test in
            let ada = try await test.add("ada")
            let bob = try await test.add("bob")
            let max = AuditEvent.failuresPerMinuteMax

            let events = try await test.events {
                for _ in 0..<max { try await test.store.note(failure: test.failure(user: ada.id)) }
                try await test.store.note(failure: test.failure(user: ada.id))
                try await test.store.note(failure: test.failure(.loginThrottled, user: ada.id))
                try await test.store.note(failure: test.failure(.loginThrottled, user: ada.id))
                try await test.store.note(failure: test.failure(user: bob.id))
                _ = try await test.store.seal(at: test.start.adding(seconds: 60), limit: 500)
            }

            #expect(events.count { $0.userID == ada.id && $0.count == 1 && $0.kind == .loginFailed } == max + 1)
            #expect(events.filter { $0.userID == ada.id && $0.kind == .loginThrottled }.map(\.count) == [2])
            #expect(events.count { $0.userID == bob.id } == 1)
        },
        StorePromise("failures without an account are counted for each network") { test in
            let max = AuditEvent.failuresPerMinuteMax
            let addresses = (0..<max + 2).map { "203.0.113.\($0)" } + ["198.51.100.1", "2001:db8::1"]

            let events = try await test.events {
                for address in addresses {
                    let client = Client(address: IPAddress(address), userAgent: nil)
                    let event = AuditEvent(.loginFailed, at: test.start, user: nil, by: .system, from: client)
                    try await test.store.note(failure: event)
                }
                _ = try await test.store.seal(at: test.start.adding(seconds: 60), limit: 500)
            }

            #expect(events.count == max + 3)
            let merged = try #require(events.first { $0.count > 1 })
            #expect(merged.count == 2)
            #expect(merged.address == IPAddress("203.0.113.0"))
        },
    ]

    static let ageing = [
        StorePromise("addresses of ended sessions and old events are shortened, then removed; those of live ones stay")
        {
            test in
            let account = try await test.add("ada")
            let ended = try await test.open(account)
            let live = try await test.open(account)
            _ = try await test.end(.any(ended.id))
            let later = test.start.adding(seconds: 60)
            let young = AuditEvent.sample(.loginFailed, at: later, user: account.id)
            try await test.store.note(failure: young)
            let before = try await test.events()
            let network = try #require(Client.desktop.address?.network)

            _ = try await test.store.shortenAddresses(before: later, limit: 100)

            let shortened = try #require(try await test.store.record(of: ended.id)).session
            #expect(shortened.address == network && shortened.signInAddress == network)
            try await #expect(test.store.record(of: live.id)?.session == live)
            let events = try await test.events()
            #expect(events.count == before.count)
            #expect(events.allSatisfy { $0 == young || $0.address == network })
            #expect(events.contains(young))

            _ = try await test.store.removeAddresses(before: later, limit: 100)

            let bare = try #require(try await test.store.record(of: ended.id)).session
            #expect(bare.address == nil && bare.signInAddress == nil)
            try await #expect(test.store.record(of: live.id)?.session == live)
            try await #expect(test.events().allSatisfy { $0 == young || $0.address == nil })
        },
        StorePromise("old events are purged, with an event that tells so; younger ones stay") { test in
            let account = try await test.add("ada")
            _ = try await test.open(account, count: 3)
            let later = test.start.adding(seconds: 60)
            let young = AuditEvent.sample(.loginFailed, at: later, user: account.id)
            try await test.store.note(failure: young)

            _ = try await test.store.purgeEvents(before: later, at: later, limit: 100)
            _ = try await test.store.purgeEvents(before: later, at: later, limit: 100)

            let events = try await test.events()
            let purge = try #require(events.first { $0.kind == .auditPurged })
            #expect(events == [young, purge])
            #expect(purge.count == 4)
            #expect(purge.detail == later.rfc3339)
            try await #expect(test.store.events(of: account.id, before: nil, limit: 10) == [young])
        },
        StorePromise("purging events is bounded by its limit, and what is left is purged next") { test in
            let account = try await test.add("ada")
            _ = try await test.open(account, count: 9)
            let later = test.start.adding(seconds: 60)

            var steps = 0
            while try await test.store.purgeEvents(before: later, at: later, limit: 4) >= 4, steps < 9 { steps += 1 }

            let events = try await test.events()
            #expect(steps == 2)
            #expect(events.allSatisfy { $0.kind == .auditPurged })
            #expect(events.reduce(0) { $0 + $1.count } == 10)
        },
    ]
}

extension StoreUnderTest {
    fileprivate func failure(_ kind: AuditEvent.Kind = .loginFailed, user: UserID?, second: Int64 = 0) -> AuditEvent {
        .sample(kind, at: start.adding(seconds: second), user: user, by: .system)
    }
}
