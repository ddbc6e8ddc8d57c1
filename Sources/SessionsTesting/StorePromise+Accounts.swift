import Sessions
import Testing

extension StorePromise {
    static let accounts = [
        StorePromise("a store keeps one instance id") { test in
            let id = try await test.store.instanceID()

            try await test.store.ping()
            try await #expect(test.store.instanceID() == id)
        },
        StorePromise("an account is found by its address, its name and its id, as it was added") { test in
            let account = try await test.add("ada")
            _ = try await test.add("bob")

            try await #expect(test.store.account(named: .email(account.user.email)) == account)
            try await #expect(test.store.account(named: .username(account.user.username)) == account)
            try await #expect(test.store.account(account.id) == account)
        },
        StorePromise("every field of an account is read back as it was written") { test in
            var account = try Account.sample("ada", passwordHash: nil)
            account.user.isEmailVerified = true
            account.user.passwordChangedAt = Timestamp(milliseconds: -1)
            account.credentialVersion = .max
            account.epoch = 7
            account.isDisabled = true

            try await #expect(test.store.add(account, .sample(.accountCreated, user: account.id)))
            try await #expect(test.store.account(account.id) == account)
        },
        StorePromise("a name that nobody has finds nobody") { test in
            _ = try await test.add("ada")
            let bob = try Account.sample("bob")

            try await #expect(test.store.account(named: .email(bob.user.email)) == nil)
            try await #expect(test.store.account(named: .username(bob.user.username)) == nil)
            try await #expect(test.store.account(bob.id) == nil)
        },
        StorePromise("an account whose address or name is taken is not added, and leaves no event") { test in
            let ada = try await test.add("ada")
            let bob = try await test.add("bob")
            var sameEmail = try Account.sample("carol")
            sameEmail.user.email = ada.user.email
            let sameName = try Account.sample("bob")
            var both = try Account.sample("ada")
            both.user.email = bob.user.email

            let events = try await test.events {
                for account in [sameEmail, sameName, both] {
                    try await #expect(!test.store.add(account, .sample(.accountCreated, user: account.id)))
                    try await #expect(test.store.account(account.id) == nil)
                }
            }

            #expect(events.isEmpty)
            try await #expect(test.store.account(ada.id) == ada)
        },
        StorePromise("adding an account writes its event, whole") { test in
            let account = try Account.sample("ada")
            let event = AuditEvent.sample(.accountCreated, user: account.id, by: .system)

            let events = try await test.events { _ = try await test.store.add(account, event) }

            #expect(events == [event])
        },
        StorePromise("of several accounts all are added, with their events, or none when names are taken") { test in
            let ada = try await test.add("ada")
            let accounts = try ["bob", "carol", "dora"].map { try Account.sample($0) }
            let events = accounts.map { AuditEvent.sample(.accountImported, user: $0.id) }
            var named = try Account.sample("eve")
            named.user.username = ada.user.username
            var addressed = try Account.sample("fred")
            addressed.user.email = ada.user.email
            let mixed = [accounts[0], named, accounts[1], addressed]

            let none = try await test.events {
                let taken = try await test.store.add(mixed, mixed.map { .sample(.accountImported, user: $0.id) })
                #expect(taken == [TakenName(index: 1, field: .username), TakenName(index: 3, field: .email)])
            }
            try await #expect(test.store.accounts(after: nil, limit: 10) == [ada])
            let all = try await test.events { try await #expect(test.store.add(accounts, events) == []) }

            #expect(none.isEmpty)
            #expect(all == Set(events))
            try await #expect(Set(test.store.accounts(after: nil, limit: 10)) == Set([ada] + accounts))
        },
        StorePromise("accounts are paged in the order of their making") { test in
            var accounts: [Account] = []
            for (number, name) in ["dora", "ada", "carol", "bob"].enumerated() {
                accounts.append(try await test.add(name, at: test.start.adding(seconds: Int64(number))))
            }

            try await #expect(test.store.accounts(after: nil, limit: 3) == Array(accounts[0..<3]))
            try await #expect(test.store.accounts(after: accounts[1].id, limit: 10) == Array(accounts[2...]))
            try await #expect(test.store.accounts(after: accounts[3].id, limit: 10) == [])
        },
        StorePromise("of registrations of one name in parallel exactly one succeeds") { test in
            let account = try Account.sample("ada")
            let added = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<20 {
                    group.addTask {
                        var account = try Account.sample(number.isMultiple(of: 2) ? "ada" : "ada\(number)")
                        account.user.email = try #require(EmailAddress("ada@example.org"))
                        return try await test.store.add(account, .sample(.accountCreated, user: account.id))
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }

            #expect(added == 1)
            try await #expect(test.store.accounts(after: nil, limit: 100).count == 1)
            try await #expect(test.store.account(named: .email(account.user.email)) != nil)
            try await #expect(test.events().count == 1)
        },
    ]

    static let accountChanges = [
        StorePromise("a renewed hash takes the place of the one it was made from, and changes nothing else") { test in
            var account = try await test.add("ada")
            let session = try await test.open(account)
            let hash = try #require(account.passwordHash)
            let renewed = PasswordHash(encoded: "$argon2id$v=19$m=128,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g")

            let events = try await test.events { try await test.store.renew(hash, as: renewed, of: account.id) }

            account.passwordHash = renewed
            #expect(events.isEmpty)
            try await #expect(test.store.account(account.id) == account)
            try await #expect(test.ending(of: session) == nil)
        },
        StorePromise("a hash that was replaced meanwhile is not renewed, nor is another user's") { test in
            let account = try await test.add("ada")
            let bob = try await test.add("bob")
            let older = PasswordHash(encoded: "$argon2id$v=19$m=32,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g")
            let renewed = PasswordHash(encoded: "$argon2id$v=19$m=128,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g")

            try await test.store.renew(older, as: renewed, of: account.id)

            try await #expect(test.store.account(account.id) == account)
            try await #expect(test.store.account(bob.id) == bob)
        },
        StorePromise("setting a password ends all sessions and voids what was verified before") { test in
            let account = try await test.add("ada")
            let bobs = try await test.open(test.add("bob"))
            let sessions = try await test.open(account, count: 3)
            let hash = PasswordHash(encoded: "$argon2id$v=19$m=128,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g")
            let ending = Session.Ending.sample(.passwordChanged)
            let event = AuditEvent.sample(.passwordSet, user: account.id)

            let events = try await test.events {
                let ended = try await test.store.setPassword(hash, of: account.id, ending: ending, event)
                #expect((ended?.active.keys).map(Set.init) == Set(sessions.map(\.id)))
            }

            var changed = account
            changed.passwordHash = hash
            changed.user.passwordChangedAt = ending.at
            changed.credentialVersion += 1
            changed.epoch += 1
            #expect(events == [event.ending(3)])
            try await #expect(test.store.account(account.id) == changed)
            for session in sessions { try await #expect(test.ending(of: session) == ending) }
            try await #expect(test.ending(of: bobs) == nil)
        },
        StorePromise("a disabled account's sessions end, and enabling it brings none of them back") { test in
            let account = try await test.add("ada")
            let session = try await test.open(account)
            let disabled = AuditEvent.sample(.accountDisabled, user: account.id)
            let enabled = AuditEvent.sample(.accountEnabled, user: account.id)

            let events = try await test.events {
                let ended = try await test.store.setDisabled(.sample(.disabled), of: account.id, disabled)
                #expect(ended == EndedSessions(active: [session.id: account.id]))
                try await #expect(test.store.account(account.id)?.isDisabled == true)
                try await #expect(test.store.setDisabled(nil, of: account.id, enabled) == EndedSessions())
            }

            var changed = account
            changed.epoch += 1
            #expect(events == [disabled.ending(1), enabled])
            try await #expect(test.store.account(account.id) == changed)
            try await #expect(test.ending(of: session) == .sample(.disabled))
            try await #expect(test.active(account.id).isEmpty)
        },
        StorePromise("a deleted account goes with its sessions and listings; its events stay and its name is free") {
            test in
            let account = try await test.add("ada")
            let live = try await test.open(account)
            let ended = try await test.open(account)
            _ = try await test.end(.any(ended.id))
            let listing = SessionListing(id: .make(at: test.start), userID: account.id, at: test.start, sessionIDs: [])
            try await test.store.save(listing)
            let before = try await test.events()
            let event = AuditEvent.sample(.accountDeleted, user: account.id)

            try await #expect(test.store.delete(account.id, event)?.active == [live.id: account.id])

            try await #expect(test.store.account(account.id) == nil)
            try await #expect(test.store.record(of: live.id) == nil)
            try await #expect(test.store.record(of: ended.id) == nil)
            try await #expect(test.store.listing(listing.id, of: account.id) == nil)
            try await #expect(test.events() == before.union([event.ending(1)]))
            _ = try await test.add("ada")
        },
        StorePromise("a change to an account that does not exist changes nothing and leaves no event") { test in
            let bob = try await test.open(test.add("bob"))
            let nobody = UserID.make(at: test.start)
            let hash = PasswordHash(encoded: "x")

            let events = try await test.events {
                let event = AuditEvent.sample(.passwordSet, user: nobody)
                try await #expect(test.store.setPassword(hash, of: nobody, ending: .sample(), event) == nil)
                try await #expect(test.store.setDisabled(.sample(), of: nobody, event) == nil)
                try await #expect(test.store.setDisabled(nil, of: nobody, event) == nil)
                try await #expect(test.store.delete(nobody, event) == nil)
                try await test.store.renew(hash, as: hash, of: nobody)
            }

            #expect(events.isEmpty)
            try await #expect(test.ending(of: bob) == nil)
        },
        StorePromise("a change to an account leaves earlier endings of its sessions as they are") { test in
            let account = try await test.add("ada")
            let session = try await test.open(account)
            let first = Session.Ending.sample(.loggedOut, by: .session(session.id))
            _ = try await test.end(.any(session.id), first)

            let later = Session.Ending.sample(at: test.start.adding(seconds: 9), .passwordChanged)
            let event = AuditEvent.sample(.passwordSet, user: account.id)
            let ended = try await test.store.setPassword(
                PasswordHash(encoded: "x"),
                of: account.id,
                ending: later,
                event
            )

            #expect(ended == EndedSessions())
            try await #expect(test.ending(of: session) == first)
            try await #expect(test.events().contains(event))
        },
    ]
}
