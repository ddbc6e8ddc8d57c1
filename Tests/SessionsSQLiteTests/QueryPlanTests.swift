import Sessions
import SessionsTesting
import Synchronization
import Testing

@testable import SessionsSQL
@testable import SessionsSQLite

@Suite struct `Query plans` {
    @Test(arguments: HotPath.all)
    func `a statement that people wait for uses an index, and sorts nothing`(path: HotPath) async throws {
        let database = try TemporaryDatabase()
        let account = try await database.add("ada")
        let session = try await database.open(account)
        let log = StatementLog()
        let store = SQLStore(driver: RecordingDriver(base: try database.driver, log: log))

        try await path.run(store, account, session)

        let plans = log.plans
        #expect(!plans.isEmpty)
        for (statement, plan) in plans {
            let scans = plan.filter { $0.hasPrefix("SCAN") && !$0.hasSuffix("CONSTANT ROWS") }
            #expect(scans.isEmpty, "\(statement)\n\(plan.joined(separator: "\n"))")
            #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(statement)\n\(plan.joined(separator: "\n"))")
        }
    }
}

/// Something that is done for a request, or in a batch that requests wait for.
struct HotPath: Sendable, CustomStringConvertible {
    let description: String
    let run: @Sendable (any SessionStore, Account, Session) async throws -> Void

    init(_ description: String, _ run: @escaping @Sendable (any SessionStore, Account, Session) async throws -> Void) {
        self.description = description
        self.run = run
    }

    private static let now = ManualClock.start.adding(seconds: 1)

