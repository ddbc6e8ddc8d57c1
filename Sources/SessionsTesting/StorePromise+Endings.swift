import Sessions
import Testing

extension StorePromise {
    static let endings = [
        StorePromise("an ended session is ended, with its event, and its neighbours are not") { test in
            let account = try await test.add("ada")
            let sessions = try await test.open(account, count: 3)
            let actor = Actor.session(sessions[0].id)
            let ending = Session.Ending.sample(.revoked, by: actor)
            let event = AuditEvent.sample(.sessionRevoked, user: account.id, session: sessions[1].id, by: actor)

            let events = try await test.events {
                let ended = try await test.store.end(.one(sessions[1].id, of: account.id), ending, event)
                #expect(ended == EndedSessions(active: [sessions[1].id: account.id]))
            }

            #expect(events == [event.ending(1)])
            try await #expect(test.ending(of: sessions[1]) == ending)
            try await #expect(test.active(account.id) == [sessions[0].id, sessions[2].id])
            try await #expect(test.store.account(account.id) == account)
        },
        StorePromise("every way of ending is read back as it was written") { test in
            let account = try await test.add("ada")
            for reason in Session.EndReason.allCases {
                for actor in [Actor.operator, .system, .session(.make(at: test.start))] {
                    let session = try await test.open(account)
                    let ending = Session.Ending.sample(reason, by: actor)

                    try await #expect(test.end(.any(session.id), ending) == [session.id: account.id])

                    try await #expect(test.ending(of: session) == ending)
                }
            }
        },
        StorePromise("every kind of event is read back as it was written") { test in
            let account = try await test.add("ada")
            for kind in AuditEvent.Kind.allCases {
                for actor in [Actor.operator, .system, .session(.make(at: test.start))] {
                    let session = try await test.open(account)
                    let event = AuditEvent.sample(kind, user: account.id, session: session.id, by: actor)
                    let bare = AuditEvent(kind, at: test.start, user: nil, by: actor)

                    let events = try await test.events {
                        _ = try await test.store.end(.any(session.id), .sample(), event)
                        let other = try await test.open(account)
                        _ = try await test.store.end(.any(other.id), .sample(), bare)
                    }

                    #expect(events.isSuperset(of: [event.ending(1), bare.ending(1)]))
                }
            }
        },
        StorePromise("all but one means all but one, of that user alone") { test in
            let account = try await test.add("ada")
            let bobs = try await test.open(test.add("bob"), count: 2)
            let sessions = try await test.open(account, count: 4)
            let event = AuditEvent.sample(.sessionRevoked, user: account.id)

            let events = try await test.events {
                let selection = SessionSelection.allExcept(sessions[2].id, of: account.id)
                let ended = try await test.store.end(selection, .sample(), event)
                #expect(Set(ended.active.keys) == Set(sessions.map(\.id)).subtracting([sessions[2].id]))
            }

            #expect(events == [event.ending(3)])
            try await #expect(test.active(account.id) == [sessions[2].id])
            try await #expect(test.active(bobs[0].userID) == Set(bobs.map(\.id)))
            try await #expect(test.store.account(account.id)?.epoch == 1)
        },
        StorePromise("all means the current one too, and moves the account to its next epoch") { test in
            let account = try await test.add("ada")
            let bobs = try await test.open(test.add("bob"))
            let sessions = try await test.open(account, count: 3)
            let event = AuditEvent.sample(.sessionRevoked, user: account.id)

            let events = try await test.events {
                let ended = try await test.store.end(.all(of: account.id), .sample(), event)
                #expect(ended.active == Dictionary(uniqueKeysWithValues: sessions.map { ($0.id, account.id) }))
            }

            #expect(events == [event.ending(3)])
            try await #expect(test.active(account.id).isEmpty)
            try await #expect(test.store.account(account.id)?.epoch == 2)
            try await #expect(test.ending(of: bobs) == nil)
            try await #expect(test.store.account(bobs.userID)?.epoch == 1)
        },
        StorePromise("a session that has ended, or whose time is over, ends no other, and itself again") { test in
            let account = try await test.add("ada")
            let sessions = try await test.open(account, count: 3)
            _ = try await test.end(.any(sessions[0].id))
            let event = AuditEvent.sample(.sessionRevoked, user: account.id)
            let late = sessions[2].expiresAt

            let events = try await test.events {
                for selection in [
                    SessionSelection.one(sessions[1].id, of: account.id), .allExcept(sessions[0].id, of: account.id),
                    .all(of: account.id),
                ] {
                    for caller in [sessions[0].id, .make(at: test.start)] {
                        let ending = Session.Ending.sample(.revoked, by: .session(caller))
                        try await #expect(test.store.end(selection, ending, event) == .refused)
                    }
                }
                let ending = Session.Ending.sample(at: late, .revoked, by: .session(sessions[2].id))
                try await #expect(test.store.end(.one(sessions[1].id, of: account.id), ending, event) == .refused)
                let own = Session.Ending.sample(.loggedOut, by: .session(sessions[0].id))
                let again = try await test.store.end(.one(sessions[0].id, of: account.id), own, event)
                #expect(again == EndedSessions())
            }

            #expect(events.isEmpty)
            try await #expect(test.active(account.id) == [sessions[1].id, sessions[2].id])
            try await #expect(test.store.account(account.id)?.epoch == 1)
        },
        StorePromise("the operator ends one session, whoever's it is") { test in
            let session = try await test.open(test.add("ada"))
            let bobs = try await test.open(test.add("bob"))

            try await #expect(test.end(.any(bobs.id)) == [bobs.id: bobs.userID])

            try await #expect(test.ending(of: session) == nil)
        },
        StorePromise("the operator ends everybody's, a number at a time, until none is left that was opened before") {
            test in
            let ada = try await test.open(test.add("ada"), count: 4)
            let bob = try await test.open(test.add("bob"), count: 3)
            let later = try await test.open(test.add("carol"), at: test.start.adding(seconds: 1))
            let selection = SessionSelection.everyones(before: test.start.adding(seconds: 1), limit: 3)
            let ending = Session.Ending.sample(at: test.start.adding(seconds: 2))

            var counts: [Int] = []
            var ended: Set<SessionID> = []
            repeat {
                let step = try await test.end(selection, ending)
                counts.append(step.count)
                ended.formUnion(step.keys)
            } while counts.last != 0 && counts.count < 9

            #expect(counts == [3, 3, 1, 0])
            #expect(ended == Set((ada + bob).map(\.id)))
            try await #expect(test.ending(of: later) == nil)
        },
        StorePromise("ending everybody's marks those whose time has run out, within the same limit") { test in
            let account = try await test.add("ada")
            let due = try await test.open(account, count: 5)
            let remembered = try await test.open(account, at: test.start.adding(milliseconds: 9), isRemembered: true)
            let tomorrow = test.start.adding(seconds: SessionPolicy.lifetimeSeconds + 1)

            var ended = EndedSessions()
            var counts: [Int] = []
            repeat {
                let step = try await test.store.end(
                    .everyones(before: tomorrow, limit: 2),
                    .sample(at: tomorrow),
                    .sample(.sessionRevoked, user: nil)
                )
                counts.append(step.active.count + step.due.count)
                ended.active.merge(step.active) { first, _ in first }
                ended.due.merge(step.due) { first, _ in first }
            } while counts.last != 0 && counts.count < 9

            #expect(counts == [2, 2, 2, 0])
            #expect(ended.active == [remembered.id: account.id])
            #expect(Set(ended.due.keys) == Set(due.map(\.id)))
        },
    ]

