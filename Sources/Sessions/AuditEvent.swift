/// Something that happened to an account or a session, stored in the transaction that made it happen.
///
/// What changes nothing and must be known all the same, such as a failed log-in, is noted by ``SessionStore/note(failure:)``.
public struct AuditEvent: Hashable, Sendable, Identifiable {
    /// What happened.
    ///
    /// The raw values are stored; `docs/logging.md` explains each.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// An account was made.
        case accountCreated = "account_created"
        /// An account that was made elsewhere was taken over.
        case accountImported = "account_imported"
        /// The operator disabled an account.
        case accountDisabled = "account_disabled"
        /// The operator enabled an account again.
        case accountEnabled = "account_enabled"
        /// An account was deleted.
        case accountDeleted = "account_deleted"
        /// Too many failures in a row: only a known browser, a mailed link or the operator opens the account.
        case accountLocked = "account_locked"
        /// A password was set by the operator.
        case passwordSet = "password_set"
        /// The owner changed the password.
        case passwordChanged = "password_changed"
        /// Somebody asked for mail to set another password.
        case passwordResetRequested = "password_reset_requested"
        /// A password was set by the link in a mail.
        case passwordReset = "password_reset"
        /// The owner asked for another e-mail address, or for mail to confirm the one there is.
        case emailChangeRequested = "email_change_requested"
        /// The account has another e-mail address: it was confirmed by the link in a mail, or given back by a report.
        case emailChanged = "email_changed"
        /// The link in a mail has shown that the e-mail address is the owner's.
        case emailConfirmed = "email_confirmed"
        /// A session was opened.
        case loginSucceeded = "login_succeeded"
        /// A session was opened after failures.
        case loginSucceededAfterFailures = "login_succeeded_after_failures"
        /// A log-in with a wrong name or password.
        case loginFailed = "login_failed"
        /// A log-in that was refused without looking at the password.
        case loginThrottled = "login_throttled"
        /// A session went on in another browser, on another system or from where it cannot have got to.
        case clientChanged = "client_changed"
        /// The token of a session that had ended was used by somebody else, and refused.
        case endedTokenUsed = "ended_token_used"
        /// The owner proved again who they are, within a session.
        case reauthenticated
        /// The password was right, and the second factor was asked for.
        case secondFactorAsked = "second_factor_asked"
        /// A wrong second factor.
        case secondFactorFailed = "second_factor_failed"
        /// The second factor was turned on.
        case secondFactorEnabled = "second_factor_enabled"
        /// The second factor was turned off.
        case secondFactorDisabled = "second_factor_disabled"
        /// New recovery codes took the place of the old ones.
        case recoveryCodesMade = "recovery_codes_made"
        /// A recovery code was used up.
        case recoveryCodeUsed = "recovery_code_used"
        /// A browser is no longer known: its budget of guesses is spent, or the owner has seen to it.
        case knownBrowserForgotten = "known_browser_forgotten"
        /// The owner said that something in the account's history was them: the event whose id is in ``AuditEvent/detail``.
        case activityConfirmed = "activity_confirmed"
        /// The owner reported something suspicious: the event whose id is in ``AuditEvent/detail``.
        case suspicionReported = "suspicion_reported"
        /// A session's own device ended it.
        case sessionLoggedOut = "session_logged_out"
        /// A session was ended from elsewhere.
        case sessionRevoked = "session_revoked"
        /// A log-in of the same browser took a session's place.
        case sessionReplaced = "session_replaced"
        /// A session's lifetime ran out.
        case sessionExpired = "session_expired"
        /// The operator has locked an account, or the network or browser that is in ``AuditEvent/detail``: nobody logs in for a time.
        case lockSet = "lock_set"
        /// The operator has taken a lock away before its time.
        case lockRemoved = "lock_removed"
        /// A log-in with the right password, or the right code, that was refused by a lock: its kind is in ``AuditEvent/detail``.
        case loginDenied = "login_denied"
        /// Old events were deleted: ``AuditEvent/count`` of them, those before the instant in ``AuditEvent/detail``.
        case auditPurged = "audit_purged"
    }

    /// The longest ``detail``, in UTF-8 bytes.
    ///
    /// It is a word of ours or two, or of the operator's, never what anybody else typed.
    public static let detailBytesMax = 64

    /// Names the event.
    public let id: AuditEventID
    /// What happened.
    public let kind: Kind
    /// When.
    public let at: Timestamp
    /// Whose account it concerns; `nil` when it concerns all.
    public let userID: UserID?
    /// Which session it concerns; `nil` when it concerns several or none.
    public let sessionID: SessionID?
    /// Who did it.
    public let actor: Actor
    /// The address it was done from; later its network, and in the end `nil` (``SessionStore/shortenAddresses(before:limit:)``).
    public internal(set) var address: IPAddress?
    /// The device it was done from, as ``Device/info``.
    public let deviceInfo: String?
    /// How many sessions it ended.
    public var endedCount: Int
    /// More about what happened, in a word: "password", "totp", a reason; at most ``detailBytesMax``.
    public let detail: String?
    /// How many happenings it stands for; more than 1 where failures were merged and where events were purged.
    public let count: Int

    /// Creates an event as it was, or will be, stored.
    public init(
        id: AuditEventID,
        kind: Kind,
        at: Timestamp,
        userID: UserID?,
        sessionID: SessionID?,
        by actor: Actor,
        address: IPAddress?,
        deviceInfo: String?,
        endedCount: Int = 0,
        detail: String? = nil,
        count: Int = 1
    ) {
        self.id = id
        self.kind = kind
        self.at = at
        self.userID = userID
        self.sessionID = sessionID
        self.actor = actor
        self.address = address
        self.deviceInfo = deviceInfo
        self.endedCount = endedCount
        self.detail = detail.map { $0.prefix(utf8BytesMax: Self.detailBytesMax) }
        self.count = count
    }

    /// Creates an event that happens now.
    public init(
        _ kind: Kind,
        at now: Timestamp,
        user: UserID?,
        session: SessionID? = nil,
        by actor: Actor,
        from client: Client? = nil,
        detail: String? = nil
    ) {
        self.init(
            id: .make(at: now),
            kind: kind,
            at: now,
            userID: user,
            sessionID: session,
            by: actor,
            address: client?.address,
            deviceInfo: client?.device.info,
            detail: detail
        )
    }
}
