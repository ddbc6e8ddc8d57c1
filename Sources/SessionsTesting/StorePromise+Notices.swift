import Sessions
import Testing

extension StorePromise {
    private static let mailing = NoticePolicy(mailsOwners: true)

    static let mail = [
        StorePromise("a store that is to tell nobody writes no notice") { test in
            let ada = try await test.add("ada")
            _ = try await test.logIn(ada, .unknownBrowser)
            _ = try await test.end(.all(of: ada.id))

            try await #expect(test.notices(.mail) == [])
        },
        StorePromise(
            "a log-in from an unknown browser is told to its owner, one from a known browser is not",
            telling: mailing
        ) { test in
            let ada = try await test.add("ada")
            _ = try await test.logIn(ada, .known)
            let session = try await test.logIn(ada, .unknownBrowser)

            let notices = try await test.notices(.mail)

            let notice = try #require(notices.first)
            #expect(notices.count == 1)
            let event = try #require(try await test.store.events(of: ada.id, before: nil, limit: 1).first)
            #expect(
                notice
                    == Notice(
                        id: notice.id,
                        lane: .mail,
                        kind: .newSignIn,
                        userID: ada.id,
                        recipient: ada.user.email,
                        eventID: event.id,
                        eventKind: .loginSucceeded,
                        at: event.at,
                        sessionID: session.id,
                        initiator: .user,
                        address: Client.desktop.address,
                        deviceInfo: Client.desktop.device.info,
                        place: "Nantes, France",
                        attempts: 1
                    )
            )
        },
        StorePromise("a log-in that is refused is not told", telling: mailing) { test in
            let ada = try await test.add("ada")
            let opening = try await test.store.open(
                .sample(of: ada),
                verified: ada.credentialVersion + 1,
                replacing: nil,
                completing: LoginCompletion(familiarity: .unknownBrowser),
                .sample(.loginSucceeded, user: ada.id)
            )

            #expect(opening == .refused)
            try await #expect(test.notices(.mail) == [])
        },
        StorePromise("what the operator does to an account is told to its owner", telling: mailing) { test in
            let ada = try await test.add("ada")
            let hash = PasswordHash(encoded: "x")
            let event = AuditEvent.sample(.passwordSet, user: ada.id)
            _ = try await test.store.setPassword(hash, of: ada.id, ending: .sample(), event)
            _ = try await test.store.setDisabled(.sample(), of: ada.id, .sample(.accountDisabled, user: ada.id))
            _ = try await test.store.setDisabled(nil, of: ada.id, .sample(.accountEnabled, user: ada.id))

            let notices = try await test.notices(.mail)

            #expect(notices.count == 2)
            #expect(Set(notices.map(\.kind)) == [.passwordSet, .accountDisabled])
            #expect(notices.allSatisfy { $0.initiator == .admin && $0.recipient == ada.user.email })
        },
        StorePromise("mail to an account that is deleted is deleted", telling: mailing) { test in
            let ada = try await test.add("ada")
            _ = try await test.logIn(ada, .unknownBrowser)
            _ = try await test.store.delete(ada.id, .sample(.accountDeleted, user: ada.id))

            try await #expect(test.notices(.mail) == [])
        },
    ]

    static let mailLimits = [
        StorePromise("what strangers bring about is told once in an hour", telling: mailing) { test in
            let ada = try await test.add("ada")
            for minute in [Int64(0), 1, 59, 60] {
                let at = Timestamp(seconds: test.start.seconds / 3_600 * 3_600 + minute * 60)
                for _ in 0..<3 {
                    try await test.store.note(failure: .sample(.loginThrottled, at: at, user: ada.id, by: .system))
                    try await test.store.note(failure: .sample(.loginFailed, at: at, user: ada.id, by: .system))
                }
            }
            try await test.store.note(failure: .sample(.loginThrottled, user: nil, by: .system))

            let notices = try await test.notices(.mail)

            #expect(notices.map(\.kind) == [.signInFailures, .signInFailures])
            #expect(notices.map(\.withheldCount) == [0, 0])
        },
        StorePromise("mail beyond an hour's limit is counted, and the next one has the count", telling: mailing) {
            test in
            let ada = try await test.add("ada")
            let max = NoticeLimit.ofOwners.perHour
            for _ in 0..<max + 4 { _ = try await test.logIn(ada, .unknownBrowser) }
            _ = try await test.logIn(ada, .unknownBrowser, at: test.start.adding(seconds: 3_600))
            _ = try await test.logIn(ada, .unknownBrowser, at: test.start.adding(seconds: 3_601))

            let notices = try await test.notices(.mail)

            #expect(notices.count == max + 2)
            #expect(notices.suffix(2).map(\.withheldCount) == [4, 0])
            #expect(notices.prefix(max).allSatisfy { $0.withheldCount == 0 })
        },
        StorePromise("mail beyond a day's limit is held back, though it was sent", telling: mailing) { test in
            let ada = try await test.add("ada")
            let max = NoticeLimit.ofOwners.perDay
            for number in 0..<max + 1 {
                _ = try await test.logIn(ada, .unknownBrowser, at: test.start.adding(seconds: Int64(number) * 600))
            }
            let written = try await test.notices(.mail)
            for notice in written { try await test.store.finish(notice, as: .delivered, at: test.start) }
            _ = try await test.logIn(ada, .unknownBrowser, at: test.start.adding(seconds: 80_000))
            try await #expect(test.notices(.mail) == [])
            _ = try await test.logIn(ada, .unknownBrowser, at: test.start.adding(seconds: 86_400))

            #expect(written.count == max)
            try await #expect(test.notices(.mail).map(\.withheldCount) == [2])
        },
        StorePromise("strangers do not use up the mail about what follows", telling: mailing) { test in
            let ada = try await test.add("ada")
            let bob = try await test.add("bob")
            for hour in Int64(0)..<24 {
                let at = test.start.adding(seconds: hour * 3_600)
                for kind in [AuditEvent.Kind.loginThrottled, .accountLocked] {
                    try await test.store.note(failure: .sample(kind, at: at, user: ada.id, by: .system))
                }
            }
            let later = test.start.adding(seconds: 23 * 3_600 + 60)
            _ = try await test.logIn(ada, .unknownBrowser, at: later)
            _ = try await test.logIn(bob, .unknownBrowser, at: later)

            let notices = try await test.notices(.mail)

            let toAda = notices.filter { $0.userID == ada.id }
            #expect(toAda.count == NoticeLimit.ofStrangers.perDay + 1)
            #expect(toAda.last?.kind == .newSignIn)
            #expect(toAda.last?.withheldCount == 48 - NoticeLimit.ofStrangers.perDay)
            #expect(notices.filter { $0.userID == bob.id }.map(\.withheldCount) == [0])
        },
    ]
}

