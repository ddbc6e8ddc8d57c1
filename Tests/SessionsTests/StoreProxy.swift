import Sessions
import SessionsTesting

/// A store with somebody listening before and after each of its calls, who may hold them up or make them fail.
struct StoreProxy: SessionStore {
    enum Call: Hashable {
        case account
        case admit
        case browser
        case challenge
        case change
        case open
        case record
        case list
        case end
        case note
        case listing
        case sweep
        case audit
        case monitor
        case notice
        case link
        case lock
    }

    enum Moment: Hashable {
        case before
        case after
    }

    let base: any SessionStore
    let listen: @Sendable (Call, Moment) async throws -> Void

    private func pass<Answer>(_ call: Call, _ body: () async throws -> Answer) async throws -> Answer {
        try await listen(call, .before)
        let answer = try await body()
        try await listen(call, .after)
        return answer
    }

    func instanceID() async throws -> InstanceID { try await base.instanceID() }

    func ping() async throws { try await base.ping() }

    func add(_ account: Account, _ event: AuditEvent) async throws -> Bool {
        try await pass(.change) { try await base.add(account, event) }
    }

    func add(_ accounts: [Account], _ events: [AuditEvent]) async throws -> [TakenName] {
        try await pass(.change) { try await base.add(accounts, events) }
    }

    func account(named name: LoginName) async throws -> Account? {
        try await pass(.account) { try await base.account(named: name) }
    }

    func account(_ id: UserID) async throws -> Account? {
        try await pass(.account) { try await base.account(id) }
    }

    func accounts(after id: UserID?, limit: Int) async throws -> [Account] {
        try await pass(.account) { try await base.accounts(after: id, limit: limit) }
    }

    func renew(_ hash: PasswordHash, as renewed: PasswordHash, of user: UserID) async throws {
        try await pass(.change) { try await base.renew(hash, as: renewed, of: user) }
    }

    func setPassword(
        _ hash: PasswordHash,
        of user: UserID,
        ending: Session.Ending,
        _ event: AuditEvent
    ) async throws -> EndedSessions? {
        try await pass(.change) { try await base.setPassword(hash, of: user, ending: ending, event) }
    }

    func setDisabled(_ ending: Session.Ending?, of user: UserID, _ event: AuditEvent) async throws -> EndedSessions? {
        try await pass(.change) { try await base.setDisabled(ending, of: user, event) }
    }

    func delete(_ user: UserID, _ event: AuditEvent) async throws -> EndedSessions? {
        try await pass(.change) { try await base.delete(user, event) }
    }

    func open(
        _ session: Session,
        verified credentialVersion: Int64,
        replacing replaced: ReplacedSession?,
        completing login: LoginCompletion,
        _ event: AuditEvent
    ) async throws -> SessionOpening {
        try await pass(.open) {
            try await base.open(
                session,
                verified: credentialVersion,
                replacing: replaced,
                completing: login,
                event
            )
        }
    }

    func liveSessions(of user: UserID?, after position: SessionPosition?, activeAt now: Timestamp, limit: Int)
        async throws
        -> [Session]
    {
        try await pass(.list) {
            try await base.liveSessions(of: user, after: position, activeAt: now, limit: limit)
        }
    }

    func end(_ ending: Session.Ending, _ events: [AuditEvent]) async throws -> EndedSessions {
        try await pass(.end) { try await base.end(ending, events) }
    }

    func set(_ lock: LoginLock, _ event: AuditEvent) async throws -> LockSetting {
        try await pass(.lock) { try await base.set(lock, event) }
    }

    func lock(_ id: LoginLockID) async throws -> LoginLock? {
        try await pass(.lock) { try await base.lock(id) }
    }

    func remove(_ id: LoginLockID, _ event: AuditEvent) async throws -> Bool {
        try await pass(.lock) { try await base.remove(id, event) }
    }

    func locks(after id: LoginLockID?, at now: Timestamp, limit: Int) async throws -> [LoginLock] {
        try await pass(.lock) { try await base.locks(after: id, at: now, limit: limit) }
    }

    func locks(on user: UserID?, at now: Timestamp) async throws -> [LoginLock] {
        try await pass(.lock) { try await base.locks(on: user, at: now) }
    }

    func purgeLocks(before instant: Timestamp, limit: Int) async throws -> Int {
        try await pass(.sweep) { try await base.purgeLocks(before: instant, limit: limit) }
    }

    func admit(_ budgets: [AttemptBudget], at now: Timestamp) async throws -> AttemptAdmission {
        try await pass(.admit) { try await base.admit(budgets, at: now) }
    }

    func settle(_ attempts: [AttemptSettlement]) async throws {
        try await pass(.admit) { try await base.settle(attempts) }
    }

