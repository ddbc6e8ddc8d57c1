/// Where accounts and sessions are kept.
///
/// Every method is one transaction. One that changes something writes its ``AuditEvent`` in the same transaction, and one that
/// changes nothing writes none. When a method returns, what it did survives a crash and a loss of power. When it throws, the
/// machinery has failed; whether the change was made is then unknown, and nobody may be let in or told anything on its strength.
///
/// What a store promises is executable: the promises in `SessionsTesting` run against every store.
public protocol SessionStore: Sendable {
    /// The id that was made together with the store: the audience of its tokens.
    func instanceID() async throws -> InstanceID

    /// Answers once the store can be read; throws while it cannot.
    func ping() async throws

    // MARK: Accounts

    /// Adds an account, unless its e-mail address or user name is taken.
    ///
    /// An address is taken, too, while an account that had it can get it back by a report (``LinkUse/Change/report(ending:restoring:)``).
    ///
    /// - Returns: Whether it was added.
    func add(_ account: Account, _ event: AuditEvent) async throws -> Bool

    /// Adds accounts, each with its event: all of them, or none when names are taken.
    ///
    /// - Parameters:
    ///   - accounts: At most 500, with no name twice.
    ///   - events: As many, in the same order.
    /// - Returns: The names that are taken, in the order of the accounts; empty when all were added.
    /// - Throws: When the store fails.
    func add(_ accounts: [Account], _ events: [AuditEvent]) async throws -> [TakenName]

    /// The account with a log-in name.
    func account(named name: LoginName) async throws -> Account?

    /// The account with an id.
    func account(_ id: UserID) async throws -> Account?

    /// Accounts in the order of their ids, which is that of their making, after one of them.
    func accounts(after id: UserID?, limit: Int) async throws -> [Account]

    /// Replaces a hash by another of the same password, unless it was replaced meanwhile.
    func renew(_ hash: PasswordHash, as renewed: PasswordHash, of user: UserID) async throws

    /// Sets a password, makes authentications and challenges with the former one void, forgets known browsers, and ends all
    /// sessions of the account.
    ///
    /// - Returns: The sessions that were ended; `nil` when there is no such account.
    func setPassword(_ hash: PasswordHash, of user: UserID, ending: Session.Ending, _ event: AuditEvent) async throws
        -> EndedSessions?

    /// Disables an account, ends its sessions and deletes its challenges, or enables it again.
    ///
    /// - Parameters:
    ///   - ending: `nil` to enable.
    ///   - user: The account.
    ///   - event: Written with the change.
    /// - Returns: The sessions that were ended; `nil` when there is no such account.
    /// - Throws: When the store fails.
    func setDisabled(_ ending: Session.Ending?, of user: UserID, _ event: AuditEvent) async throws -> EndedSessions?

    /// Deletes an account and all its sessions. Its events stay.
    ///
    /// - Returns: The sessions that had not ended; `nil` when there is no such account.
    func delete(_ user: UserID, _ event: AuditEvent) async throws -> EndedSessions?

    // MARK: Sessions

    /// Opens a session, if the authentication still holds, and ends the one that it takes the place of.
    ///
    /// - Parameters:
    ///   - session: The new session. Its epoch must be the account's.
    ///   - credentialVersion: The one that was verified. Compared in the transaction (invariant I4).
    ///   - replaced: A live session of the same browser, with its ending and event; one that has ended meanwhile is left as it is.
    ///   - login: What else the log-in leaves behind once it is complete.
    ///   - event: The log-in's event.
    /// - Returns: Whether the session is open, and if not, why.
    /// - Throws: When the store fails.
    func open(
        _ session: Session,
        verified credentialVersion: Int64,
        replacing replaced: ReplacedSession?,
        completing login: LoginCompletion,
        _ event: AuditEvent
    ) async throws -> SessionOpening

    /// A session's record, ended or not, with its account.
    func record(of id: SessionID) async throws -> SessionRecord?

    /// The active sessions of a user, by last activity, latest first; ties: newest first.
    func sessions(of user: UserID, activeAt now: Timestamp, limit: Int) async throws -> [Session]

    /// Those of some sessions that are active and the user's, in no order.
    func sessions(_ ids: [SessionID], of user: UserID, activeAt now: Timestamp) async throws -> [Session]

    /// The ids of all active sessions of a user, in the order of ``sessions(of:activeAt:limit:)``.
    func sessionIDs(of user: UserID, activeAt now: Timestamp, limit: Int) async throws -> [SessionID]

