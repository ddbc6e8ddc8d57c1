import Sessions
import Testing

extension StorePromise {
    static let guessing = [
        StorePromise("failures are counted for each key, and refused beyond the budget, without being counted") {
            test in
            let budget = AttemptBudget(try .sample(1), failuresMax: 3, windowSeconds: 900, pause: .growing)
            let other = AttemptBudget(try .sample(2), failuresMax: 3, windowSeconds: 900, pause: .growing)

            for failures in 1...3 {
                try await #expect(test.store.admit([budget], at: test.start) == .admitted([failures]))
            }

            let later = test.start.adding(seconds: 60)
            try await #expect(test.store.admit([budget], at: test.start) == .refused(until: later))
            try await #expect(test.store.admit([budget], at: later.adding(milliseconds: -1)) == .refused(until: later))
            try await #expect(test.store.admit([other], at: test.start) == .admitted([1]))
            try await #expect(test.store.admit([budget], at: later) == .admitted([4]))
            try await #expect(test.store.admit([budget], at: later) == .refused(until: later.adding(seconds: 120)))
        },
        StorePromise("an attempt is counted against all of its budgets, or against none") { test in
            let small = AttemptBudget(try .sample(1), failuresMax: 1, windowSeconds: 900, pause: .growing)
            let large = AttemptBudget(try .sample(2), failuresMax: 9, windowSeconds: 900, pause: .growing)
            try await #expect(test.store.admit([large, small], at: test.start) == .admitted([1, 1]))

            for _ in 0..<3 {
                let admission = try await test.store.admit([large, small], at: test.start)
                #expect(admission == .refused(until: test.start.adding(seconds: 60)))
            }

            try await #expect(test.store.admit([large], at: test.start) == .admitted([2]))
        },
        StorePromise("of attempts in parallel no more are admitted than the budget has") { test in
            let budget = AttemptBudget(try .sample(1), failuresMax: 10, windowSeconds: 900, pause: .growing)

            let admissions = try await withThrowingTaskGroup(of: AttemptAdmission.self) { group in
                for _ in 0..<50 { group.addTask { try await test.store.admit([budget], at: test.start) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }

            let expected = (1...10).map { AttemptAdmission.admitted([$0]) }
            #expect(Set(admissions) == Set(expected + [.refused(until: test.start.adding(seconds: 60))]))
            #expect(admissions.count { $0 == .refused(until: test.start.adding(seconds: 60)) } == 40)
        },
        StorePromise("an attempt that was right is taken back, or all that came before it is forgotten") { test in
            let one = AttemptBudget(try .sample(1), failuresMax: 2, windowSeconds: 900, pause: .growing)
            let two = AttemptBudget(try .sample(2), failuresMax: 2, windowSeconds: 900, pause: .growing)
            for _ in 0..<2 { _ = try await test.store.admit([one, two], at: test.start) }

            try await test.store.settle([.takeBack(one.key), .forget(two.key), .forget(.sample(3))])

            try await #expect(test.store.admit([one], at: test.start) == .admitted([2]))
            try await #expect(test.store.admit([two], at: test.start) == .admitted([1]))
        },
        StorePromise("what is forgotten is swept, and of what guards no account the soonest forgotten beyond a number")
        {
            test in
            for number in UInt8(1)...6 {
                let budget = AttemptBudget(
                    try .sample(number),
                    failuresMax: 1,
                    windowSeconds: 100 * Int64(number),
                    pause: .none,
                    isExpendable: number > 3
                )
                _ = try await test.store.admit([budget], at: test.start)
            }
            let time = test.start.adding(seconds: 150)

            try await #expect(test.store.sweepAttempts(at: time, expendableMax: 2, limit: 1) == 1)
            try await #expect(test.store.sweepAttempts(at: time, expendableMax: 2, limit: 10) == 1)
            try await #expect(test.store.sweepAttempts(at: time, expendableMax: 2, limit: 10) == 0)

            for number in UInt8(1)...6 {
                let budget = AttemptBudget(try .sample(number), failuresMax: 9, windowSeconds: 9, pause: .none)
                let failures = [1, 4].contains(number) ? 1 : 2
                try await #expect(test.store.admit([budget], at: time) == .admitted([failures]), "\(number)")
            }
        },
        StorePromise("a log-in makes its browser known to its account alone, and settles its attempts") { test in
            let account = try await test.add("ada")
            let bob = try await test.add("bob")
            let budget = AttemptBudget(try .sample(1), failuresMax: 1, windowSeconds: 900, pause: .growing)
            _ = try await test.store.admit([budget], at: test.start)
            let (browser, newer) = (try KnownBrowser.sample(1), try KnownBrowser.sample(2))

            try await test.logIn(account, LoginCompletion(browser: browser, settling: [.forget(budget.key)]))

            try await #expect(test.store.knows([browser], of: account.id))
            try await #expect(test.store.knows([newer, browser], of: account.id))
            try await #expect(!test.store.knows([browser], of: bob.id))
            try await #expect(!test.store.knows([newer], of: account.id))
            try await #expect(!test.store.knows([], of: account.id))
            try await #expect(test.store.admit([budget], at: test.start) == .admitted([1]))

            try await test.logIn(account, LoginCompletion(browser: newer, formerBrowsers: [browser]))

            try await #expect(!test.store.knows([browser], of: account.id))
            try await #expect(test.store.knows([newer], of: account.id))
        },
        StorePromise("a log-in that is refused makes no browser known") { test in
            let account = try await test.add("ada")
            let session = Session.sample(of: account)
            let login = LoginCompletion(browser: try .sample(1))

            let opening = try await test.store.open(
                session,
                verified: 2,
                replacing: nil,
                completing: login,
                .sample(.loginSucceeded, user: account.id)
            )

            #expect(opening == .refused)
            try await #expect(!test.store.knows([.sample(1)], of: account.id))
        },
        StorePromise("an account forgets its oldest browsers beyond a number") { test in
            let account = try await test.add("ada")
            for number in 0...KnownBrowser.perUserMax {
                let time = test.start.adding(seconds: Int64(number))
                try await test.store.know(.sample(UInt8(number)), of: account.id, at: time)
            }

            try await #expect(!test.store.knows([.sample(0)], of: account.id))
            for number in 1...KnownBrowser.perUserMax {
                try await #expect(test.store.knows([.sample(UInt8(number))], of: account.id))
            }
            let seen = try await test.store.browsersSeen(of: account.id)
            #expect(seen.count == KnownBrowser.perUserMax && seen == seen.sorted(by: >))
        },
        StorePromise("a browser is forgotten, with its event, once; its neighbours and other accounts' are not") {
            test in
            let (ada, bob) = (try await test.add("ada"), try await test.add("bob"))
            for account in [ada, bob] {
                for number in UInt8(1)...2 {
                    try await test.store.know(.sample(number), of: account.id, at: test.start)
                }
            }
            let event = AuditEvent.sample(.knownBrowserForgotten, user: ada.id)

            let events = try await test.events {
                try await test.store.forget(.sample(1), of: ada.id, event)
                try await test.store.forget(.sample(1), of: ada.id, .sample(.knownBrowserForgotten, user: ada.id))
            }

            #expect(events == [event])
            try await #expect(!test.store.knows([.sample(1)], of: ada.id))
            try await #expect(test.store.knows([.sample(2)], of: ada.id))
            try await #expect(test.store.knows([.sample(1)], of: bob.id))
        },
        StorePromise("a new password and the end of all sessions forget the account's browsers") { test in
            let (ada, bob) = (try await test.add("ada"), try await test.add("bob"))
            for account in [ada, bob] {
                _ = try await test.open(account)
                try await test.store.know(.sample(1), of: account.id, at: test.start)
            }

            _ = try await test.end(.all(of: ada.id))
            try await #expect(!test.store.knows([.sample(1)], of: ada.id))
            try await #expect(test.store.knows([.sample(1)], of: bob.id))

            let event = AuditEvent.sample(.passwordSet, user: bob.id)
            _ = try await test.store.setPassword(PasswordHash(encoded: "x"), of: bob.id, ending: .sample(), event)
            try await #expect(!test.store.knows([.sample(1)], of: bob.id))
        },
        StorePromise("browsers that have not been seen for long are purged, a number at a time") { test in
            let account = try await test.add("ada")
            for number in UInt8(1)...4 {
                let time = test.start.adding(seconds: Int64(number))
                try await test.store.know(.sample(number), of: account.id, at: time)
            }
            let time = test.start.adding(seconds: 4)

            try await #expect(test.store.purgeBrowsers(before: time, limit: 2) == 2)
            try await #expect(test.store.purgeBrowsers(before: time, limit: 2) == 1)
            try await #expect(test.store.knows([.sample(4)], of: account.id))
        },
    ]
}

extension StoreUnderTest {
    fileprivate func logIn(_ account: Account, _ login: LoginCompletion) async throws {
        let session = Session.sample(of: account)
        let event = AuditEvent.sample(.loginSucceeded, user: account.id, session: session.id)
        let opening = try await store.open(session, verified: 1, replacing: nil, completing: login, event)
        try #require(opening == .opened)
    }
}