    static let all = [
        HotPath("the record of a token") { store, _, session in _ = try await store.record(of: session.id) },
        HotPath("the account of an address") { store, account, _ in
            _ = try await store.account(named: .email(account.user.email))
        },
        HotPath("the account of a name") { store, account, _ in
            _ = try await store.account(named: .username(account.user.username))
        },
        HotPath("an account") { store, account, _ in _ = try await store.account(account.id) },
        HotPath("a user's list") { store, account, _ in
            _ = try await store.sessions(of: account.id, activeAt: now, limit: 50)
        },
        HotPath("the order of a user's list") { store, account, _ in
            _ = try await store.sessionIDs(of: account.id, activeAt: now, limit: 50)
        },
        HotPath("some of a user's sessions") { store, account, session in
            _ = try await store.sessions([session.id, .make(at: now)], of: account.id, activeAt: now)
        },
        HotPath("a log-in that replaces a session") { store, account, session in
            let replaced = ReplacedSession(
                id: session.id,
                ending: .sample(.replaced, by: .system),
                event: .sample(.sessionReplaced, user: account.id)
            )
            let event = AuditEvent.sample(.loginSucceeded, user: account.id)
            _ = try await store.open(.sample(of: account), verified: 1, replacing: replaced, event)
        },
        HotPath("the revocation of one") { store, account, session in
            let event = AuditEvent.sample(.sessionRevoked, user: account.id)
            _ = try await store.end(.one(session.id, of: account.id), .sample(), event)
        },
        HotPath("the revocation of the others") { store, account, session in
            let event = AuditEvent.sample(.sessionRevoked, user: account.id)
            _ = try await store.end(.allExcept(.make(at: now), of: account.id), .sample(), event)
        },
        HotPath("the revocation of all") { store, account, _ in
            let event = AuditEvent.sample(.sessionRevoked, user: account.id)
            _ = try await store.end(.all(of: account.id), .sample(), event)
        },
        HotPath("a password that is set") { store, account, _ in
            let event = AuditEvent.sample(.passwordSet, user: account.id)
            _ = try await store.setPassword(PasswordHash(encoded: "x"), of: account.id, ending: .sample(), event)
        },
        HotPath("the deletion of an account") { store, account, _ in
            _ = try await store.delete(account.id, .sample(.accountDeleted, user: account.id))
        },
        HotPath("activity") { store, _, session in
            try await store.note([SessionActivity(id: session.id, at: now, client: .mobile)])
        },
        HotPath("a listing") { store, account, session in
            let listing = SessionListing(id: .make(at: now), userID: account.id, at: now, sessionIDs: [session.id])
            try await store.save(listing)
            _ = try await store.listing(listing.id, of: account.id)
        },
        HotPath("an attempt to log in") { store, account, _ in
            let budgets = try [1, 2].map { number in
                AttemptBudget(try .sample(number), failuresMax: 10, windowSeconds: 900, pause: .growing)
            }
            _ = try await store.admit(budgets, at: now)
            try await store.settle([.takeBack(budgets[0].key), .forget(budgets[1].key)])
        },
        HotPath("a known browser") { store, account, _ in
            try await store.know(.sample(1), of: account.id, at: now)
            _ = try await store.knows([.sample(1)], of: account.id)
            try await store.forget(.sample(1), of: account.id, .sample(.knownBrowserForgotten, user: account.id))
        },
        HotPath("a second factor that is set up, turned on, used and turned off") { store, account, session in
            try await store.enableSecondFactor(of: account, in: session)
            _ = try await store.account(account.id)
            let code = try RecoveryCodeDigest.sample(2)
            for (kind, using) in [
                (.password(PasswordHash(encoded: "x")), .step(2)), (.recoveryCodes([code]), .step(3)),
                (.passwordUnusable, .recoveryCode(code)), (.secondFactorOff, nil),
            ] as [(CredentialChange.Kind, SecondFactorUse?)] {
                var change = try await store.change(kind, in: session)
                change.using = using
                change.endingOthers = .sample()
                guard case .made = try await store.make(change) else { throw NotMade() }
            }
        },
        HotPath("a second factor that the operator turns off") { store, account, session in
            try await store.enableSecondFactor(of: account, in: session)
            let event = AuditEvent.sample(.secondFactorDisabled, user: account.id)
            _ = try await store.removeSecondFactor(of: account.id, ending: .sample(), event)
        },
        HotPath("a log-in with a second step") { store, account, session in
            try await store.enableSecondFactor(of: account, in: session)
            for code in [SecondFactorUse.step(2), .recoveryCode(try .sample(1))] {
                let current = try #require(try await store.account(account.id))
                let event = AuditEvent.sample(.secondFactorAsked, user: account.id)
                try await store.add(.sample(1, of: current), settling: [], noting: event)
                let challenge = try #require(try await store.challenge(.sample(1)))
                _ = try await store.hasRecoveryCode(.sample(1), of: account.id)
                let recovery = LoginCompletion.SecondStep.Recovery(
                    ending: .sample(),
                    event: .sample(.recoveryCodeUsed, user: account.id)
                )
                let step = LoginCompletion.SecondStep(
                    challenge: challenge.digest,
                    using: code,
                    recovery: code.isRecoveryCode ? recovery : nil
                )
                let login = AuditEvent.sample(.loginSucceeded, user: account.id)
                let opening = try await store.open(
                    .sample(of: current),
                    verified: current.credentialVersion,
                    replacing: nil,
                    completing: LoginCompletion(secondStep: step),
                    login
                )
                switch opening {
                case .opened, .recovered: break
                default: throw NotMade()
                }
            }
        },
        HotPath("what is left of a second factor") { store, account, _ in
            _ = try await store.pendingSecondFactor(of: account.id)
            _ = try await store.recoveryCodesLeft(of: account.id)
            try await store.renew(SealedSeed.sample(1), as: .sample(2), of: account.id)
        },
        HotPath("a step of the sweep of challenges") { store, _, _ in
            _ = try await store.sweepChallenges(at: now, limit: 500)
        },
        HotPath("a step of the sweep of attempts") { store, _, _ in
            _ = try await store.sweepAttempts(at: now, expendableMax: 100_000, limit: 500)
        },
        HotPath("a step of the purge of browsers") { store, _, _ in
            _ = try await store.purgeBrowsers(before: now, limit: 500)
        },
        HotPath("a step of the sweep") { store, _, session in
            _ = try await store.expire(at: session.expiresAt, limit: 500)
        },
        HotPath("an account's events") { store, account, _ in
            let events = try await store.events(of: account.id, before: nil, limit: 50)
            _ = try await store.events(of: account.id, before: events.last?.id, limit: 50)
        },
        HotPath("a failure, and what the minute before has merged") { store, account, _ in
            for second in [Int64](repeating: 1, count: 11) + [61] {
                let at = ManualClock.start.adding(seconds: second)
                try await store.note(failure: .sample(.loginFailed, at: at, user: account.id))
                try await store.note(failure: .sample(.loginFailed, at: at, user: nil))
            }
        },
        HotPath("a step of the sealing") { store, account, _ in
            for _ in 0..<11 { try await store.note(failure: .sample(.loginFailed, user: account.id)) }
            _ = try await store.seal(at: now.adding(seconds: 60), limit: 500)
        },
        HotPath("a step of the shortening and of the removal of addresses") { store, _, session in
            _ = try await store.end(.any(session.id), .sample(), .sample(.sessionRevoked, user: session.userID))
            _ = try await store.shortenAddresses(before: now.adding(seconds: 1), limit: 500)
            _ = try await store.removeAddresses(before: now.adding(seconds: 1), limit: 500)
        },
        HotPath("a step of the purge of events") { store, _, _ in
            _ = try await store.seal(at: now, limit: 500)
            _ = try await store.purgeEvents(before: now.adding(seconds: 1), at: now, limit: 500)
        },
        HotPath("a notice that is taken, put off and finished") { store, account, _ in
            let event = AuditEvent.sample(.passwordSet, user: account.id)
            _ = try await store.setPassword(PasswordHash(encoded: "x"), of: account.id, ending: .sample(), event)
            for _ in 0..<2 {
                let later = now.adding(seconds: 60)
                let taken = try await store.takeNotices(of: .mail, at: later, until: later, limit: 8)
                guard let notice = taken.first else { throw NotMade() }
                try await store.putOff(notice, until: now)
            }
            let taken = try await store.takeNotices(of: .mail, at: now, until: now, limit: 8)
            for notice in taken { try await store.finish(notice, as: .delivered, at: now) }
        },
        HotPath("the locks that a log-in reads, and a step of their purge") { store, account, _ in
            _ = try await store.locks(on: account.id, at: now)
            _ = try await store.locks(on: nil, at: now)
            _ = try await store.purgeLocks(before: now, limit: 500)
        },
        HotPath("a page of all live sessions, and a batch of them that is ended") { store, _, session in
            let page = try await store.liveSessions(of: nil, after: nil, activeAt: now, limit: 500)
            let position = page.last.map(SessionPosition.init)
            _ = try await store.liveSessions(of: nil, after: position, activeAt: now, limit: 500)
            let event = AuditEvent.sample(.sessionRevoked, user: session.userID, session: session.id)
            _ = try await store.end(.sample(), [event])
        },
        HotPath("a step of the purge of notices") { store, _, _ in
            _ = try await store.purgeNotices(before: now, limit: 500)
        },
        HotPath("a step of the purge") { store, _, _ in
            _ = try await store.purge(endedBefore: now, listedBefore: now, limit: 500)
        },
    ]
}