    /// The live sessions of some users that were opened since an instant, each with its user.
    ///
    /// - Returns: At most `limit` of them.
    func sessions(of users: [UserID], openedSince instant: Timestamp, limit: Int) async throws -> [SessionID: UserID]

    /// All sessions of a user that are kept, ended or not, in the order of their ids, after one of them.
    func allSessions(of user: UserID, after id: SessionID?, limit: Int) async throws -> [Session]

    /// Active sessions of everybody in the order of their ids, after one of them; for the operator.
    func sessions(after id: SessionID?, activeAt now: Timestamp, limit: Int) async throws -> [SessionRecord]

    /// Ends the selected sessions that have not ended.
    ///
    /// A session that has ended itself ends no other: when it is named as who ends, it must be active, unless it is the one that is selected.
    ///
    /// - Parameters:
    ///   - selection: Which.
    ///   - ending: How the active ones end.
    ///   - event: Written when at least one that was active was ended, with their number.
    /// - Returns: Those that were ended by this call.
    /// - Throws: When the store fails.
    func end(_ selection: SessionSelection, _ ending: Session.Ending, _ event: AuditEvent) async throws -> EndedSessions

    /// Live sessions in the order of their expiry, after a place; of one user, or of everybody; for the operator.
    func liveSessions(of user: UserID?, after position: SessionPosition?, activeAt now: Timestamp, limit: Int)
        async throws
        -> [Session]

    /// Ends those of some sessions that have not ended, whoever's, each with an event; for the operator.
    ///
    /// - Parameters:
    ///   - ending: How the active ones end.
    ///   - events: One for each session, which names it and its user; written when the session was active. A session of another user
    ///     stays as it is.
    /// - Returns: Those that were ended by this call.
    /// - Throws: When the store fails.
    func end(_ ending: Session.Ending, _ events: [AuditEvent]) async throws -> EndedSessions

    /// Returns once no process accepts any session that has ended before.
    func awaitEndings() async throws

    /// Notes activity of sessions that have not ended. Older activity than is known changes nothing.
    func note(_ activity: [SessionActivity]) async throws

    // MARK: Locks

    /// Sets a lock, in place of the one that its target has.
    ///
    /// Once it returns, no session that it denies is opened (``SessionOpening/denied(_:)``), also by a transaction that has begun before.
    ///
    /// - Returns: Whether it was set; if not, nothing was changed.
    /// - Throws: When the store fails.
    func set(_ lock: LoginLock, _ event: AuditEvent) async throws -> LockSetting

    /// A lock, whether or not its time is over.
    func lock(_ id: LoginLockID) async throws -> LoginLock?

    /// Removes a lock, and writes the event when it was there.
    ///
    /// - Returns: Whether it was there.
    func remove(_ id: LoginLockID, _ event: AuditEvent) async throws -> Bool

    /// The locks whose time is not over, in the order of their ids, after one of them.
    func locks(after id: LoginLockID?, at now: Timestamp, limit: Int) async throws -> [LoginLock]

    /// The locks whose time is not over that may deny a log-in: the account's, and all of networks and browsers; in no order.
    func locks(on user: UserID?, at now: Timestamp) async throws -> [LoginLock]

    /// Deletes locks whose time is over at an instant.
    ///
    /// - Returns: How many were deleted; fewer than `limit` when there are no more.
    func purgeLocks(before instant: Timestamp, limit: Int) async throws -> Int

    // MARK: Guessing

    /// Counts an attempt against all of some budgets, or against none of them when one is spent.
    ///
    /// Attempts in parallel are counted one after the other, on whatever node they are made.
    func admit(_ budgets: [AttemptBudget], at now: Timestamp) async throws -> AttemptAdmission

    /// Corrects counts after attempts that were no failures.
    func settle(_ attempts: [AttemptSettlement]) async throws

    /// Deletes counts that are forgotten, and the soonest forgotten of those that are expendable when there are very many.
    ///
    /// - Returns: How many were deleted; fewer than `limit` when there are no more.
    func sweepAttempts(at now: Timestamp, expendableMax: Int, limit: Int) async throws -> Int

    /// Whether one of some browsers is known to an account.
    func knows(_ browsers: [KnownBrowser], of user: UserID) async throws -> Bool

    /// When each browser that an account knows has logged in last, latest first; at most ``KnownBrowser/perUserMax``.
    func browsersSeen(of user: UserID) async throws -> [Timestamp]

