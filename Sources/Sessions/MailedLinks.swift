/// What the links in mails do, and the mail to set another password.
///
/// None of them needs a session or opens one. Whether a link was never made, was used, is too old or was outdated is one answer.
public struct MailedLinks: Sendable {
    private let accounts: Accounts
    private let verifier: CredentialVerifier
    private let signer: LinkSigner

    private var authority: SessionAuthority { accounts.authority }
    private var store: any SessionStore { verifier.store }
    private var clock: WallClock { verifier.clock }
    private var budgets: AttemptBudgets { verifier.budgets }

    /// Creates what the links in mails do.
    ///
    /// - Parameters:
    ///   - accounts: Knows which passwords may be chosen.
    ///   - verifier: Counts what is no link, and knows the keys that links are signed with.
    public init(accounts: Accounts, verifier: CredentialVerifier) {
        self.accounts = accounts
        self.verifier = verifier
        signer = LinkSigner(keys: verifier.keys)
    }

    /// Why a link was not used.
    public enum Refusal: Error, Hashable, Sendable {
        /// It is none, or none any more.
        case invalid
        /// The network has presented too much that was none: nothing was looked at. How long to wait, in seconds.
        case throttled(retryAfterSeconds: Int64)
        /// The new password may not be chosen.
        case weakPassword(PasswordRules.Weakness)
    }

    /// What a link is about.
    public struct Subject: Sendable {
        /// The account.
        public let user: User
        /// Where the link was mailed to.
        public let address: EmailAddress
        /// What the mail told of; `nil` when that is not kept any more.
        public let activity: SessionAuthority.Activity?
    }

    // MARK: A forgotten password

    /// Mails a link to set another password, if there is such an account.
    ///
    /// Nobody looks for it now: the answer and its time are the same whether or not there is one (ASVS 6.3.8).
    ///
    /// - Parameters:
    ///   - identifier: An e-mail address or user name, as typed.
    ///   - client: Where it comes from: each network has a number of requests.
    /// - Returns: How long to wait, in seconds; `nil` when the request was taken.
    /// - Throws: When the store fails.
    public func requestPassword(named identifier: String, from client: Client) async throws -> Int64? {
        if case .refused(let until) = try await store.admit([budgets.passwordRequests(client.address)], at: clock.now) {
            return verifier.seconds(until: until)
        }
        let now = clock.now
        try await store.add(
            PasswordRequest(
                id: .make(at: now),
                name: LoginName(identifier),
                at: now,
                address: client.address,
                deviceInfo: client.device.info
            )
        )
        return nil
    }

    // MARK: Looking at a link

    /// What a link is about; it is not used by that.
    ///
    /// - Parameters:
    ///   - text: What stands in the address.
    ///   - purpose: What it is to be good for.
    /// - Returns: `nil` for anything but a link that can be used.
    /// - Throws: When the store fails.
    public func subject(of text: String, for purpose: MailedLink.Purpose) async throws -> Subject? {
        guard let (link, account) = try await find(text, for: purpose) else { return nil }
        let activity = try await authority.activity(link.eventID, of: account.id)
        return Subject(user: account.user, address: link.address, activity: activity)
    }

    private func find(_ text: String, for purpose: MailedLink.Purpose) async throws -> (MailedLink, Account)? {
        guard let token = LinkToken(text), let id = signer.id(of: token, for: purpose),
            let link = try await store.link(id), link.purpose == purpose,
            let account = try await store.account(link.userID), link.isGood(for: account, at: clock.now)
        else { return nil }
        return (link, account)
    }

    // MARK: Using a link

