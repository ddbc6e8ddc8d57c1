/// What owners do to their own accounts, from within a session: another password, the second factor, proving once more who is there.
///
/// Each change takes a proof first. What follows from a change happens in its transaction: the other sessions end, half-finished
/// log-ins are void, and the caller's session goes on under a new token, with its id and its expiry.
public struct AccountSecurity: Sendable {
    /// Who asks.
    public typealias Caller = CredentialVerifier.Caller

    let accounts: Accounts
    let verifier: CredentialVerifier

    var authority: SessionAuthority { accounts.authority }
    var store: any SessionStore { verifier.store }
    var clock: WallClock { verifier.clock }

    /// Creates what owners may do.
    ///
    /// - Parameters:
    ///   - accounts: Knows which passwords may be chosen.
    ///   - verifier: Checks the proofs.
    public init(accounts: Accounts, verifier: CredentialVerifier) {
        self.accounts = accounts
        self.verifier = verifier
    }

    /// Why something was not done.
    ///
    /// Nothing was changed but counts of failures, and the session where it says so.
    public enum Refusal: Error, Hashable, Sendable {
        /// The current password is wrong.
        case wrongPassword
        /// The code is wrong, missing, or was used before.
        case wrongCode
        /// There were too many failures: nothing was looked at. How long to wait, in seconds.
        case throttled(retryAfterSeconds: Int64)
        /// It was one failure too many in this session: it has ended.
        case sessionEnded
        /// The session has another token by now, or has ended: of two changes at once one is made.
        case sessionChanged
        /// The new password may not be chosen.
        case weakPassword(PasswordRules.Weakness)
        /// The second factor is on.
        case alreadyEnabled
        /// The second factor is off.
        case notEnabled
        /// No seed is being set up in this session, or not any more.
        case setupRequired
    }

    /// What a change has made of the caller's session.
    public struct Renewed: Sendable {
        /// The session's record.
        public let session: Session
        /// Its new token; the old one is refused from now on.
        public let token: SessionToken
        /// What the caller's browser is known by from now on; `nil` leaves it as it is.
        public let browser: BrowserSecret?
        /// How many other sessions were ended.
        public let endedCount: Int
    }

    /// Proves once more who is there, so that what needs a fresh log-in may be done (decision C5).
    ///
    /// - Parameters:
    ///   - password: The account's password, as typed.
    ///   - code: A code of the second factor; needed where that is on.
    ///   - caller: Who asks.
    /// - Returns: The session under its new token, or why not.
    /// - Throws: When the store or the hasher fails. It is then unknown which token is in force.
    public func reauthenticate(
        password: Password,
        code: String?,
        by caller: Caller
    ) async throws -> Result<Renewed, Refusal> {
        try await withAccount(of: caller) { record in
            try await confirming(.passwordAndCode(password, code: code), of: record, by: caller) { confirmed in
                let methods: AuthenticationMethods = confirmed.using == nil ? .password : .passwordAndCode
                return try await renew(record, .none, .reauthenticated, confirmed, methods, by: caller)
            }
        }
    }

    /// What an owner may see of the account.
    ///
    /// - Throws: When the store fails.
    public func user(of session: LiveSession) async throws -> User? {
        try await store.account(session.userID)?.user
    }

    /// Whether a change of the password asks for the one so far: an account has none after a report.
    ///
    /// - Throws: When the store fails.
    public func asksForPassword(_ session: LiveSession) async throws -> Bool {
        try await store.account(session.userID)?.passwordHash != nil
    }

    /// What to ask for where ``reauthenticate(password:code:by:)`` is asked for; whether a code is needed too.
    ///
    /// - Throws: When the store fails.
    public func asksForCode(_ session: LiveSession) async throws -> Bool {
        try await store.account(session.userID)?.secondFactor != nil
    }

    /// How many recovery codes were not used yet.
    ///
    /// - Throws: When the store fails.
    public func recoveryCodesLeft(of session: LiveSession) async throws -> Int {
        try await store.recoveryCodesLeft(of: session.userID)
    }

