import Sessions
import Testing

extension StorePromise {
    private static let hooks = ["https://one.example/", "https://two.example/events"]
    private static let signalling = NoticePolicy(webhooks: hooks)

    static let signals = [
        StorePromise("a log-in and what it replaces are signalled to each webhook, not mailed", telling: signalling) {
            test in
            let ada = try await test.add("ada")
            let first = try await test.logIn(ada, .unknownBrowser)
            let replaced = ReplacedSession(
                id: first.id,
                ending: .sample(.replaced, by: .system),
                event: .sample(.sessionReplaced, user: ada.id, session: first.id, by: .system)
            )
            let second = try await test.logIn(ada, .known, at: test.start.adding(seconds: 2), replacing: replaced)

            for url in hooks {
                let notices = try await test.notices(.webhook(url))
                #expect(notices.map(\.kind) == [.sessionEstablished, .sessionRevoked, .sessionEstablished])
                #expect(notices.map(\.sessionID) == [first.id, first.id, second.id])
                #expect(notices.map(\.eventKind) == [.loginSucceeded, .sessionReplaced, .loginSucceeded])
                #expect(notices.allSatisfy { $0.userID == ada.id && $0.recipient == nil && $0.address == nil })
            }
            try await #expect(test.notices(.mail) == [])
        },
        StorePromise("each session that is ended before its time is signalled once", telling: signalling) { test in
            let ada = try await test.add("ada")
            let bob = try await test.add("bob")
            let mine = try await test.open(ada, count: 250)
            let theirs = try await test.open(bob)
            _ = try await test.end(.one(mine[0].id, of: ada.id))
            _ = try await test.end(.one(mine[0].id, of: ada.id))
            _ = try await test.end(.everyones(before: test.start.adding(seconds: 1), limit: 1_000))

            let revoked = try await test.notices(.webhook(hooks[0])).filter { $0.kind == .sessionRevoked }

            let expected = Dictionary(uniqueKeysWithValues: (mine + [theirs]).map { ($0.id, $0.userID) })
            #expect(revoked.count == 251)
            #expect(Set(revoked.compactMap(\.sessionID)) == Set(expected.keys))
            #expect(revoked.allSatisfy { $0.sessionID.map { expected[$0] } == $0.userID })
        },
        StorePromise("a session whose time runs out is not signalled", telling: signalling) { test in
            let ada = try await test.add("ada")
            let session = try await test.open(ada)
            _ = try await test.store.expire(at: session.expiresAt, limit: 10)

            try await #expect(test.notices(.webhook(hooks[0])).map(\.kind) == [.sessionEstablished])
        },
        StorePromise("a change of credentials is signalled with the sessions that it ends", telling: signalling) {
            test in
            let ada = try await test.add("ada")
            let session = try await test.open(ada)
            let other = try await test.open(ada)
            var change = try await test.change(.password(PasswordHash(encoded: "x")), in: session)
            change.endingOthers = .sample(.passwordChanged, by: .session(session.id))
            change.events = [.sample(.passwordChanged, user: ada.id, session: session.id, by: .session(session.id))]
            try await test.make(change)

            let notices = try await test.notices(.webhook(hooks[0])).filter { $0.kind != .sessionEstablished }

            #expect(Set(notices.map(\.kind)) == [.credentialChange, .sessionRevoked])
            #expect(notices.allSatisfy { $0.eventKind == .passwordChanged && $0.initiator == .user })
            #expect(notices.first { $0.kind == .sessionRevoked }?.sessionID == other.id)
        },
        StorePromise("what the deletion of an account ends is signalled", telling: signalling) { test in
            let ada = try await test.add("ada")
            let session = try await test.open(ada)
            _ = try await test.store.delete(ada.id, .sample(.accountDeleted, user: ada.id))

            let notices = try await test.notices(.webhook(hooks[0]))

            #expect(Set(notices.map(\.kind)) == [.sessionEstablished, .sessionRevoked])
            #expect(notices.map(\.sessionID) == [session.id, session.id])
        },
    ]

