/// A store that forgets everything with its process: for tests and demonstrations, and the oracle of the model test.
///
/// Deliberately plain: every method says in a few lines of Swift what the SQL of the real stores must do.
// Its methods are documented at the protocol.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
public actor MemoryStore: SessionStore {
    private let instance: InstanceID
    var accounts: [UserID: Account] = [:]
    var sessions: [SessionID: Session] = [:]
    var pendingSecondFactors: [UserID: PendingSecondFactor] = [:]
    var recoveryCodes: [UserID: Set<RecoveryCodeDigest>] = [:]
    var challenges: [ChallengeDigest: LoginChallenge] = [:]
    private var listings: [SessionListing] = []
    private var attempts: [AttemptKey: (count: AttemptCount, isExpendable: Bool)] = [:]
    var browsers: [UserID: [KnownBrowser: Timestamp]] = [:]
    var sightings: [UserID: [Sighting]] = [:]
    var raisedEver: [Sighting] = []
    var visits: [UserID: Visit] = [:]
    /// All events, in the order they were written.
    public internal(set) var events: [AuditEvent] = []
    private var tallies: [AuditTally: (noted: Int, merged: Int, lastAt: Timestamp)] = [:]
    let policy: NoticePolicy
    var notices: [KeptNotice] = []
    var withheldNotices: [UserID: Int] = [:]
    var links: [NoticeID: MailedLink] = [:]
    var passwordRequests: [PasswordRequest] = []
    var locks: [LoginLockID: LoginLock] = [:]

    /// Creates an empty store.
    ///
    /// - Parameters:
    ///   - now: The time of its making.
    ///   - policy: Who is told of what happens.
    public init(at now: Timestamp, telling policy: NoticePolicy = .none) {
        instance = .make(at: now)
        self.policy = policy
    }

    public func instanceID() -> InstanceID { instance }

    public func ping() {}

    // MARK: Accounts

    public func add(_ account: Account, _ event: AuditEvent) -> Bool {
        let isTaken = accounts.values.contains {
            $0.user.username == account.user.username
        }
        guard !isTaken, !self.isTaken(account.user.email, butBy: account.id, at: event.at) else { return false }
        accounts[account.id] = account
        append(event)
        return true
    }

    public func add(_ accounts: [Account], _ events: [AuditEvent]) -> [TakenName] {
        let usernames = Set(self.accounts.values.map(\.user.username))
        let taken = accounts.enumerated().compactMap { index, account -> TakenName? in
            if isTaken(account.user.email, butBy: account.id, at: events[index].at) {
                return TakenName(index: index, field: .email)
            }
            return usernames.contains(account.user.username) ? TakenName(index: index, field: .username) : nil
        }
        guard taken.isEmpty else { return taken }
        for (account, event) in zip(accounts, events) { _ = add(account, event) }
        return []
    }

    public func account(named name: LoginName) -> Account? {
        accounts.values.first { account in
            switch name {
            case .email(let email): account.user.email == email
            case .username(let username): account.user.username == username
            }
        }
    }

    public func account(_ id: UserID) -> Account? { accounts[id] }

    public func accounts(after id: UserID?, limit: Int) -> [Account] {
        let later = accounts.values.filter { account in id.map { account.id > $0 } ?? true }
        return Array(later.sorted { $0.id < $1.id }.prefix(limit))
    }

    public func renew(_ hash: PasswordHash, as renewed: PasswordHash, of user: UserID) {
        if accounts[user]?.passwordHash == hash { accounts[user]?.passwordHash = renewed }
    }

    public func setPassword(
        _ hash: PasswordHash,
        of user: UserID,
        ending: Session.Ending,
        _ event: AuditEvent
    ) -> EndedSessions? {
        change(user, ending, event) { account in
            account.passwordHash = hash
            account.user.passwordChangedAt = ending.at
            account.credentialVersion += 1
            browsers[user] = nil
        }
    }

    public func setDisabled(_ ending: Session.Ending?, of user: UserID, _ event: AuditEvent) -> EndedSessions? {
        change(user, ending, event) { $0.isDisabled = ending != nil }
    }

    public func delete(_ user: UserID, _ event: AuditEvent) -> EndedSessions? {
        guard accounts.removeValue(forKey: user) != nil else { return nil }
        let ended = end(Session.Ending(at: event.at, reason: .disabled, by: event.actor)) { $0.userID == user }
        sessions = sessions.filter { $0.value.userID != user }
        listings.removeAll { $0.userID == user }
        browsers[user] = nil
        sightings[user] = nil
        visits[user] = nil
        pendingSecondFactors[user] = nil
        recoveryCodes[user] = nil
        deleteChallenges(of: user)
        locks = locks.filter { $0.value.target.user != user }
        forgetMail(to: user)
        links = links.filter { $0.value.userID != user }
        append(event, ended: ended.active)
        return ended
    }

    func change(
        _ user: UserID,
        _ ending: Session.Ending?,
        _ event: AuditEvent,
        _ change: (inout Account) -> Void
    ) -> EndedSessions? {
        guard var account = accounts[user] else { return nil }
        change(&account)
        if ending != nil {
            account.epoch += 1
            deleteChallenges(of: user)
        }
        accounts[user] = account
        let ended = ending.map { ending in end(ending) { $0.userID == user } } ?? EndedSessions()
        append(event, ended: ended.active)
        return ended
    }

    // MARK: Sessions

    public func record(of id: SessionID) -> SessionRecord? {
        sessions[id].flatMap { session in
            accounts[session.userID].map { SessionRecord(session: session, account: $0) }
        }
    }

    public func sessions(of user: UserID, activeAt now: Timestamp, limit: Int) -> [Session] {
        let active = sessions.values.filter { $0.userID == user && $0.status(at: now) == .active }
        return Array(
            active.sorted { ($0.lastActivity, $0.createdAt, $0.id) > ($1.lastActivity, $1.createdAt, $1.id) }.prefix(
                limit
            )
        )
    }

    public func sessions(_ ids: [SessionID], of user: UserID, activeAt now: Timestamp) -> [Session] {
        ids.compactMap { sessions[$0] }.filter { $0.userID == user && $0.status(at: now) == .active }
    }

    public func awaitEndings() {
        // Nobody else has it.
    }

    public func sessionIDs(of user: UserID, activeAt now: Timestamp, limit: Int) -> [SessionID] {
        sessions(of: user, activeAt: now, limit: limit).map(\.id)
    }

    public func sessions(
        of users: [UserID],
        openedSince instant: Timestamp,
        limit: Int
    ) -> [SessionID: UserID] {
        let found = sessions.values.filter { session in
            session.ending == nil && session.createdAt >= instant && users.contains(session.userID)
        }
        return Dictionary(uniqueKeysWithValues: found.prefix(limit).map { ($0.id, $0.userID) })
    }

    public func allSessions(of user: UserID, after id: SessionID?, limit: Int) -> [Session] {
        let later = sessions.values.filter { session in
            session.userID == user && id.map { session.id > $0 } ?? true
        }
        return Array(later.sorted { $0.id < $1.id }.prefix(limit))
    }

    public func sessions(after id: SessionID?, activeAt now: Timestamp, limit: Int) -> [SessionRecord] {
        let later = sessions.values.filter { session in
            session.status(at: now) == .active && id.map { session.id > $0 } ?? true
        }
        return later.sorted { $0.id < $1.id }.prefix(limit).compactMap { record(of: $0.id) }
    }

    public func end(
        _ selection: SessionSelection,
        _ ending: Session.Ending,
        _ event: AuditEvent
    ) -> EndedSessions {
        if let caller = selection.caller(ending.actor) {
            guard let caller = sessions[caller], caller.ending == nil, caller.expiresAt > ending.at else {
                return .refused
            }
        }
        var remaining = Int.max
        if case .everyones(_, let limit) = selection { remaining = limit }
        let ended = end(ending) { session in
            guard selection.includes(session), remaining > 0 else { return false }
            remaining -= 1
            return true
        }
        guard !ended.active.isEmpty else { return ended }
        if case .all(let user) = selection {
            accounts[user]?.epoch += 1
            browsers[user] = nil
            deleteChallenges(of: user)
        }
        append(event, ended: ended.active)
        return ended
    }

    public func note(_ activity: [SessionActivity]) {
        for activity in activity {
            guard var session = sessions[activity.id], session.ending == nil, session.lastActivity <= activity.at else {
                continue
            }
            session.lastActivity = activity.at
            if let client = activity.client {
                session.address = client.address
                session.userAgent = client.userAgent
                session.device = client.device
                session.location = activity.location
            }
            sessions[activity.id] = session
        }
    }

    // MARK: Guessing

    public func admit(_ budgets: [AttemptBudget], at now: Timestamp) -> AttemptAdmission {
        var counts: [AttemptCount] = []
        for budget in budgets {
            guard let count = budget.counting(onto: attempts[budget.key]?.count, at: now) else {
                return .refused(until: attempts[budget.key]?.count.waitsUntil ?? now)
            }
            counts.append(count)
        }
        for (budget, count) in zip(budgets, counts) { attempts[budget.key] = (count, budget.isExpendable) }
        return .admitted(counts.map(\.failures))
    }

    public func settle(_ settlements: [AttemptSettlement]) {
        for settlement in settlements {
            switch settlement {
            case .forget(let key): attempts[key] = nil
            case .takeBack(let key):
                if let count = attempts[key]?.count { attempts[key]?.count = count.takingOneBack }
            }
        }
    }

    public func sweepAttempts(at now: Timestamp, expendableMax: Int, limit: Int) -> Int {
        let forgotten = attempts.filter { $0.value.count.forgottenAt <= now }.keys.prefix(limit)
        for key in forgotten { attempts[key] = nil }
        let expendable = attempts.filter(\.value.isExpendable)
            .sorted { $0.value.count.forgottenAt > $1.value.count.forgottenAt }
            .dropFirst(expendableMax).prefix(limit - forgotten.count)
        for (key, _) in expendable { attempts[key] = nil }
        return forgotten.count + expendable.count
    }

    public func knows(_ candidates: [KnownBrowser], of user: UserID) -> Bool {
        candidates.contains { browsers[user]?[$0] != nil }
    }

    public func browsersSeen(of user: UserID) -> [Timestamp] {
        (browsers[user] ?? [:]).values.sorted(by: >)
    }

    public func know(_ browser: KnownBrowser, of user: UserID, at now: Timestamp) {
        browsers[user, default: [:]][browser] = now
        let latestFirst = (browsers[user] ?? [:]).sorted { $0.value > $1.value }
        for (browser, _) in latestFirst.dropFirst(KnownBrowser.perUserMax) { browsers[user]?[browser] = nil }
    }

    public func forget(_ browser: KnownBrowser, of user: UserID, _ event: AuditEvent) {
        if browsers[user]?.removeValue(forKey: browser) != nil { append(event) }
    }

    public func purgeBrowsers(before instant: Timestamp, limit: Int) -> Int {
        let old = browsers.flatMap { user, known in
            known.filter { $0.value < instant }.map { (user, $0.key) }
        }.prefix(limit)
        for (user, browser) in old { browsers[user]?[browser] = nil }
        return old.count
    }

    // MARK: Listings

    public func save(_ listing: SessionListing) {
        listings.append(listing)
        let mine = listings.filter { $0.userID == listing.userID }.sorted { $0.id > $1.id }
        let dropped = Set(mine.dropFirst(SessionListing.perUserMax).map(\.id))
        listings.removeAll { dropped.contains($0.id) }
    }

    public func listing(_ id: SessionListingID, of user: UserID) -> SessionListing? {
        listings.first { $0.id == id && $0.userID == user }
    }

    // MARK: Sweeping

    public func expire(at now: Timestamp, limit: Int) -> [SessionID: UserID] {
        let due = sessions.values.filter { $0.ending == nil && $0.expiresAt <= now }
            .sorted { ($0.expiresAt, $0.id) < ($1.expiresAt, $1.id) }.prefix(limit)
        for session in due { expire(session, at: now) }
        return Dictionary(uniqueKeysWithValues: due.map { ($0.id, $0.userID) })
    }

    public func purge(endedBefore instant: Timestamp, listedBefore listed: Timestamp, limit: Int) -> Int {
        let oldSessions = sessions.values.filter { $0.ending.map { $0.at < instant } ?? false }.prefix(limit)
        for session in oldSessions { sessions[session.id] = nil }
        let oldListings = listings.filter { $0.at < listed }.prefix(limit - oldSessions.count).map(\.id)
        listings.removeAll { oldListings.contains($0.id) }
        return oldSessions.count + oldListings.count
    }

    // MARK: Audit log

    public func note(failure event: AuditEvent) {
        let own = AuditTally(of: event)
        flush(at: event.at) { $0.key == own.key }
        let noted = tallies.filter { $0.key.key == own.key && $0.key.minute == own.minute }.reduce(0) {
            $0 + $1.value.noted
        }
        var tally = tallies[own] ?? (0, 0, event.at)
        tally.lastAt = event.at
        if event.hasRow(after: noted) {
            tally.noted += 1
            append(event)
        } else {
            tally.merged += 1
        }
        tallies[own] = tally
    }

    public func events(of user: UserID, before id: AuditEventID?, limit: Int) -> [AuditEvent] {
        let newestFirst = events.filter { $0.userID == user }.reversed()
        guard let id else { return Array(newestFirst.prefix(limit)) }
        return Array(newestFirst.drop { $0.id != id }.dropFirst().prefix(limit))
    }

    public func event(_ id: AuditEventID, of user: UserID) -> AuditEvent? {
        events.first { $0.id == id && $0.userID == user }
    }

    public func seal(at now: Timestamp, limit: Int) -> Int {
        flush(at: now) { _ in true }
        return 0
    }

    private func flush(at now: Timestamp, where isSelected: (AuditTally) -> Bool) {
        let due = tallies.filter { $0.key.minute < AuditTally.minute(of: now) && isSelected($0.key) }
        for (tally, state) in due.sorted(by: { $0.key < $1.key }) {
            tallies[tally] = nil
            if state.merged > 0 {
                append(tally.event(count: state.merged, lastAt: state.lastAt, at: now))
            }
        }
    }

    public func shortenAddresses(before instant: Timestamp, limit: Int) -> Int {
        for (user, seen) in sightings {
            sightings[user] = seen.map { $0.at < instant ? $0.shortened : $0 }
        }
        return changeAddresses(before: instant, address: { $0?.network }, location: { $0?.shortened })
    }

    public func removeAddresses(before instant: Timestamp, limit: Int) -> Int {
        for user in sightings.keys { sightings[user]?.removeAll { $0.at < instant } }
        return changeAddresses(before: instant, address: { _ in nil }, location: { _ in nil })
    }

    private func changeAddresses(
        before instant: Timestamp,
        address: (IPAddress?) -> IPAddress?,
        location: (Location?) -> Location?
    ) -> Int {
        for (id, session) in sessions where session.ending.map({ $0.at < instant }) ?? false {
            sessions[id]?.address = address(session.address)
            sessions[id]?.signInAddress = address(session.signInAddress)
            sessions[id]?.location = location(session.location)
        }
        for index in events.indices where events[index].at < instant {
            events[index].address = address(events[index].address)
        }
        return 0
    }

    public func purgeEvents(before instant: Timestamp, at now: Timestamp, limit: Int) -> Int {
        var young: Set<UserID?> = []
        var purged = 0
        events.removeAll { event in
            if event.at >= instant { young.insert(event.userID) }
            guard !young.contains(event.userID), purged < limit else { return false }
            purged += 1
            return true
        }
        if purged > 0 { append(.purged(purged, before: instant, at: now)) }
        return purged
    }

    func end(_ ending: Session.Ending, where isSelected: (Session) -> Bool) -> EndedSessions {
        var ended = EndedSessions()
        for session in sessions.values where session.ending == nil && isSelected(session) {
            if session.expiresAt > ending.at {
                sessions[session.id]?.ending = ending
                ended.active[session.id] = session.userID
            } else {
                expire(session, at: ending.at)
                ended.due[session.id] = session.userID
            }
        }
        return ended
    }

    private func expire(_ session: Session, at now: Timestamp) {
        sessions[session.id]?.ending = Session.Ending(at: now, reason: .expired, by: .system)
        append(AuditEvent(.sessionExpired, at: now, user: session.userID, session: session.id, by: .system))
    }
}

extension SessionSelection {
    fileprivate func includes(_ session: Session) -> Bool {
        switch self {
        case .one(let id, let user): session.id == id && session.userID == user
        case .allExcept(let id, let user): session.id != id && session.userID == user
        case .all(let user): session.userID == user
        case .any(let id): session.id == id
        case .everyones(let instant, _): session.createdAt < instant
        }
    }
}