    /// Gets to know a browser of an account.
    func know(_ browser: KnownBrowser, of user: UserID, at now: Timestamp) async throws

    /// Forgets a browser of an account; the event is written when it was known.
    func forget(_ browser: KnownBrowser, of user: UserID, _ event: AuditEvent) async throws

    /// Deletes browsers that have not logged in since an instant.
    ///
    /// - Returns: How many were deleted; fewer than `limit` when there are no more.
    func purgeBrowsers(before instant: Timestamp, limit: Int) async throws -> Int

    // MARK: Credentials

    /// Makes an owner's change, with all that follows from it, or none of it.
    ///
    /// In one transaction: compares the credentials, the session and its token with what was verified, uses the code up, changes,
    /// ends the other sessions, renews the token, and writes the events. A change that
    /// ``CredentialChange/outdatesAuthentications`` moves the account's credential version and deletes its challenges.
    func make(_ change: CredentialChange) async throws -> CredentialChangeOutcome

    /// Keeps a seed that is being set up, in place of one that was being set up before.
    ///
    /// - Returns: Whether it is kept; not when there is no such account, or its second factor is on.
    func begin(_ pending: PendingSecondFactor) async throws -> Bool

    /// The seed that is being set up for an account, whether or not its time is over.
    func pendingSecondFactor(of user: UserID) async throws -> PendingSecondFactor?

    /// Turns an account's second factor off on the operator's behalf, makes its authentications and challenges void, and ends all
    /// its sessions.
    ///
    /// - Returns: The sessions that were ended; `nil` when there is no such account, or its second factor is off.
    func removeSecondFactor(of user: UserID, ending: Session.Ending, _ event: AuditEvent) async throws -> EndedSessions?

    /// How many recovery codes of an account were not used yet.
    func recoveryCodesLeft(of user: UserID) async throws -> Int

    /// Whether a recovery code is one of an account's that were not used yet.
    func hasRecoveryCode(_ digest: RecoveryCodeDigest, of user: UserID) async throws -> Bool

    /// The seeds of second factors that are on, in the order of their users, after one of them.
    func seeds(after user: UserID?, limit: Int) async throws -> [OwnedSeed]

    /// Replaces a stored seed by the same one, sealed anew, unless it was replaced meanwhile.
    func renew(_ seed: SealedSeed, as renewed: SealedSeed, of user: UserID) async throws

    // MARK: Challenges

    /// Keeps a challenge, settles the attempts that were counted for its password, and notes the event as ``note(failure:)`` does.
    ///
    /// One whose credential version or epoch is not the account's any more, or whose account is disabled, is not kept: it was void
    /// before it was there.
    func add(_ challenge: LoginChallenge, settling: [AttemptSettlement], noting event: AuditEvent) async throws

    /// A challenge, whether or not its time is over; `nil` when it was used or made void.
    func challenge(_ digest: ChallengeDigest) async throws -> LoginChallenge?

    /// Deletes challenges, mailed links and seeds that were not set up whose time is over.
    ///
    /// - Returns: How many were deleted; fewer than `limit` when there are no more.
    func sweepChallenges(at now: Timestamp, limit: Int) async throws -> Int

    // MARK: Mailed links
    //
    // The link of a notice (``Notice/Kind/linkPurpose``) is written with it. One for a password or an address takes the place of the
    // account's former ones for the same.

    /// Keeps a request for mail to set another password.
    func add(_ request: PasswordRequest) async throws

    /// Notes the requests that wait, oldest first, as ``note(failure:)`` does, each of the account that it names, and deletes them.
    ///
    /// - Returns: How many were deleted; fewer than `limit` when there are no more.
    func answerPasswordRequests(at now: Timestamp, limit: Int) async throws -> Int

    /// A link, whether or not its time is over; `nil` when it was used or made void.
    func link(_ id: NoticeID) async throws -> MailedLink?

    /// Uses a link, with all that follows from it, or does nothing when it is not ``MailedLink/isGood(for:at:)`` any more, or its address
    /// has become another account's.
    ///
    /// - Returns: The sessions that were ended; `nil` when nothing was done.
    func use(_ use: LinkUse) async throws -> EndedSessions?

    // MARK: Monitoring

    /// What an account was seen as, newest first, at most ``Sighting/perUserMax``, and its active sessions by last activity, latest
    /// first, at most `limit`.
    func history(of user: UserID, activeAt now: Timestamp, limit: Int) async throws -> AccountHistory