    static let delivery = [
        StorePromise("a notice that is taken is not taken again before its lease ends", telling: signalling) { test in
            _ = try await test.open(test.add("ada"))
            let lane = Notice.Lane.webhook(hooks[0])
            let (now, end) = (test.start.adding(seconds: 1), test.start.adding(seconds: 61))

            let early = try await test.store.takeNotices(of: lane, at: test.start, until: end, limit: 10)
            let first = try await test.store.takeNotices(of: lane, at: now, until: end, limit: 10)
            let second = try await test.store.takeNotices(
                of: lane,
                at: end.adding(milliseconds: -1),
                until: end.adding(seconds: 60),
                limit: 10
            )
            let third = try await test.store.takeNotices(of: lane, at: end, until: end.adding(seconds: 60), limit: 10)

            #expect(early == [] && second == [])
            #expect(first.map(\.attempts) == [1])
            #expect(third.map(\.attempts) == [2])
            #expect(first.map(\.id) == third.map(\.id))
        },
        StorePromise("those who take at the same time share the notices, the longest due first", telling: signalling) {
            test in
            let ada = try await test.add("ada")
            for number in 0..<40 {
                _ = try await test.logIn(ada, .known, at: test.start.adding(seconds: Int64(number)))
            }
            let lane = Notice.Lane.webhook(hooks[0])
            let (now, end) = (test.start.adding(seconds: 100), test.start.adding(seconds: 200))

            let taken = try await withThrowingTaskGroup(of: [Notice].self) { group in
                for _ in 0..<8 {
                    group.addTask { try await test.store.takeNotices(of: lane, at: now, until: end, limit: 4) }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            var rest: [Notice] = []
            while rest.count < 40 {
                let next = try await test.store.takeNotices(of: lane, at: now, until: end, limit: 4)
                if next.isEmpty { break }
                #expect(next.map(\.at) == next.map(\.at).sorted())
                rest += next
            }

            #expect(Set((taken + rest).map(\.id)).count == 40)
            #expect((taken + rest).count == 40)
            #expect(rest.map(\.at) == rest.map(\.at).sorted())
        },
        StorePromise("a notice that is put off is due again when it says", telling: signalling) { test in
            _ = try await test.open(test.add("ada"))
            let notice = try #require(try await test.notices(.webhook(hooks[0])).first)
            let (due, end) = (test.start.adding(seconds: 30), test.start.adding(seconds: 60))

            try await test.store.putOff(notice, until: due)

            let early = try await test.store.takeNotices(
                of: notice.lane,
                at: due.adding(milliseconds: -1),
                until: end,
                limit: 10
            )
            let late = try await test.store.takeNotices(of: notice.lane, at: due, until: end, limit: 10)
            #expect(early == [])
            #expect(late.map(\.id) == [notice.id])
        },
        StorePromise("whoever has lost a notice to another puts nothing off", telling: signalling) { test in
            _ = try await test.open(test.add("ada"))
            let lost = try #require(try await test.notices(.webhook(hooks[0])).first)
            let (now, end) = (test.start.adding(seconds: 2_000_000_000), test.start.adding(seconds: 2_000_000_060))
            _ = try await test.store.takeNotices(of: lost.lane, at: now, until: end, limit: 10)

            try await test.store.putOff(lost, until: now)

            try await #expect(test.store.takeNotices(of: lost.lane, at: now, until: end, limit: 10) == [])
        },
        StorePromise(
            "a notice that is finished is not taken again, and not written again",
            telling: NoticePolicy(mailsOwners: true)
        ) { test in
            let ada = try await test.add("ada")
            let failure = AuditEvent.sample(.loginThrottled, user: ada.id, by: .system)
            try await test.store.note(failure: failure)
            let notice = try #require(try await test.notices(.mail).first)
            try await #expect(test.store.waitingNotices(of: .mail, countingTo: 10) == 2)

            try await test.store.finish(notice, as: .delivered, at: test.start)
            try await test.store.finish(notice, as: .givenUp, at: test.start)
            try await test.store.putOff(notice, until: test.start)
            try await test.store.note(failure: .sample(.loginThrottled, user: ada.id, by: .system))

            try await #expect(test.notices(.mail) == [])
            // The mail to confirm the address.
            try await #expect(test.store.waitingNotices(of: .mail, countingTo: 10) == 1)
        },
        StorePromise("those that wait are counted for each lane, up to a limit", telling: signalling) { test in
            _ = try await test.open(test.add("ada"), count: 5)
            let notice = try #require(try await test.notices(.webhook(hooks[0])).first)
            try await test.store.finish(notice, as: .givenUp, at: test.start)

            try await #expect(test.store.waitingNotices(of: .webhook(hooks[0]), countingTo: 10) == 4)
            try await #expect(test.store.waitingNotices(of: .webhook(hooks[1]), countingTo: 10) == 5)
            try await #expect(test.store.waitingNotices(of: .webhook(hooks[1]), countingTo: 3) == 3)
            try await #expect(test.store.waitingNotices(of: .mail, countingTo: 3) == 0)
        },
        StorePromise("old notices are purged within a limit, finished or not; younger ones stay", telling: signalling) {
            test in
            let ada = try await test.add("ada")
            for number in 0..<3 { _ = try await test.logIn(ada, .known, at: test.start.adding(seconds: Int64(number))) }
            let later = test.start.adding(seconds: 2)
            let notice = try #require(try await test.notices(.webhook(hooks[0])).first)
            try await test.store.finish(notice, as: .delivered, at: test.start)

            let first = try await test.store.purgeNotices(before: later, limit: 3)
            let second = try await test.store.purgeNotices(before: later, limit: 3)

            #expect([first, second] == [3, 1])
            for url in hooks { try await #expect(test.notices(.webhook(url)).map(\.at) == [later]) }
        },
    ]
}