    /// What an ending reaches, and what it does not.
    static let reach = [
        StorePromise("another user's session and one that is unknown look the same, and nothing happens to them") {
            test in
            let account = try await test.add("ada")
            let bobs = try await test.open(test.add("bob"))
            let events = try await test.events {
                for id in [bobs.id, .make(at: test.start)] {
                    try await #expect(test.end(.one(id, of: account.id)).isEmpty)
                }
                try await #expect(test.end(.any(.make(at: test.start))).isEmpty)
                try await #expect(test.end(.all(of: account.id)).isEmpty)
                try await #expect(test.end(.allExcept(bobs.id, of: account.id)).isEmpty)
            }

            #expect(events.isEmpty)
            try await #expect(test.ending(of: bobs) == nil)
        },
        StorePromise("ending twice ends once: the first ending stays, and the second leaves no event") { test in
            let account = try await test.add("ada")
            let session = try await test.open(account)
            let first = Session.Ending.sample(.loggedOut, by: .session(session.id))
            _ = try await test.end(.one(session.id, of: account.id), first)

            let events = try await test.events {
                let later = Session.Ending.sample(at: test.start.adding(seconds: 5))
                for selection: SessionSelection in [
                    .one(session.id, of: account.id), .any(session.id), .all(of: account.id),
                    .allExcept(.make(at: test.start), of: account.id),
                    .everyones(before: test.start.adding(seconds: 5), limit: 9),
                ] {
                    try await #expect(test.end(selection, later).isEmpty)
                }
            }

            #expect(events.isEmpty)
            try await #expect(test.ending(of: session) == first)
        },
        StorePromise("a session lives to the millisecond before its time, and then nothing is left to revoke") { test in
            let account = try await test.add("ada")
            let session = try await test.open(account)
            let last = session.expiresAt.adding(milliseconds: -1)
            try await #expect(test.active(account.id, at: last).count == 1)
            try await #expect(test.active(account.id, at: session.expiresAt).isEmpty)

            try await #expect(test.end(.any(session.id), .sample(at: last)).count == 1)
        },
        StorePromise(
            "whatever ends a session whose time has run out marks it expired, and a clock set back revives none"
        ) { test in
            for (number, change) in Ending.allCases.enumerated() {
                let account = try await test.add("ada\(number)")
                let session = try await test.open(account)
                let time = session.expiresAt

                let events = try await test.events {
                    let ended = try await change.end(session, at: time, in: test.store)
                    #expect(ended == EndedSessions(due: [session.id: account.id]), "\(change)")
                }

                #expect(events.count { $0.kind == .sessionExpired && $0.sessionID == session.id } == 1, "\(change)")
                #expect(events.allSatisfy { $0.kind != .sessionRevoked && $0.endedCount == 0 }, "\(change)")
                if change != .delete {
                    try await #expect(test.ending(of: session) == .sample(at: time, .expired, by: .system), "\(change)")
                }
                try await #expect(test.active(account.id).isEmpty, "\(change)")
            }
        },
        StorePromise("a log-in marks the session that it replaces expired when its time has run out") { test in
            let account = try await test.add("ada")
            let older = try await test.open(account)
            let time = older.expiresAt
            let session = Session.sample(of: account, at: time)
            let replaced = ReplacedSession(
                id: older.id,
                ending: .sample(at: time, .replaced, by: .system),
                event: .sample(.sessionReplaced, user: account.id, session: older.id, by: .system)
            )
            let event = AuditEvent.sample(.loginSucceeded, user: account.id, session: session.id)

            let events = try await test.events {
                let opening = try await test.store.open(session, verified: 1, replacing: replaced, event)
                #expect(opening == .opened)
            }

            #expect(Set(events.map(\.kind)) == [.sessionExpired, .loginSucceeded])
            try await #expect(test.ending(of: older) == .sample(at: time, .expired, by: .system))
        },
    ]
}

/// Every change that ends sessions.
private enum Ending: CaseIterable {
    case one
    case allExcept
    case all
    case any
    case everyones
    case setPassword
    case disable
    case delete

    func end(_ session: Session, at time: Timestamp, in store: any SessionStore) async throws -> EndedSessions? {
        let user = session.userID
        let ending = Session.Ending.sample(at: time)
        let selection: SessionSelection
        switch self {
        case .one: selection = .one(session.id, of: user)
        case .allExcept: selection = .allExcept(.make(at: time), of: user)
        case .all: selection = .all(of: user)
        case .any: selection = .any(session.id)
        case .everyones: selection = .everyones(before: time, limit: 9)
        case .setPassword:
            let event = AuditEvent.sample(.passwordSet, at: time, user: user)
            return try await store.setPassword(PasswordHash(encoded: "x"), of: user, ending: ending, event)
        case .disable:
            return try await store.setDisabled(ending, of: user, .sample(.accountDisabled, at: time, user: user))
        case .delete: return try await store.delete(user, .sample(.accountDeleted, at: time, user: user))
        }
        return try await store.end(selection, ending, .sample(.sessionRevoked, at: time, user: user))
    }
}