    func sweepAttempts(at now: Timestamp, expendableMax: Int, limit: Int) async throws -> Int {
        try await pass(.sweep) {
            try await base.sweepAttempts(at: now, expendableMax: expendableMax, limit: limit)
        }
    }

    func history(of user: UserID, activeAt now: Timestamp, limit: Int) async throws -> AccountHistory {
        try await pass(.monitor) { try await base.history(of: user, activeAt: now, limit: limit) }
    }

    func raisedSightings(of user: UserID) async throws -> [Sighting] {
        try await pass(.monitor) { try await base.raisedSightings(of: user) }
    }

    func sightings(_ events: [AuditEventID], of user: UserID) async throws -> [Sighting] {
        try await pass(.monitor) { try await base.sightings(events, of: user) }
    }

    func note(_ sighting: Sighting, _ event: AuditEvent?) async throws {
        try await pass(.monitor) { try await base.note(sighting, event) }
    }

    func confirm(_ event: AuditEventID, of user: UserID, noting confirmation: AuditEvent) async throws {
        try await pass(.monitor) { try await base.confirm(event, of: user, noting: confirmation) }
    }

    func lastVisit(of user: UserID) async throws -> Visit? {
        try await pass(.monitor) { try await base.lastVisit(of: user) }
    }

    func note(_ visit: Visit, of user: UserID) async throws {
        try await pass(.monitor) { try await base.note(visit, of: user) }
    }

    func knows(_ browsers: [KnownBrowser], of user: UserID) async throws -> Bool {
        try await pass(.browser) { try await base.knows(browsers, of: user) }
    }

    func know(_ browser: KnownBrowser, of user: UserID, at now: Timestamp) async throws {
        try await pass(.browser) { try await base.know(browser, of: user, at: now) }
    }

    func forget(_ browser: KnownBrowser, of user: UserID, _ event: AuditEvent) async throws {
        try await pass(.browser) { try await base.forget(browser, of: user, event) }
    }

    func purgeBrowsers(before instant: Timestamp, limit: Int) async throws -> Int {
        try await pass(.sweep) { try await base.purgeBrowsers(before: instant, limit: limit) }
    }

    func make(_ change: CredentialChange) async throws -> CredentialChangeOutcome {
        try await pass(.change) { try await base.make(change) }
    }

    func begin(_ pending: PendingSecondFactor) async throws -> Bool {
        try await pass(.change) { try await base.begin(pending) }
    }

    func pendingSecondFactor(of user: UserID) async throws -> PendingSecondFactor? {
        try await pass(.account) { try await base.pendingSecondFactor(of: user) }
    }

    func removeSecondFactor(
        of user: UserID,
        ending: Session.Ending,
        _ event: AuditEvent
    ) async throws -> EndedSessions? {
        try await pass(.change) { try await base.removeSecondFactor(of: user, ending: ending, event) }
    }

    func recoveryCodesLeft(of user: UserID) async throws -> Int {
        try await pass(.account) { try await base.recoveryCodesLeft(of: user) }
    }

    func hasRecoveryCode(_ digest: RecoveryCodeDigest, of user: UserID) async throws -> Bool {
        try await pass(.account) { try await base.hasRecoveryCode(digest, of: user) }
    }

    func seeds(after user: UserID?, limit: Int) async throws -> [OwnedSeed] {
        try await pass(.account) { try await base.seeds(after: user, limit: limit) }
    }

    func renew(_ seed: SealedSeed, as renewed: SealedSeed, of user: UserID) async throws {
        try await pass(.change) { try await base.renew(seed, as: renewed, of: user) }
    }

    func add(_ challenge: LoginChallenge, settling: [AttemptSettlement], noting event: AuditEvent) async throws {
        try await pass(.challenge) { try await base.add(challenge, settling: settling, noting: event) }
    }

    func challenge(_ digest: ChallengeDigest) async throws -> LoginChallenge? {
        try await pass(.challenge) { try await base.challenge(digest) }
    }

    func sweepChallenges(at now: Timestamp, limit: Int) async throws -> Int {
        try await pass(.sweep) { try await base.sweepChallenges(at: now, limit: limit) }
    }

    func record(of id: SessionID) async throws -> SessionRecord? {
        try await pass(.record) { try await base.record(of: id) }
    }

    func sessions(of user: UserID, activeAt now: Timestamp, limit: Int) async throws -> [Session] {
        try await pass(.list) { try await base.sessions(of: user, activeAt: now, limit: limit) }
    }

    func sessions(_ ids: [SessionID], of user: UserID, activeAt now: Timestamp) async throws -> [Session] {
        try await pass(.list) { try await base.sessions(ids, of: user, activeAt: now) }
    }

    func awaitEndings() async throws {
        try await base.awaitEndings()
    }

