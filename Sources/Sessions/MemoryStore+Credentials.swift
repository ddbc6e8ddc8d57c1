// Its methods are documented at the protocol.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension MemoryStore {
    public func make(_ change: CredentialChange) -> CredentialChangeOutcome {
        let user = change.userID
        guard let account = accounts[user], !account.isDisabled, account.credentialVersion == change.credentialVersion
        else { return .refused }
        guard let session = sessions[change.session], session.userID == user, session.tokenDigest == change.tokenDigest,
            session.status(at: change.at) == .active
        else { return .sessionChanged }
        guard canApply(change) else { return .refused }
        if let using = change.using, !use(using, of: user) { return .alreadyUsed }
        apply(change)
        if change.outdatesAuthentications { outdateAuthentications(of: user) }
        let ended = change.endingOthers.map { end($0) { $0.userID == user && $0.id != session.id } } ?? EndedSessions()
        if let renewal = change.renewal {
            sessions[session.id] = session.renewed(
                with: renewal.tokenDigest,
                methods: renewal.authentication,
                authenticatedAt: renewal.authenticatedAt
            )
        }
        if let browser = change.browser { know(browser, of: user, at: change.at) }
        settle(change.settling)
        if let event = change.reporting { judge(event, of: user, .reported) }
        for (number, event) in change.events.enumerated() {
            append(event, ended: number == 0 ? ended.active : [:], mailing: number == 0 ? recipients(of: change) : nil)
        }
        return .made(ended)
    }

    /// Where the mail goes that a change asks for; `nil` where it asks for none.
    private func recipients(of change: CredentialChange) -> [EmailAddress]? {
        guard case .emailRequest(let address) = change.kind else { return nil }
        return isTaken(address, butBy: change.userID, at: change.at) ? [] : [address]
    }

    private func canApply(_ change: CredentialChange) -> Bool {
        switch change.kind {
        case .none, .password, .passwordUnusable, .emailRequest: true
        case .secondFactorOn(let seed, _, _):
            pendingSecondFactors[change.userID].map {
                $0.seed == seed && $0.sessionID == change.session && $0.expiresAt > change.at
            } ?? false
        case .secondFactorOff, .recoveryCodes: accounts[change.userID]?.secondFactor != nil
        }
    }

    private func apply(_ change: CredentialChange) {
        let user = change.userID
        switch change.kind {
        case .none, .emailRequest: break
        case .password(let hash):
            accounts[user]?.passwordHash = hash
            accounts[user]?.user.passwordChangedAt = change.at
            browsers[user] = nil
        case .passwordUnusable:
            accounts[user]?.passwordHash = nil
            browsers[user] = nil
        case .secondFactorOn(let seed, let step, let codes):
            accounts[user]?.secondFactor = SecondFactor(seed: seed, lastStep: step)
            accounts[user]?.user.secondFactorSince = change.at
            pendingSecondFactors[user] = nil
            recoveryCodes[user] = Set(codes)
        case .secondFactorOff: deleteSecondFactor(of: user)
        case .recoveryCodes(let codes): recoveryCodes[user] = Set(codes)
        }
    }

    private func deleteSecondFactor(of user: UserID) {
        accounts[user]?.secondFactor = nil
        accounts[user]?.user.secondFactorSince = nil
        recoveryCodes[user] = nil
    }

    /// Uses a code up; `false` when it was used before, or is none of the account's.
    func use(_ code: SecondFactorUse, of user: UserID) -> Bool {
        switch code {
        case .step(let step):
            guard let last = accounts[user]?.secondFactor?.lastStep, last < step else { return false }
            accounts[user]?.secondFactor?.lastStep = step
            return true
        case .recoveryCode(let digest): return recoveryCodes[user]?.remove(digest) != nil
        }
    }

    func outdateAuthentications(of user: UserID) {
        accounts[user]?.credentialVersion += 1
        deleteChallenges(of: user)
    }

    public func begin(_ pending: PendingSecondFactor) -> Bool {
        guard let account = accounts[pending.userID], account.secondFactor == nil else { return false }
        pendingSecondFactors[pending.userID] = pending
        return true
    }

    public func pendingSecondFactor(of user: UserID) -> PendingSecondFactor? { pendingSecondFactors[user] }

    public func removeSecondFactor(of user: UserID, ending: Session.Ending, _ event: AuditEvent) -> EndedSessions? {
        guard accounts[user]?.secondFactor != nil else { return nil }
        deleteSecondFactor(of: user)
        return change(user, ending, event) { $0.credentialVersion += 1 }
    }

    public func recoveryCodesLeft(of user: UserID) -> Int { recoveryCodes[user]?.count ?? 0 }

    public func hasRecoveryCode(_ digest: RecoveryCodeDigest, of user: UserID) -> Bool {
        recoveryCodes[user]?.contains(digest) ?? false
    }

    public func seeds(after user: UserID?, limit: Int) -> [OwnedSeed] {
        let owned = accounts.values.compactMap { account in
            account.secondFactor.map { OwnedSeed(userID: account.id, seed: $0.seed) }
        }
        let later = owned.filter { seed in user.map { seed.userID > $0 } ?? true }
        return Array(later.sorted { $0.userID < $1.userID }.prefix(limit))
    }

    public func renew(_ seed: SealedSeed, as renewed: SealedSeed, of user: UserID) {
        if accounts[user]?.secondFactor?.seed == seed { accounts[user]?.secondFactor?.seed = renewed }
    }
}
