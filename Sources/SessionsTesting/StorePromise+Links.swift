import Sessions
import Testing

extension StorePromise {
    private static let mailing = NoticePolicy(mailsOwners: true)

    static let links = [
        StorePromise("a link is there with its notice, for as long as its purpose says", telling: mailing) { test in
            let ada = try await test.add("ada")
            _ = try await test.logIn(ada, .unknownBrowser)
            try await test.ask(ada)

            for (kind, purpose) in [
                (Notice.Kind.newSignIn, MailedLink.Purpose.report), (.passwordForgotten, .password),
                (.emailConfirmation, .email),
            ] {
                let notice = try await test.notice(kind, to: ada)
                let expected = MailedLink(
                    id: notice.id,
                    purpose: purpose,
                    userID: ada.id,
                    address: ada.user.email,
                    credentialVersion: ada.credentialVersion,
                    eventID: notice.eventID,
                    expiresAt: notice.at.adding(seconds: purpose.lifetimeSeconds)
                )
                try await #expect(test.store.link(notice.id) == expected)
            }
        },
        StorePromise("no link is kept where nobody is mailed") { test in
            let ada = try await test.add("ada")
            let event = AuditEvent.sample(.passwordResetRequested, user: ada.id, by: .system)
            try await test.store.note(failure: event)

            try await #expect(test.notices(.mail, withConfirmations: true) == [])
            try await #expect(test.store.link(.make(at: test.start)) == nil)
        },
        StorePromise(
            "a new link to a password or an address makes the one before void, a report none",
            telling: mailing
        ) {
            test in
            let ada = try await test.add("ada")
            for second in Int64(0)..<2 {
                let at = test.start.adding(seconds: second)
                _ = try await test.logIn(ada, .unknownBrowser, at: at)
                try await test.ask(ada, at: at)
            }
            let notices = try await test.notices(.mail)

            var kept: [Notice.Kind: Int] = [:]
            for notice in notices where try await test.store.link(notice.id) != nil {
                kept[notice.kind, default: 0] += 1
            }
            #expect(kept == [.newSignIn: 2, .passwordForgotten: 1])
            #expect(notices.count == 4)
        },
        StorePromise("a link is used once, by one of those who use it at once", telling: mailing) { test in
            let ada = try await test.add("ada")
            try await test.ask(ada)
            let link = try await test.link(.passwordForgotten, of: ada)
            let use = test.use(link, .password(PasswordHash(encoded: "new"), ending: .sample(.passwordChanged)))

            let outcomes = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<8 { group.addTask { try await test.store.use(use) != nil } }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }

            #expect(outcomes == 1)
            try await #expect(test.store.link(link.id) == nil)
            try await #expect(test.store.account(ada.id)?.credentialVersion == ada.credentialVersion + 1)
            let events = try await test.events().filter { $0.kind == .passwordReset }
            #expect(events.count == 1)
        },
        StorePromise("a password that is set by a link ends all, forgets browsers and challenges", telling: mailing) {
            test in
            let ada = try await test.add("ada")
            let bob = try await test.add("bob")
            let session = try await test.open(ada)
            let bobs = try await test.open(bob)
            try await test.store.know(.sample(1), of: ada.id, at: test.start)
            let challenge = try await test.challenge(1, to: ada.id)
            try await test.ask(ada)
            let link = try await test.link(.passwordForgotten, of: ada)
            let ending = Session.Ending.sample(.passwordChanged, by: .system)
            let use = test.use(link, .password(PasswordHash(encoded: "new"), ending: ending))

            let events = try await test.events {
                try await #expect(test.store.use(use) == EndedSessions(active: [session.id: ada.id]))
            }

            var changed = ada
            changed.passwordHash = PasswordHash(encoded: "new")
            changed.user.passwordChangedAt = use.at
            // Mail to the address has reached its owner.
            changed.user.isEmailVerified = true
            changed.credentialVersion += 1
            changed.epoch += 1
            try await #expect(test.store.account(ada.id) == changed)
            #expect(events == [use.event.ending(1)])
            try await #expect(test.ending(of: session) == ending)
            try await #expect(test.ending(of: bobs) == nil)
            try await #expect(!test.store.knows([.sample(1)], of: ada.id))
            try await #expect(test.store.challenge(challenge.digest) == nil)
        },
        StorePromise("a report by a link leaves no password, and a link to set one", telling: mailing) { test in
            let ada = try await test.add("ada")
            let session = try await test.logIn(ada, .unknownBrowser)
            let link = try await test.link(.newSignIn, of: ada)
            // It must be good after a stranger has changed the password.
            let other = PasswordHash(encoded: "a stranger's")
            _ = try await test.store.setPassword(
                other,
                of: ada.id,
                ending: .sample(),
                .sample(.passwordSet, user: ada.id)
            )
            let second = try await test.open(ada)
            let use = test.report(link)

            try await #expect(test.store.use(use) == EndedSessions(active: [second.id: ada.id]))

            let account = try #require(try await test.store.account(ada.id))
            #expect(account.passwordHash == nil && account.user.email == ada.user.email)
            #expect(!account.user.isEmailVerified)
            try await #expect(test.ending(of: session) != nil)
            let next = try await test.link(.suspicionReported, of: ada)
            #expect(next.purpose == .password && next.credentialVersion == account.credentialVersion)
            try await #expect(test.store.use(use) == nil)
        },
        StorePromise("a report by a link gives the address back that was changed since", telling: mailing) { test in
            let ada = try await test.add("ada")
            _ = try await test.logIn(ada, .unknownBrowser)
            let link = try await test.link(.newSignIn, of: ada)
            let new = try #require(EmailAddress("eve@example.net"))
            let change = try await test.link(to: new, of: ada)
            try await #expect(test.store.use(test.use(change, .email)) == EndedSessions())
            _ = try await test.logIn(ada, .unknownBrowser)
            let eves = try await test.links(of: ada).filter { $0.address == new }
            // Nobody else can have it meanwhile.
            let squatter = try Account.sample("squatter", email: ada.user.email)
            try await #expect(!test.store.add(squatter, .sample(.accountCreated, user: squatter.id)))

            let use = test.report(link)
            let events = try await test.events { try await #expect(test.store.use(use) != nil) }

            let account = try #require(try await test.store.account(ada.id))
            #expect(account.user.email == ada.user.email && account.user.isEmailVerified)
            #expect(Set(events.map(\.kind)) == [.suspicionReported, .emailChanged])
            #expect(eves.count == 2)
            for each in eves { try await #expect(test.store.link(each.id) == nil) }
            let told = try await test.notices(.mail).filter { $0.kind == .emailChanged }
            #expect(told.map(\.recipient?.description).sorted { $0 ?? "" < $1 ?? "" }.count == 4)
            try await #expect(test.link(.suspicionReported, of: ada).address == ada.user.email)
            let late = test.start.adding(seconds: 200_000)
            let follower = try Account.sample("follower", at: late, email: new)
            try await #expect(test.store.add(follower, .sample(.accountCreated, at: late, user: follower.id)))
        },
        StorePromise("an address is changed by a link, and void is what was verified before", telling: mailing) {
            test in
            let ada = try await test.add("ada")
            let session = try await test.open(ada)
            try await test.ask(ada)
            let password = try await test.link(.passwordForgotten, of: ada)
            let new = try #require(EmailAddress("ada@example.net"))
            let link = try await test.link(to: new, of: ada)

            try await #expect(test.store.use(test.use(link, .email)) == EndedSessions())

            let account = try #require(try await test.store.account(named: .email(new)))
            #expect(account.user.isEmailVerified && account.credentialVersion == ada.credentialVersion + 1)
            #expect(account.epoch == ada.epoch)
            try await #expect(test.ending(of: session) == nil)
            let hash = PasswordHash(encoded: "new")
            try await #expect(test.store.use(test.use(password, .password(hash, ending: .sample()))) == nil)
        },
        StorePromise("an address that another account has is not mailed, and not given by a link", telling: mailing) {
            test in
            let ada = try await test.add("ada")
            let wanted = try #require(EmailAddress("bob@example.org"))
            let link = try await test.link(to: wanted, of: ada)
            let bob = try await test.add("bob")

            try await #expect(test.store.use(test.use(link, .email)) == nil)
            try await test.request(wanted, for: ada)

            let confirmations = try await test.notices(.mail, withConfirmations: true).filter { $0.recipient == wanted }
            #expect(confirmations.map(\.userID).sorted() == [ada.id, bob.id].sorted())
        },
        StorePromise("a link is void when it is too old, or its account disabled or gone", telling: mailing) { test in
            let ada = try await test.add("ada")
            _ = try await test.logIn(ada, .unknownBrowser)
            let link = try await test.link(.newSignIn, of: ada)
            var use = test.report(link)
            use.at = link.expiresAt
            try await #expect(test.store.use(use) == nil)
            use.at = link.expiresAt.adding(milliseconds: -1)
            _ = try await test.store.setDisabled(.sample(), of: ada.id, .sample(.accountDisabled, user: ada.id))
            try await #expect(test.store.use(use) == nil)
            _ = try await test.store.setDisabled(nil, of: ada.id, .sample(.accountEnabled, user: ada.id))

            try await #expect(test.store.sweepChallenges(at: link.expiresAt, limit: 1) == 1)
            while try await test.store.sweepChallenges(at: link.expiresAt, limit: 10) == 10 {}
            try await #expect(test.store.link(link.id) == nil)
            _ = try await test.logIn(ada, .unknownBrowser)
            let second = try await test.links(of: ada)
            _ = try await test.store.delete(ada.id, .sample(.accountDeleted, user: ada.id))
            for each in second { try await #expect(test.store.link(each.id) == nil) }
        },
    ]

    static let linkRequests = [
        StorePromise("a request is answered once, with mail to who has that name", telling: mailing) { test in
            let ada = try await test.add("ada")
            let bob = try await test.add("bob")
            _ = try await test.store.setDisabled(.sample(), of: bob.id, .sample(.accountDisabled, user: bob.id))
            for name in ["ada", "ada@example.org", "nobody", "bob", ""] {
                try await test.store.add(.sample(name))
            }

            let events = try await test.events {
                try await #expect(test.store.answerPasswordRequests(at: test.start, limit: 3) == 3)
                try await #expect(test.store.answerPasswordRequests(at: test.start, limit: 3) == 2)
                try await #expect(test.store.answerPasswordRequests(at: test.start, limit: 3) == 0)
            }

            #expect(events.count == 5 && events.allSatisfy { $0.kind == .passwordResetRequested })
            #expect(events.compactMap(\.userID) == [ada.id, ada.id])
            let notices = try await test.notices(.mail).filter { $0.kind == .passwordForgotten }
            #expect(notices.map(\.userID) == [ada.id, ada.id])
        },
        StorePromise("a request that has waited too long is not answered", telling: mailing) { test in
            let ada = try await test.add("ada")
            try await test.store.add(.sample("ada"))

            let late = test.start.adding(seconds: MailedLink.Purpose.password.lifetimeSeconds)
            try await #expect(test.store.answerPasswordRequests(at: late, limit: 3) == 1)

            try await #expect(test.notices(.mail) == [])
            try await #expect(test.store.events(of: ada.id, before: nil, limit: 9).count == 1)
        },
        StorePromise("three requests in an hour are mailed, and no failure keeps one back", telling: mailing) { test in
            let ada = try await test.add("ada")
            for number in Int64(0)..<20 {
                try await test.store.note(failure: .sample(.loginFailed, user: ada.id, by: .system))
                try await test.ask(ada, at: test.start.adding(milliseconds: number))
            }

            let notices = try await test.notices(.mail)

            #expect(notices.map(\.kind) == Array(repeating: .passwordForgotten, count: 3))
            let last = try #require(notices.last)
            try await #expect(test.store.link(last.id) != nil)
            _ = try await test.logIn(ada, .unknownBrowser)
            try await #expect(test.notices(.mail).last?.withheldCount == 0)
        },
    ]
}

extension StoreUnderTest {
    /// Asks for mail to set another password.
    fileprivate func ask(_ account: Account, at time: Timestamp = ManualClock.start) async throws {
        try await store.note(failure: .sample(.passwordResetRequested, at: time, user: account.id, by: .system))
    }

    /// The newest notice of a kind to an account's owner.
    fileprivate func notice(_ kind: Notice.Kind, to account: Account) async throws -> Notice {
        let notices = try await notices(.mail, withConfirmations: true)
        return try #require(notices.last { $0.kind == kind && $0.userID == account.id })
    }

    /// The link in it.
    fileprivate func link(_ kind: Notice.Kind, of account: Account) async throws -> MailedLink {
        try #require(try await store.link(notice(kind, to: account).id))
    }

    /// All links of an account.
    fileprivate func links(of account: Account) async throws -> [MailedLink] {
        var links: [MailedLink] = []
        for notice in try await notices(.mail, withConfirmations: true) where notice.userID == account.id {
            if let link = try await store.link(notice.id) { links.append(link) }
        }
        return links
    }

    /// Asks for an address from within a session.
    fileprivate func request(_ address: EmailAddress, for account: Account) async throws {
        let session = try await open(account)
        var change = try await change(.emailRequest(address), in: session)
        change.events = [
            .sample(.emailChangeRequested, user: account.id, session: session.id, by: .session(session.id))
        ]
        _ = try await make(change)
    }

    /// The link that an owner is mailed who asks for an address.
    fileprivate func link(to address: EmailAddress, of account: Account) async throws -> MailedLink {
        try await request(address, for: account)
        return try #require(try await links(of: account).last { $0.purpose == .email && $0.address == address })
    }

    fileprivate func use(_ link: MailedLink, _ change: LinkUse.Change) -> LinkUse {
        let at = start.adding(seconds: 2)
        let kind: AuditEvent.Kind = change == .email ? .emailChanged : .passwordReset
        return LinkUse(of: link, change, at: at, .sample(kind, at: at, user: link.userID, by: .system))
    }

    fileprivate func report(_ link: MailedLink) -> LinkUse {
        let at = start.adding(seconds: 2)
        return LinkUse(
            of: link,
            .report(
                ending: .sample(.reported, by: .system),
                restoring: .sample(.emailChanged, at: at, user: link.userID, by: .system)
            ),
            at: at,
            .sample(.suspicionReported, at: at, user: link.userID, by: .system)
        )
    }
}

extension PasswordRequest {
    fileprivate static func sample(_ name: String) -> PasswordRequest {
        PasswordRequest(
            id: .make(at: ManualClock.start),
            name: LoginName(name),
            at: ManualClock.start,
            address: Client.desktop.address,
            deviceInfo: Client.desktop.device.info
        )
    }
}
