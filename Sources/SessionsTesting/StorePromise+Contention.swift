import Sessions
import Testing

extension StorePromise {
    static let contention = [
        StorePromise("of revocations in parallel exactly one ends a session") { test in
            let account = try await test.add("ada")
            let session = try await test.open(account)

            let before = try await test.events().count
            let ended = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<30 {
                    let selection: [SessionSelection] = [
                        .one(session.id, of: account.id), .any(session.id), .all(of: account.id),
                    ]
                    group.addTask { try await test.end(selection[number % 3]).count }
                }
                return try await group.reduce(0, +)
            }

            #expect(ended == 1)
            try await #expect(test.events().count == before + 1)
        },
        StorePromise("of sweeps in parallel each marks its own sessions") { test in
            let account = try await test.add("ada")
            let sessions = try await test.open(account, count: 40)
            let time = test.start.adding(seconds: SessionPolicy.lifetimeSeconds + 1)

            let marked = try await withThrowingTaskGroup(of: [SessionID].self) { group in
                for _ in 0..<10 {
                    group.addTask { Array(try await test.store.expire(at: time, limit: 5).keys) }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }

            #expect(marked.count == 40)
            #expect(Set(marked) == Set(sessions.map(\.id)))
            try await #expect(test.events().count { $0.kind == .sessionExpired } == 40)
        },
        StorePromise("log-ins in parallel all open, each with its event") { test in
            let account = try await test.add("ada")

            let opened = try await withThrowingTaskGroup(of: SessionID.self) { group in
                for _ in 0..<40 { group.addTask { try await test.open(account).id } }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }

            #expect(opened.count == 40)
            try await #expect(test.active(account.id) == opened)
            try await #expect(
                Set(test.events().filter { $0.kind == .loginSucceeded }.compactMap(\.sessionID)) == opened
            )
        },
        StorePromise("whichever comes first, no session survives a password that was set while it was opened") { test in
            for round in 0..<20 {
                let account = try await test.add("ada\(round)")
                let session = Session.sample(of: account)
                let event = AuditEvent.sample(.loginSucceeded, user: account.id, session: session.id)

                async let opening = test.store.open(session, verified: 1, replacing: nil, event)
                async let ended = test.store.setPassword(
                    PasswordHash(encoded: "x"),
                    of: account.id,
                    ending: .sample(.passwordChanged),
                    .sample(.passwordSet, user: account.id)
                )

                let outcome = try await (opening, ended)
                #expect((outcome.1?.active.count ?? 0) == (outcome.0 == .opened ? 1 : 0))
                #expect(outcome.0 == .opened || outcome.0 == .refused)
                try await #expect(test.active(account.id).isEmpty)
            }
        },
        StorePromise("whichever comes first, a session that outlives the end of all carries the new epoch") { test in
            for round in 0..<20 {
                let account = try await test.add("ada\(round)")
                _ = try await test.open(account)
                let session = Session.sample(of: account)
                let event = AuditEvent.sample(.loginSucceeded, user: account.id, session: session.id)

                async let opening = test.store.open(session, verified: 1, replacing: nil, event)
                async let ended = test.end(.all(of: account.id))

                switch try await (opening, ended.count) {
                case (.opened, 2), (.epochChanged(2), 1): break
                case (let opening, let ended): Issue.record("\(opening), and \(ended) have ended")
                }
                try await #expect(test.active(account.id).isEmpty)
            }
        },
    ]
}
