package import Sessions
import Testing

extension StorePromise {
    static let monitoring = [
        StorePromise("what a log-in was seen as is kept with its session, and read back so") { test in
            let account = try await test.add("ada")
            let session = Session.sample(of: account)
            let sighting = Sighting.sample(
                of: session,
                signals: [.init(.newCountry, .critical, "Your \"account\" – é")]
            )
            let event = AuditEvent.sample(.loginSucceeded, user: account.id, session: session.id)

            _ = try await test.store.open(
                session,
                verified: account.credentialVersion,
                replacing: nil,
                completing: LoginCompletion(sighting: sighting),
                event
            )

            let history = try await test.store.history(of: account.id, activeAt: test.start, limit: 10)
            #expect(history.sightings == [sighting])
            #expect(history.sessions.map(\.id) == [session.id])
            try await #expect(test.store.raisedSightings(of: account.id) == [sighting])
            try await #expect(test.store.sightings([sighting.id], of: account.id) == [sighting])
        },
        StorePromise("a log-in that is refused is not seen") { test in
            let account = try await test.add("ada")
            let session = Session.sample(of: account)

            let opening = try await test.store.open(
                session,
                verified: account.credentialVersion + 1,
                replacing: nil,
                completing: LoginCompletion(sighting: .sample(of: session)),
                .sample(.loginSucceeded, user: account.id)
            )

            #expect(opening == .refused)
            try await #expect(test.history(account).isEmpty)
        },
        StorePromise("a sighting in mid-session is written with its event, or without one, and not for nobody") {
            test in
            let session = try await test.open(test.add("ada"))
            let seen = Sighting.sample(of: session)
            let event = AuditEvent.sample(.clientChanged, user: session.userID, session: session.id)
            let stranger = Session.sample(of: try Account.sample("nobody"))

            let events = try await test.events {
                try await test.store.note(seen, event)
                try await test.store.note(.sample(of: session, at: seen.at.adding(seconds: 1)), nil)
                try await test.store.note(.sample(of: stranger), .sample(.clientChanged, user: stranger.userID))
            }

            #expect(events == [event])
            try await #expect(
                test.store.history(of: session.userID, activeAt: test.start, limit: 1).sightings.count == 2
            )
            try await #expect(test.store.history(of: stranger.userID, activeAt: test.start, limit: 1).sightings.isEmpty)
        },
        StorePromise("of an account's sightings the newest are kept, in order, and nobody else's are touched") { test in
            let session = try await test.open(test.add("ada"))
            let other = try await test.open(test.add("bob"))
            try await test.store.note(.sample(of: other), nil)
            var times: [Timestamp] = []
            for number in 0..<Sighting.perUserMax + 5 {
                times.append(test.start.adding(seconds: Int64(number)))
                try await test.store.note(.sample(of: session, at: times[number]), nil)
            }

            let kept = try await test.store.history(of: session.userID, activeAt: test.start, limit: 1).sightings

            #expect(kept.map(\.at) == times.suffix(Sighting.perUserMax).reversed())
            try await #expect(test.store.history(of: other.userID, activeAt: test.start, limit: 1).sightings.count == 1)
        },
        StorePromise("what the owner confirms holds for the same session before it, and for nothing else") { test in
            let account = try await test.add("ada")
            let session = try await test.open(account)
            let another = try await test.open(account)
            let seen = (0..<3).map { Sighting.sample(of: session, at: test.start.adding(seconds: Int64($0))) }
            for sighting in seen { try await test.store.note(sighting, nil) }
            try await test.store.note(.sample(of: another), nil)
            let confirmation = AuditEvent.sample(.activityConfirmed, user: account.id, session: another.id)

            let events = try await test.events {
                try await test.store.confirm(seen[1].id, of: account.id, noting: confirmation)
            }

            #expect(events == [confirmation])
            let history = try await test.history(account)
            #expect(Set(history.filter { $0.verdict == .confirmed }.map(\.id)) == [seen[0].id, seen[1].id])
            #expect(history.filter { $0.verdict == nil }.count == 2)
        },
        StorePromise("nobody confirms what is another's, and what was reported stays so") { test in
            let account = try await test.add("ada")
            let session = try await test.open(account)
            let stranger = try await test.open(test.add("bob"))
            let seen = Sighting.sample(of: session)
            try await test.store.note(seen, nil)
            let confirmation = AuditEvent.sample(.activityConfirmed, user: stranger.userID, session: stranger.id)
            try await test.store.confirm(seen.id, of: stranger.userID, noting: confirmation)
            try await #expect(test.history(account).map(\.verdict) == [nil])
            try await #expect(test.store.sightings([seen.id], of: stranger.userID).isEmpty)

            let change = CredentialChange(
                .passwordUnusable,
                of: account.id,
                verified: account.credentialVersion,
                at: test.start.adding(seconds: 2),
                in: session.id,
                tokenDigest: session.tokenDigest,
                reporting: seen.id,
                events: [.sample(.suspicionReported, user: account.id)]
            )
            try await #expect(test.store.make(change) == .made(EndedSessions()))
            try await test.store.confirm(
                seen.id,
                of: account.id,
                noting: .sample(.activityConfirmed, user: account.id)
            )

            try await #expect(test.history(account).map(\.verdict) == [.reported])
        },
        StorePromise("a visit is kept for its owner, and for nobody who is not there") { test in
            let account = try await test.add("ada")
            let nobody = try Account.sample("nobody")
            try await #expect(test.store.lastVisit(of: account.id) == nil)

            let first = Visit(at: test.start, formerAt: nil)
            try await test.store.note(first, of: account.id)
            try await #expect(test.store.lastVisit(of: account.id) == first)
            let second = Visit(at: test.start.adding(seconds: 60), formerAt: test.start)
            try await test.store.note(second, of: account.id)
            try await test.store.note(first, of: nobody.id)

            try await #expect(test.store.lastVisit(of: account.id) == second)
            try await #expect(test.store.lastVisit(of: nobody.id) == nil)
        },
        StorePromise("sightings age with addresses: first only the country is left, then nothing") { test in
            let account = try await test.add("ada")
            let session = try await test.open(account)
            let old = Sighting.sample(of: session)
            let young = Sighting.sample(of: session, at: test.start.adding(seconds: 100))
            for sighting in [old, young] { try await test.store.note(sighting, nil) }
            let instant = test.start.adding(seconds: 50)

            while try await test.store.shortenAddresses(before: instant, limit: 1) >= 1 {}
            try await #expect(test.history(account) == [young, old.shortened])
            #expect(old.shortened.location?.city == nil && old.shortened.location?.countryCode == "AT")

            while try await test.store.removeAddresses(before: instant, limit: 1) >= 1 {}
            try await #expect(test.history(account) == [young])
        },
        StorePromise("with an account its sightings and visits go") { test in
            let account = try await test.add("ada")
            let session = try await test.open(account)
            let seen = Sighting.sample(of: session)
            try await test.store.note(seen, nil)
            try await test.store.note(Visit(at: test.start, formerAt: nil), of: account.id)

            _ = try await test.store.delete(account.id, .sample(.accountDeleted, user: account.id))

            try await #expect(test.history(account).isEmpty)
            try await #expect(test.store.sightings([seen.id], of: account.id).isEmpty)
            try await #expect(test.store.lastVisit(of: account.id) == nil)
        },
    ]
}

extension StoreUnderTest {
    fileprivate func history(_ account: Account) async throws -> [Sighting] {
        try await store.history(of: account.id, activeAt: start, limit: 10).sightings
    }
}

extension Sighting {
    /// A sighting of a session's device in Graz.
    package static func sample(
        of session: Session,
        at time: Timestamp = ManualClock.start,
        signals: [RiskSignal] = []
    ) -> Sighting {
        var location = Location()
        location.city = "Graz"
        location.region = "Styria"
        location.country = "Austria"
        location.countryCode = "AT"
        location.latitude = 47.07
        location.longitude = 15.44
        location.network = "Example \"Net\""
        return Sighting(
            id: .make(at: time),
            userID: session.userID,
            sessionID: session.id,
            at: time,
            network: session.address?.network,
            location: location,
            device: session.device,
            isBrowserKnown: true,
            signals: signals
        )
    }
}