    func sessionIDs(of user: UserID, activeAt now: Timestamp, limit: Int) async throws -> [SessionID] {
        try await pass(.list) { try await base.sessionIDs(of: user, activeAt: now, limit: limit) }
    }

    func sessions(
        of users: [UserID],
        openedSince instant: Timestamp,
        limit: Int
    ) async throws -> [SessionID: UserID] {
        try await pass(.list) { try await base.sessions(of: users, openedSince: instant, limit: limit) }
    }

    func sessions(after id: SessionID?, activeAt now: Timestamp, limit: Int) async throws -> [SessionRecord] {
        try await pass(.list) { try await base.sessions(after: id, activeAt: now, limit: limit) }
    }

    func end(
        _ selection: SessionSelection,
        _ ending: Session.Ending,
        _ event: AuditEvent
    ) async throws -> EndedSessions {
        try await pass(.end) { try await base.end(selection, ending, event) }
    }

    func note(_ activity: [SessionActivity]) async throws {
        try await pass(.note) { try await base.note(activity) }
    }

    func save(_ listing: SessionListing) async throws {
        try await pass(.listing) { try await base.save(listing) }
    }

    func listing(_ id: SessionListingID, of user: UserID) async throws -> SessionListing? {
        try await pass(.listing) { try await base.listing(id, of: user) }
    }

    func expire(at now: Timestamp, limit: Int) async throws -> [SessionID: UserID] {
        try await pass(.sweep) { try await base.expire(at: now, limit: limit) }
    }

    func purge(endedBefore instant: Timestamp, listedBefore listed: Timestamp, limit: Int) async throws -> Int {
        try await pass(.sweep) { try await base.purge(endedBefore: instant, listedBefore: listed, limit: limit) }
    }

    func note(failure event: AuditEvent) async throws {
        try await pass(.audit) { try await base.note(failure: event) }
    }

    func events(of user: UserID, before id: AuditEventID?, limit: Int) async throws -> [AuditEvent] {
        try await pass(.audit) { try await base.events(of: user, before: id, limit: limit) }
    }

    func event(_ id: AuditEventID, of user: UserID) async throws -> AuditEvent? {
        try await pass(.audit) { try await base.event(id, of: user) }
    }

    func allSessions(of user: UserID, after id: SessionID?, limit: Int) async throws -> [Session] {
        try await pass(.list) { try await base.allSessions(of: user, after: id, limit: limit) }
    }

    func browsersSeen(of user: UserID) async throws -> [Timestamp] {
        try await pass(.browser) { try await base.browsersSeen(of: user) }
    }

    func add(_ request: PasswordRequest) async throws {
        try await pass(.link) { try await base.add(request) }
    }

    func answerPasswordRequests(at now: Timestamp, limit: Int) async throws -> Int {
        try await pass(.link) { try await base.answerPasswordRequests(at: now, limit: limit) }
    }

    func link(_ id: NoticeID) async throws -> MailedLink? {
        try await pass(.link) { try await base.link(id) }
    }

    func use(_ use: LinkUse) async throws -> EndedSessions? {
        try await pass(.link) { try await base.use(use) }
    }

    func seal(at now: Timestamp, limit: Int) async throws -> Int {
        try await pass(.audit) { try await base.seal(at: now, limit: limit) }
    }

    func shortenAddresses(before instant: Timestamp, limit: Int) async throws -> Int {
        try await pass(.audit) { try await base.shortenAddresses(before: instant, limit: limit) }
    }

    func removeAddresses(before instant: Timestamp, limit: Int) async throws -> Int {
        try await pass(.audit) { try await base.removeAddresses(before: instant, limit: limit) }
    }

    func takeNotices(
        of lane: Notice.Lane,
        at now: Timestamp,
        until leaseEnd: Timestamp,
        limit: Int
    ) async throws -> [Notice] {
        try await pass(.notice) { try await base.takeNotices(of: lane, at: now, until: leaseEnd, limit: limit) }
    }

    func putOff(_ notice: Notice, until instant: Timestamp) async throws {
        try await pass(.notice) { try await base.putOff(notice, until: instant) }
    }

    func finish(_ notice: Notice, as outcome: Notice.Outcome, at now: Timestamp) async throws {
        try await pass(.notice) { try await base.finish(notice, as: outcome, at: now) }
    }

    func waitingNotices(of lane: Notice.Lane, countingTo limit: Int) async throws -> Int {
        try await pass(.notice) { try await base.waitingNotices(of: lane, countingTo: limit) }
    }

    func purgeNotices(before instant: Timestamp, limit: Int) async throws -> Int {
        try await pass(.sweep) { try await base.purgeNotices(before: instant, limit: limit) }
    }

    func purgeEvents(before instant: Timestamp, at now: Timestamp, limit: Int) async throws -> Int {
        try await pass(.audit) { try await base.purgeEvents(before: instant, at: now, limit: limit) }
    }
}