    /// Changes the password.
    ///
    /// - Parameters:
    ///   - current: The password so far, as typed; not looked at while the account has none, after a report.
    ///   - new: The new one, as typed.
    ///   - endsOthers: Whether the other sessions end.
    ///   - caller: Who asks. Where their browser was known, it is known by another secret afterwards; others are forgotten.
    /// - Returns: The session under its new token, or why not.
    /// - Throws: When the store or the hasher fails. It is then unknown which password and token are in force.
    public func changePassword(
        from current: Password,
        to new: Password,
        endingOthers endsOthers: Bool,
        by caller: Caller
    ) async throws -> Result<Renewed, Refusal> {
        try await withAccount(of: caller) { record in
            let user = record.account.user
            let strength = try await accounts.strength(of: new, email: user.email, username: user.username)
            if let weakness = strength.weakness { return .failure(.weakPassword(weakness)) }
            let change: (CredentialVerifier.Confirmed) async throws -> Result<Renewed, Refusal> = { confirmed in
                let hash = try await verifier.hasher.hash(new)
                // A password alone is no fresh authentication where there is a second factor, and none where nothing was asked.
                let isWhole = user.secondFactorSince == nil && record.account.passwordHash != nil
                return try await renew(
                    record,
                    .password(hash),
                    .passwordChanged,
                    confirmed,
                    isWhole ? .password : nil,
                    endingOthers: endsOthers ? .passwordChanged : nil,
                    by: caller
                )
            }
            guard record.account.passwordHash != nil else {
                return try await change(.unproved(record.account))
            }
            return try await confirming(.password(current), of: record, by: caller, change)
        }
    }

    /// How many of the newest events are looked through for the same confirmation.
    private static let confirmationsMax = 100

    /// Notes that something in the account's history was its owner.
    ///
    /// - Parameters:
    ///   - event: What was the owner.
    ///   - caller: Who says so.
    /// - Returns: Whether the account has such an event.
    /// - Throws: When the store fails.
    public func confirm(_ event: AuditEventID, by caller: Caller) async throws -> Bool {
        let session = caller.session
        guard try await store.event(event, of: session.userID) != nil else { return false }
        // Said twice it is noted once: whoever finds a session open does not push the history off its first pages.
        let newest = try await store.events(of: session.userID, before: nil, limit: Self.confirmationsMax)
        guard !newest.contains(where: { $0.kind == .activityConfirmed && $0.detail == "\(event)" }) else { return true }
        let confirmation = AuditEvent(
            .activityConfirmed,
            at: clock.now,
            user: session.userID,
            session: session.id,
            by: .session(session.id),
            from: caller.client,
            detail: "\(event)"
        )
        // Whoever has broken in must not be the one who says that it was the owner: from a session that needs attention it is only noted.
        // Bounded like failures: however often somebody says so, it does not fill the disk.
        if try await authority.findings(of: session.userID).needsAttention(session.id) {
            try await store.note(failure: confirmation)
        } else {
            try await store.confirm(event, of: session.userID, noting: confirmation)
        }
        return true
    }

    /// Makes the password unusable and ends everything but the caller's session: something was not the owner.
    ///
    /// Who stole the password must not be the one who sets another.
    /// Afterwards the caller may change the password without giving the old one, which is none any more.
    ///
    /// - Parameters:
    ///   - event: What was not the owner.
    ///   - caller: Who reports it; their log-in must be fresh, which is for the caller of this to see to.
    /// - Returns: How many other sessions were ended; `nil` when the account has no such event.
    /// - Throws: When the store fails. It is then unknown which sessions have ended.
    public func report(_ event: AuditEventID, by caller: Caller) async throws -> Result<Int?, Refusal> {
        try await withAccount(of: caller) { record in
            guard try await store.event(event, of: record.account.id) != nil else { return .success(nil) }
            // Reported already: nothing else is open, and no log-in has opened anything since.
            guard record.account.passwordHash != nil else { return .success(0) }
            let made = try await make(
                .passwordUnusable,
                .suspicionReported,
                .unproved(record.account),
                at: clock.now,
                endingOthers: .reported,
                reporting: event,
                by: caller
            )
            return made.map(Int?.some)
        }
    }
}