extension StoreUnderTest {
    /// Opens a session that leaves its familiarity behind, from a place.
    func logIn(
        _ account: Account,
        _ familiarity: LoginFamiliarity,
        at time: Timestamp = ManualClock.start,
        replacing replaced: ReplacedSession? = nil
    ) async throws -> Session {
        let current = try #require(try await store.account(account.id))
        var session = Session.sample(of: current, at: time)
        session.location = Location()
        session.location?.city = "Nantes"
        session.location?.country = "France"
        let opening = try await store.open(
            session,
            verified: current.credentialVersion,
            replacing: replaced,
            completing: LoginCompletion(familiarity: familiarity),
            .sample(.loginSucceeded, at: time, user: account.id, session: session.id, by: .session(session.id))
        )
        try #require(opening == .opened)
        return session
    }

    /// All notices of a lane that are not finished, in the order of their making; they stay due.
    ///
    /// - Parameters:
    ///   - lane: Which.
    ///   - isWhole: Whether those are among them that ask an owner to confirm an address, as each new account's is.
    /// - Returns: The notices.
    /// - Throws: When the store fails.
    func notices(_ lane: Notice.Lane, withConfirmations isWhole: Bool = false) async throws -> [Notice] {
        let late = start.adding(seconds: 1_000_000_000)
        return try await store.takeNotices(of: lane, at: late, until: late, limit: 1_000)
            .filter { isWhole || $0.kind != .emailConfirmation }
            .sorted { ($0.at, $0.id) < ($1.at, $1.id) }
    }
}
