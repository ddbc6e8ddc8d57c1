// Its methods are documented at the protocol.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension MemoryStore {
    /// Keeps a link, in place of those that were mailed before it for the same.
    func keep(_ link: MailedLink) {
        if link.purpose.dependsOnCredentials {
            links = links.filter { $0.value.userID != link.userID || $0.value.purpose != link.purpose }
        }
        links[link.id] = link
    }

    public func add(_ request: PasswordRequest) { passwordRequests.append(request) }

    public func answerPasswordRequests(at now: Timestamp, limit: Int) -> Int {
        let answered = Array(passwordRequests.sorted { $0.id < $1.id }.prefix(limit))
        passwordRequests.removeAll { answered.contains($0) }
        for request in answered where !request.isOutdated(at: now) {
            let named: Account? = if let name = request.name { account(named: name) } else { nil }
            let user: UserID? = if let named, !named.isDisabled { named.id } else { nil }
            note(failure: request.event(of: user))
        }
        return answered.count
    }

    public func link(_ id: NoticeID) -> MailedLink? { links[id] }

    public func use(_ use: LinkUse) -> EndedSessions? {
        let link = use.link
        let user = link.userID
        guard links[link.id] == link, var account = accounts[user], link.isGood(for: account, at: use.at),
            use.change != .email || !isTaken(link.address, butBy: user, at: use.at)
        else { return nil }
        let former = account.user.email
        let isAnother = former != link.address
        var restoring: AuditEvent?
        var ending: Session.Ending?
        switch use.change {
        case .report(let how, let event):
            ending = how
            account.passwordHash = nil
            if isAnother, !isTaken(link.address, butBy: user, at: use.at) { restoring = event }
            judge(link.eventID, of: user, .reported)
        case .password(let hash, let how):
            ending = how
            account.passwordHash = hash
            account.user.passwordChangedAt = use.at
            account.user.isEmailVerified = account.user.isEmailVerified || !isAnother
        case .email:
            account.user.isEmailVerified = true
        }
        if restoring != nil { account.user.isEmailVerified = true }
        if restoring != nil || use.change == .email { account.user.email = link.address }
        if ending != nil || isAnother { account.credentialVersion += 1 }
        if ending != nil {
            account.epoch += 1
            browsers[user] = nil
        }
        if ending != nil || isAnother { deleteChallenges(of: user) }
        accounts[user] = account
        links[link.id] = nil
        if restoring != nil { links = links.filter { $0.value.userID != user || $0.value.address == link.address } }
        let ended = ending.map { ending in end(ending) { $0.userID == user } } ?? EndedSessions()
        settle(use.settling)
        let both = [former, link.address]
        append(use.event, ended: ended.active, mailing: use.change == .email && isAnother ? both : nil)
        if let restoring { append(restoring, mailing: both) }
        return ended
    }

    /// Whether an address is another account's, or that account can still get it back.
    func isTaken(_ address: EmailAddress, butBy user: UserID, at now: Timestamp) -> Bool {
        accounts.values.contains { $0.user.email == address && $0.id != user }
            || links.values.contains {
                $0.purpose == .report && $0.address == address && $0.userID != user && now < $0.expiresAt
            }
    }
}