/// Thrown where a path did not go where it should.
private struct NotMade: Error {}

extension SessionStore {
    /// A change in a session, of the account as it is now.
    fileprivate func change(_ kind: CredentialChange.Kind, in session: Session) async throws -> CredentialChange {
        CredentialChange(
            kind,
            of: session.userID,
            verified: try #require(try await account(session.userID)).credentialVersion,
            at: ManualClock.start.adding(seconds: 1),
            in: session.id,
            tokenDigest: session.tokenDigest,
            events: []
        )
    }

    fileprivate func enableSecondFactor(of account: Account, in session: Session) async throws {
        let pending = PendingSecondFactor(
            userID: account.id,
            seed: try .sample(1),
            sessionID: session.id,
            expiresAt: session.expiresAt
        )
        for _ in 0..<2 { _ = try await begin(pending) }
        let kind = CredentialChange.Kind.secondFactorOn(pending.seed, step: 1, recoveryCodes: [try .sample(1)])
        guard case .made = try await make(change(kind, in: session)) else { throw NotMade() }
    }
}

/// The plan of each statement that was run.
private final class StatementLog: Sendable {
    private let entries = Mutex<[(String, [String])]>([])

    var plans: [(String, [String])] { entries.withLock(\.self) }

    func add(_ statement: String, _ plan: [String]) {
        entries.withLock { $0.append((statement, plan)) }
    }
}

private struct RecordingDriver<Base: SQLDriver>: SQLDriver {
    let base: Base
    let log: StatementLog

    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
        try await base.read { [log] in try body(RecordingConnection(base: $0, log: log)) }
    }

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
        try await base.write { [log] in try body(RecordingConnection(base: $0, log: log)) }
    }
}

private struct RecordingConnection: SQLConnection {
    let base: any SQLConnection
    let log: StatementLog

    var policy: NoticePolicy { NoticePolicy(mailsOwners: true, webhooks: ["https://hooks.example/"]) }

    func rows(_ sql: SQL) throws -> [SQLRow] {
        try explain(sql)
        return try base.rows(sql)
    }

    func run(_ sql: SQL) throws -> Int {
        try explain(sql)
        return try base.run(sql)
    }

    func lock(_ locks: [SQLLock]) throws {
        try base.lock(locks)
    }

    func assureEndings() throws {
        try base.assureEndings()
    }

    private func explain(_ sql: SQL) throws {
        let plan = try base.rows("EXPLAIN QUERY PLAN \(part: sql)").map { row in
            var row = row
            for _ in 0..<3 { _ = try row.integer() }
            return try row.text()
        }
        log.add(sql.text, plan)
    }
}