    /// Ends all sessions of the account and makes its password unusable: what the mail told of was not its owner.
    ///
    /// - Returns: How many sessions were ended, or why nothing was done.
    /// - Throws: When the store fails. It is then unknown which sessions have ended.
    public func report(_ text: String, from client: Client) async throws -> Result<Int, Refusal> {
        try await using(text, for: .report, from: client) { link, _, settling in
            let now = clock.now
            let user = link.userID
            let use = LinkUse(
                of: link,
                .report(
                    ending: Session.Ending(at: now, reason: .reported, by: .system),
                    restoring: AuditEvent(.emailChanged, at: now, user: user, by: .system, from: client)
                ),
                at: now,
                settling: settling,
                AuditEvent(
                    .suspicionReported,
                    at: now,
                    user: user,
                    by: .system,
                    from: client,
                    detail: "\(link.eventID)"
                )
            )
            return .success(try await apply(use, because: .reported))
        }
    }

    /// Sets another password, and ends all sessions of the account.
    ///
    /// Failures of those who guessed at it are forgotten. Whoever has set it logs in like everybody else, second factor included.
    ///
    /// - Returns: How many sessions were ended, or why nothing was done: a password that may not be chosen leaves the link as it is.
    /// - Throws: When the store or the hasher fails. It is then unknown which password is in force.
    public func setPassword(
        _ text: String,
        to password: Password,
        from client: Client
    ) async throws -> Result<Int, Refusal> {
        try await using(text, for: .password, from: client) { link, account, settling in
            let user = account.user
            let strength = try await accounts.strength(of: password, email: user.email, username: user.username)
            if let weakness = strength.weakness {
                try await store.settle(settling)
                return .failure(.weakPassword(weakness))
            }
            let hash = try await verifier.hasher.hash(password)
            let now = clock.now
            let use = LinkUse(
                of: link,
                .password(hash, ending: Session.Ending(at: now, reason: .passwordChanged, by: .system)),
                at: now,
                settling: settling + [.forget(budgets.account(user.id).key), .forget(budgets.streak(user.id).key)],
                AuditEvent(.passwordReset, at: now, user: user.id, by: .system, from: client)
            )
            return .success(try await apply(use, because: .passwordChanged))
        }
    }

    /// Makes the address that a link was mailed to the account's, and notes that mail to it reaches its owner.
    ///
    /// - Returns: Nothing, or why nothing was done.
    /// - Throws: When the store fails.
    public func confirmEmail(_ text: String, from client: Client) async throws -> Result<Void, Refusal> {
        try await using(text, for: .email, from: client) { link, account, settling in
            let now = clock.now
            let kind: AuditEvent.Kind = account.user.email == link.address ? .emailConfirmed : .emailChanged
            let event = AuditEvent(kind, at: now, user: account.id, by: .system, from: client)
            guard try await store.use(LinkUse(of: link, .email, at: now, settling: settling, event)) != nil else {
                return .success(nil)
            }
            try await authority.forgetUser(account.id)
            return .success(())
        }
    }

    /// Counts what is no link; the body takes back what was one, and answers `nil` when it was used meanwhile.
    private func using<Value>(
        _ text: String,
        for purpose: MailedLink.Purpose,
        from client: Client,
        _ body: (MailedLink, Account, [AttemptSettlement]) async throws -> Result<Value?, Refusal>
    ) async throws -> Result<Value, Refusal> {
        let budget = budgets.links(client.address)
        if case .refused(let until) = try await store.admit([budget], at: clock.now) {
            return .failure(.throttled(retryAfterSeconds: verifier.seconds(until: until)))
        }
        guard let (link, account) = try await find(text, for: purpose) else { return .failure(.invalid) }
        return try await body(link, account, [.takeBack(budget.key)]).flatMap { value in
            value.map(Result.success) ?? .failure(.invalid)
        }
    }

    /// - Returns: How many sessions were ended; `nil` when the link could not be used any more.
    private func apply(_ use: LinkUse, because reason: Session.EndReason) async throws -> Int? {
        var isUsed = false
        let ended = try await authority.publishing(reason) {
            let ended = try await store.use(use)
            isUsed = ended != nil
            return ended ?? EndedSessions()
        }
        return isUsed ? ended.active.count : nil
    }
}