    /// The sightings of an account that have signals, newest first.
    func raisedSightings(of user: UserID) async throws -> [Sighting]

    /// The sightings of an account that belong to some events, in no order.
    func sightings(_ events: [AuditEventID], of user: UserID) async throws -> [Sighting]

    /// Notes what an account was seen as in mid-session, and the event that tells of it; neither when the account is gone.
    func note(_ sighting: Sighting, _ event: AuditEvent?) async throws

    /// Notes that the owner says of an event that it was them, and the event that tells of that as ``note(failure:)`` does.
    ///
    /// It holds for what was seen of the same session before, too. What was reported stays so.
    func confirm(_ event: AuditEventID, of user: UserID, noting confirmation: AuditEvent) async throws

    /// When the owner of an account looked at their sessions last; `nil` when they never have.
    func lastVisit(of user: UserID) async throws -> Visit?

    /// Notes that the owner of an account looks at their sessions.
    func note(_ visit: Visit, of user: UserID) async throws

    // MARK: Listings

    /// Keeps the order of a list while it is paged through. A user's oldest are dropped beyond ``SessionListing/perUserMax``.
    func save(_ listing: SessionListing) async throws

    /// A listing of a user that was saved before.
    func listing(_ id: SessionListingID, of user: UserID) async throws -> SessionListing?

    // MARK: Sweeping

    /// Marks sessions whose time has run out as ended.
    ///
    /// - Returns: At most `limit` of them, each with its user; fewer than `limit` when there are no more.
    func expire(at now: Timestamp, limit: Int) async throws -> [SessionID: UserID]

    /// Deletes sessions that ended, and listings that were saved, before an instant.
    ///
    /// - Returns: How many rows were deleted; fewer than `limit` when there are no more.
    func purge(endedBefore instant: Timestamp, listedBefore listed: Timestamp, limit: Int) async throws -> Int

    // MARK: Audit log

    /// Notes a failure: an event that changes nothing.
    ///
    /// The first ``AuditEvent/failuresPerMinuteMax`` of an account, or of an address's network when there is no account, have rows
    /// of their own in each minute. Those beyond are counted, and become one event of their kind when their minute is over. That an
    /// account was locked always has one.
    func note(failure event: AuditEvent) async throws

    /// The events of an account, newest first, before one of them.
    func events(of user: UserID, before id: AuditEventID?, limit: Int) async throws -> [AuditEvent]

    /// One event of an account.
    func event(_ id: AuditEventID, of user: UserID) async throws -> AuditEvent?

    /// Writes the failures that were counted in minutes that are over, and seals what has been written since the last seal.
    ///
    /// - Returns: How many rows were touched, at most `limit` of each sort; less than `limit` when there are no more.
    func seal(at now: Timestamp, limit: Int) async throws -> Int

    /// Cuts the addresses in ended sessions and in events from before an instant down to their networks (``IPAddress/network``),
    /// and locations, those of sightings as well, to countries.
    ///
    /// - Returns: How many rows were touched; fewer than `limit` when there are no more.
    func shortenAddresses(before instant: Timestamp, limit: Int) async throws -> Int

    /// Removes the addresses and locations in ended sessions, the addresses in events, and sightings, from before an instant.
    ///
    /// - Returns: How many rows were touched; fewer than `limit` when there are no more.
    func removeAddresses(before instant: Timestamp, limit: Int) async throws -> Int

    /// Deletes each account's oldest events, up to the first that is not from before an instant.
    ///
    /// - Parameters:
    ///   - instant: What is older goes.
    ///   - now: The time of the event that tells of it.
    ///   - limit: How many are deleted at most.
    /// - Returns: How many events were deleted; fewer than `limit` when there are no more.
    /// - Throws: When the store fails.
    func purgeEvents(before instant: Timestamp, at now: Timestamp, limit: Int) async throws -> Int

    // MARK: Notices
    //
    // A store is made with a ``NoticePolicy``, and writes what that says in the transaction of each event: no event is without its
    // notices, and no notice is without its event. Of notices in one lane with the same key one is written. An owner's mail is bounded
    // (``NoticeLimit``): what is beyond is counted, and the next one has the count. Mail to an account that is deleted is deleted.

