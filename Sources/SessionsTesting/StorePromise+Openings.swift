import Sessions
import Testing

extension StorePromise {
    static let openings = [
        StorePromise("an opened session is read back as it was given, with its account") { test in
            let account = try await test.add("ada")
            var session = Session.sample(of: account, isRemembered: true, from: .mobile)
            var location = Location()
            location.city = "Zürich"
            location.region = "ZH \"quoted\""
            location.country = "Switzerland"
            location.countryCode = "CH"
            location.latitude = 47.376_9
            location.longitude = -8.541_7
            location.accuracyRadius = 0.5
            location.network = "Example AG"
            session.location = location
            session.lastActivity = test.start.adding(seconds: 3)
            session.address = IPAddress("198.51.100.4")
            let event = AuditEvent.sample(
                .loginSucceeded,
                user: account.id,
                session: session.id,
                by: .session(session.id)
            )

            let events = try await test.events {
                try await #expect(test.store.open(session, verified: 1, replacing: nil, event) == .opened)
            }

            #expect(events == [event])
            try await #expect(
                test.store.record(of: session.id) == SessionRecord(session: session, account: account)
            )
        },
        StorePromise("a session without address, user agent and location is read back so") { test in
            let account = try await test.add("ada")
            let session = Session.sample(of: account, from: Client(address: nil, userAgent: nil))
            let event = AuditEvent(.loginSucceeded, at: test.start, user: account.id, by: .system)

            try await #expect(test.store.open(session, verified: 1, replacing: nil, event) == .opened)

            try await #expect(test.store.record(of: session.id)?.session == session)
            try await #expect(test.events().contains(event))
        },
        StorePromise("what a client says is kept byte for byte") { test in
            let account = try await test.add("ada")
            let hostile = "'; DROP TABLE session; -- \u{1}\"\\ ?1 :a @b $c % _ 💥 e\u{301}"
            let session = Session.sample(of: account, from: Client(address: nil, userAgent: hostile))
            let event = AuditEvent.sample(.loginSucceeded, user: account.id)

            _ = try await test.store.open(session, verified: 1, replacing: nil, event)

            let read = try await test.store.record(of: session.id)?.session.userAgent
            #expect(read.map { Array($0.utf8) } == Array(hostile.utf8))
        },
        StorePromise("an unknown session has no record") { test in
            try await #expect(test.store.record(of: .make(at: test.start)) == nil)
        },
        StorePromise("credentials that have changed since they were verified open nothing") { test in
            let account = try await test.add("ada")
            let hash = PasswordHash(encoded: "x")
            let event = AuditEvent.sample(.passwordSet, user: account.id)
            _ = try await test.store.setPassword(hash, of: account.id, ending: .sample(.passwordChanged), event)

            try await refuses(test, .sample(of: account), verified: account.credentialVersion)
        },
        StorePromise("credentials that are newer than the account's open nothing") { test in
            let account = try await test.add("ada")

            try await refuses(test, .sample(of: account), verified: account.credentialVersion + 1)
        },
        StorePromise("a disabled account opens nothing, until it is enabled") { test in
            let account = try await test.add("ada")
            let event = AuditEvent.sample(.accountDisabled, user: account.id)
            _ = try await test.store.setDisabled(.sample(.disabled), of: account.id, event)

            try await refuses(test, .sample(of: account), verified: 1)

            _ = try await test.store.setDisabled(nil, of: account.id, .sample(.accountEnabled, user: account.id))
            _ = try await test.open(account)
        },
        StorePromise("an account that was deleted, or never was, opens nothing") { test in
            let account = try await test.add("ada")
            _ = try await test.store.delete(account.id, .sample(.accountDeleted, user: account.id))

            try await refuses(test, .sample(of: account), verified: 1)
            try await refuses(test, .sample(of: .sample("bob")), verified: 1)
        },
        StorePromise("an epoch that has passed opens nothing and tells the current one") { test in
            let account = try await test.add("ada")
            _ = try await test.open(account)
            let older = try await test.open(test.add("bob"))
            _ = try await test.end(.all(of: account.id))
            let session = Session.sample(of: account)
            let replaced = replacement(of: older)
            let event = AuditEvent.sample(.loginSucceeded, user: account.id)

            let events = try await test.events {
                try await #expect(
                    test.store.open(session, verified: 1, replacing: replaced, event) == .epochChanged(2)
                )
            }

            #expect(events.isEmpty)
            try await #expect(test.store.record(of: session.id) == nil)
            try await #expect(test.ending(of: older) == nil)
            _ = try await test.open(account)
        },
        StorePromise("an opening ends the session it takes the place of, another user's too, each with its event") {
            test in
            let ada = try await test.add("ada")
            for account in [ada, try await test.add("bob")] {
                let older = try await test.open(account)
                let session = Session.sample(of: ada)
                let event = AuditEvent.sample(.loginSucceeded, user: ada.id, session: session.id)
                let replaced = replacement(of: older)

                let events = try await test.events {
                    try await #expect(test.store.open(session, verified: 1, replacing: replaced, event) == .opened)
                }

                #expect(events == [event, replaced.event.ending(1)])
                try await #expect(test.ending(of: older) == replaced.ending)
                try await #expect(test.ending(of: session) == nil)
                try await #expect(test.store.account(account.id)?.epoch == 1)
            }
        },
        StorePromise("a replaced session that has ended meanwhile keeps its ending and gets no second event") { test in
            let account = try await test.add("ada")
            let older = try await test.open(account)
            let first = Session.Ending.sample(.loggedOut)
            _ = try await test.end(.any(older.id), first)
            let session = Session.sample(of: account)
            let event = AuditEvent.sample(.loginSucceeded, user: account.id)

            let events = try await test.events {
                try await #expect(
                    test.store.open(session, verified: 1, replacing: replacement(of: older), event) == .opened
                )
            }

            #expect(events == [event])
            try await #expect(test.ending(of: older) == first)
        },
        StorePromise("a replaced session that nobody knows is no hindrance") { test in
            let account = try await test.add("ada")
            let session = Session.sample(of: account)
            let event = AuditEvent.sample(.loginSucceeded, user: account.id)

            let events = try await test.events {
                let replaced = replacement(of: .sample(of: account))
                try await #expect(test.store.open(session, verified: 1, replacing: replaced, event) == .opened)
            }

            #expect(events == [event])
        },
        StorePromise("a user has as many sessions as are opened") { test in
            let account = try await test.add("ada")
            let sessions = try await test.open(account, count: 40)

            try await #expect(test.active(account.id) == Set(sessions.map(\.id)))
        },
    ]

    private static func replacement(of older: Session) -> ReplacedSession {
        ReplacedSession(
            id: older.id,
            ending: .sample(.replaced, by: .system),
            event: .sample(.sessionReplaced, user: older.userID, session: older.id, by: .system)
        )
    }

    /// A refused opening leaves no trace, and the session it would have replaced as it is.
    private static func refuses(_ test: StoreUnderTest, _ session: Session, verified version: Int64) async throws {
        let older = try await test.open(test.add("eve\(session.id)".filter { $0 != "-" }.prefix(32).lowercased()))
        let event = AuditEvent.sample(.loginSucceeded, user: session.userID)

        let events = try await test.events {
            try await #expect(
                test.store.open(session, verified: version, replacing: replacement(of: older), event) == .refused
            )
        }

        #expect(events.isEmpty)
        try await #expect(test.store.record(of: session.id) == nil)
        try await #expect(test.ending(of: older) == nil)
    }
}
