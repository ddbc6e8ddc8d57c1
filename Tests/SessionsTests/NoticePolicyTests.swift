import Sessions
import SessionsTesting
import Testing

@Suite struct `A notice policy` {
    private let user = UserID.make(at: ManualClock.start)
    private let everything = NoticePolicy(mailsOwners: true, webhooks: ["https://hook.example/"])

    @Test(arguments: AuditEvent.Kind.allCases)
    func `of nobody tells nothing`(kind: AuditEvent.Kind) {
        let event = AuditEvent.sample(kind, user: user)

        #expect(NoticePolicy.none.drafts(of: event, ended: [:], familiarity: .unknownBrowser).isEmpty)
    }

    @Test(arguments: AuditEvent.Kind.allCases)
    func `mails owners what they should act on, and nothing that they do every day`(kind: AuditEvent.Kind) {
        let told: [AuditEvent.Kind: Notice.Kind] = [
            .loginSucceeded: .newSignIn, .loginSucceededAfterFailures: .newSignIn, .passwordChanged: .passwordChanged,
            .passwordSet: .passwordSet, .secondFactorEnabled: .secondFactorEnabled,
            .secondFactorDisabled: .secondFactorDisabled, .recoveryCodesMade: .recoveryCodesMade,
            .recoveryCodeUsed: .recoveryCodeUsed, .loginThrottled: .signInFailures, .accountLocked: .accountLocked,
            .suspicionReported: .suspicionReported, .accountDisabled: .accountDisabled,
            .accountCreated: .emailConfirmation, .emailChangeRequested: .emailConfirmation,
            .emailChanged: .emailChanged, .passwordResetRequested: .passwordForgotten, .passwordReset: .passwordChanged,
        ]
        let event = AuditEvent.sample(kind, user: user)

        #expect(Notice.Kind(telling: event, familiarity: .unknownBrowser) == told[kind])
        if told[kind] == .newSignIn { #expect(Notice.Kind(telling: event, familiarity: .known) == nil) }
    }

    @Test func `tells nobody of what concerns no account`() {
        let event = AuditEvent.sample(.loginThrottled, user: nil)

        #expect(everything.drafts(of: event, ended: [:], familiarity: .known).isEmpty)
    }

    @Test func `signals each session that an event has ended, to each webhook`() {
        let ended = Dictionary(uniqueKeysWithValues: (0..<3).map { _ in (SessionID.make(at: ManualClock.start), user) })
        let event = AuditEvent.sample(.sessionRevoked, user: nil)

        let drafts = everything.drafts(of: event, ended: ended, familiarity: .known)

        #expect(drafts.map(\.kind) == [.sessionRevoked, .sessionRevoked, .sessionRevoked])
        #expect(Set(drafts.compactMap(\.sessionID)) == Set(ended.keys))
        #expect(Set(drafts.map(\.key)).count == 3)
    }

    @Test func `tells a service neither address nor device`() throws {
        let event = AuditEvent.sample(.passwordChanged, user: user)

        let drafts = everything.drafts(of: event, ended: [:], familiarity: .known)

        let (mail, signal) = (try #require(drafts.first), try #require(drafts.last))
        #expect(mail.notice(of: event).address == event.address && mail.notice(of: event).deviceInfo != nil)
        #expect(signal.notice(of: event).address == nil && signal.notice(of: event).deviceInfo == nil)
    }

    @Test func `cuts a place at its limit`() throws {
        let event = AuditEvent.sample(.passwordChanged, user: user)
        let draft = try #require(everything.drafts(of: event, ended: [:], familiarity: .known).first)

        let place = draft.notice(of: event, place: String(repeating: "é", count: 1_000)).place

        #expect(place?.utf8.count == Notice.placeBytesMax)
    }
}

@Suite struct `The limit on an owner's mail` {
    private typealias Recent = [(kind: Notice.Kind, at: Timestamp)]
    private let now = ManualClock.start

    @Test func `is 10 in an hour and 30 in a day, to the millisecond`() {
        let lastHour: Recent = (0..<10).map { _ in (.newSignIn, now.adding(seconds: -3_600).adding(milliseconds: 1)) }
        let hourBefore: Recent = (0..<10).map { _ in (.newSignIn, now.adding(seconds: -3_600)) }
        let lastDay: Recent = (0..<30).map { _ in (.newSignIn, now.adding(seconds: -86_400).adding(milliseconds: 1)) }
        let dayBefore: Recent = (0..<30).map { _ in (.newSignIn, now.adding(seconds: -86_400)) }

        #expect(!NoticeLimit.admits(.passwordChanged, at: now, after: lastHour))
        #expect(NoticeLimit.admits(.passwordChanged, at: now, after: hourBefore))
        #expect(NoticeLimit.admits(.passwordChanged, at: now, after: lastHour.dropLast()))
        #expect(!NoticeLimit.admits(.passwordChanged, at: now, after: lastDay))
        #expect(NoticeLimit.admits(.passwordChanged, at: now, after: dayBefore))
        #expect(NoticeLimit.admits(.passwordChanged, at: now, after: lastDay.dropLast()))
    }

    @Test func `of what strangers bring about leaves that of all else as it is, and the other way round`() {
        let strange: Recent = (0..<10).map { _ in (.signInFailures, now.adding(seconds: -1)) }
        let own: Recent = (0..<9).map { _ in (.newSignIn, now.adding(seconds: -1)) }

        #expect(NoticeLimit.admits(.passwordChanged, at: now, after: strange + own))
        #expect(!NoticeLimit.admits(.accountLocked, at: now, after: strange))
        #expect(NoticeLimit.admits(.accountLocked, at: now, after: own + strange.prefix(2)))
        #expect(!NoticeLimit.admits(.accountLocked, at: now, after: own + strange.prefix(3)))
    }
}