    /// Takes those notices that are longest due, in the order of their making.
    ///
    /// Until the lease ends nobody else gets them; then they are due again, unless they were finished or put off. So each is delivered
    /// at least once.
    ///
    /// - Parameters:
    ///   - lane: Which way they go.
    ///   - now: What is due by now.
    ///   - leaseEnd: When the lease ends.
    ///   - limit: How many are taken at most.
    /// - Returns: The notices, each with this attempt counted.
    /// - Throws: When the store fails.
    func takeNotices(of lane: Notice.Lane, at now: Timestamp, until leaseEnd: Timestamp, limit: Int) async throws
        -> [Notice]

    /// Makes a notice that was taken due at another time, unless somebody else has taken it since.
    func putOff(_ notice: Notice, until instant: Timestamp) async throws

    /// Ends a notice: it is not taken again. Its addresses, device and place are deleted; the first outcome stays.
    func finish(_ notice: Notice, as outcome: Notice.Outcome, at now: Timestamp) async throws

    /// How many notices of a lane are not finished; at most `limit` are counted.
    func waitingNotices(of lane: Notice.Lane, countingTo limit: Int) async throws -> Int

    /// Deletes notices from before an instant, finished or not.
    ///
    /// - Returns: How many were deleted; fewer than `limit` when there are no more.
    func purgeNotices(before instant: Timestamp, limit: Int) async throws -> Int
}

/// A session's record with what is needed to judge it.
public struct SessionRecord: Hashable, Sendable {
    /// The session.
    public let session: Session
    /// Its account.
    public let account: Account

    /// Creates a record.
    public init(session: Session, account: Account) {
        self.session = session
        self.account = account
    }
}

/// What an account was seen as, and its sessions: what a sighting is judged by.
public struct AccountHistory: Hashable, Sendable {
    /// Newest first.
    public var sightings: [Sighting]
    /// Those that are active, by last activity, latest first.
    public var sessions: [Session]

    /// Creates a history.
    public init(sightings: [Sighting] = [], sessions: [Session] = []) {
        self.sightings = sightings
        self.sessions = sessions
    }
}

/// The session that a log-in of the same browser takes the place of.
public struct ReplacedSession: Hashable, Sendable {
    /// The older session.
    ///
    /// It may be another user's: the browser now speaks for somebody else.
    public let id: SessionID
    /// How it ends.
    public let ending: Session.Ending
    /// What is noted.
    public let event: AuditEvent

    /// Creates a replaced session.
    public init(id: SessionID, ending: Session.Ending, event: AuditEvent) {
        self.id = id
        self.ending = ending
        self.event = event
    }
}

/// What a log-in leaves behind besides its session.
public struct LoginCompletion: Hashable, Sendable {
    /// What the browser is known by from now on; `nil` leaves known browsers as they are.
    public var browser: KnownBrowser?
    /// What the browser was known by; they are forgotten.
    public var formerBrowsers: [KnownBrowser]
    /// What becomes of the attempts that were counted.
    public var settling: [AttemptSettlement]
    /// The second step of the log-in; `nil` when a password was enough.
    public var secondStep: SecondStep?
    /// What the account was seen as; the account's oldest are dropped beyond ``Sighting/perUserMax``.
    public var sighting: Sighting?
    /// How well it fits what is known of the account: its owner is told of one that does not.
    public var familiarity: LoginFamiliarity

    /// What the second step of a log-in uses up.
    public struct SecondStep: Hashable, Sendable {
        /// The challenge, which must be there and within its time.
        public let challenge: ChallengeDigest
        /// The code, which must not have been used.
        public let using: SecondFactorUse
        /// What is noted of a recovery code, with the number of sessions that it ended; `nil` for a code of the app.
        public let recovery: Recovery?

        /// What follows from the use of a recovery code: all other sessions end, and other authentications become void.
        public struct Recovery: Hashable, Sendable {
            /// How the other sessions end.
            public let ending: Session.Ending
            /// What is noted.
            public let event: AuditEvent

            /// Creates what follows.
            public init(ending: Session.Ending, event: AuditEvent) {
                self.ending = ending
                self.event = event
            }
        }

        /// Creates a second step.
        public init(challenge: ChallengeDigest, using: SecondFactorUse, recovery: Recovery?) {
            self.challenge = challenge
            self.using = using
            self.recovery = recovery
        }
    }

    /// Creates a completion; without arguments there is nothing to leave behind.
    public init(
        browser: KnownBrowser? = nil,
        formerBrowsers: [KnownBrowser] = [],
        settling: [AttemptSettlement] = [],
        secondStep: SecondStep? = nil,
        sighting: Sighting? = nil,
        familiarity: LoginFamiliarity = .known
    ) {
        self.browser = browser
        self.formerBrowsers = formerBrowsers
        self.settling = settling
        self.secondStep = secondStep
        self.sighting = sighting
        self.familiarity = familiarity
    }
}

/// The outcome of opening a session.
public enum SessionOpening: Hashable, Sendable {
    /// It is open, and the replaced one, if it lived, is ended.
    case opened
    /// It is open by a recovery code, and the account's other sessions are ended.
    case recovered(EndedSessions)
    /// The challenge or the code was used meanwhile, or the challenge is too old. Nothing was changed.
    case alreadyUsed
    /// All sessions of the account have ended at once meanwhile: the token must carry the new epoch.
    case epochChanged(Int64)
    /// The credentials have changed since they were verified, or the account was disabled or deleted.
    case refused
    /// A lock is in force that denies the session. Nothing was changed.
    case denied(LoginLock)
}

/// The sessions that a change has ended, each with its user.
public struct EndedSessions: Hashable, Sendable {
    /// Those that were active: they have ended as the change says.
    public var active: [SessionID: UserID]
    /// Those whose time had run out before a sweep marked them.
    ///
    /// They are marked as expired, each with its event: were they left alone, a clock that is set back would revive them.
    public var due: [SessionID: UserID]
    /// Whether nothing was done, because the session that was to end them has ended itself.
    public var isRefused = false

    /// Creates a collection of ended sessions.
    public init(active: [SessionID: UserID] = [:], due: [SessionID: UserID] = [:]) {
        self.active = active
        self.due = due
    }

    /// Nothing was done.
    package static let refused = {
        var refused = EndedSessions()
        refused.isRefused = true
        return refused
    }()

    /// Whether there are none.
    public var isEmpty: Bool { active.isEmpty && due.isEmpty }
}

extension SessionSelection {
    /// The session that must be active for this selection to be ended by somebody: who ends another must not have ended.
    package func caller(_ actor: Actor) -> SessionID? {
        guard case .session(let caller) = actor else { return nil }
        switch self {
        case .one(let id, _): return id == caller ? nil : caller
        case .allExcept, .all: return caller
        // The operator's.
        case .any, .everyones: return nil
        }
    }
}

/// Which sessions to end.
public enum SessionSelection: Hashable, Sendable {
    /// One session of a user.
    case one(SessionID, of: UserID)
    /// All of a user's sessions but one.
    case allExcept(SessionID, of: UserID)
    /// All of a user's sessions. Moves the account to its next epoch, forgets its known browsers and deletes its challenges.
    case all(of: UserID)
    /// One session, whoever's; for the operator.
    case any(SessionID)
    /// Up to a number of those opened before an instant, whoever's; for the operator, until none is left.
    case everyones(before: Timestamp, limit: Int)
}

/// The most recent request made with a session.
public struct SessionActivity: Hashable, Sendable {
    /// Which session.
    public let id: SessionID
    /// When.
    public let at: Timestamp
    /// From where, when that has changed; `nil` leaves it as it is.
    public let client: Client?
    /// Where the client's address roughly is; counts only together with ``client``.
    public let location: Location?

    /// Creates an activity.
    public init(id: SessionID, at: Timestamp, client: Client?, location: Location? = nil) {
        self.id = id
        self.at = at
        self.client = client
        self.location = location
    }
}

/// Names a ``SessionListing``.
public typealias SessionListingID = Identifier<SessionListing>

/// The order of a user's sessions when the first page of them was read: activity between two pages moves no session past the reader.
public struct SessionListing: Hashable, Sendable {
    /// Names the listing; it is what a cursor holds.
    public let id: SessionListingID
    /// Whose sessions.
    public let userID: UserID
    /// When the first page was read.
    public let at: Timestamp
    /// All of them, in order.
    public let sessionIDs: [SessionID]

    /// How many listings a user may have at once.
    public static let perUserMax = 8
    /// How many sessions a listing holds at most.
    public static let sessionsMax = 10_000
    /// How long one is kept, in seconds.
    public static let lifetimeSeconds: Int64 = 600

    /// Creates a listing.
    public init(id: SessionListingID, userID: UserID, at: Timestamp, sessionIDs: [SessionID]) {
        self.id = id
        self.userID = userID
        self.at = at
        self.sessionIDs = sessionIDs
    }
}
