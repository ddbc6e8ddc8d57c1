// Its methods are documented at the protocol.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension MemoryStore {
    public func open(
        _ session: Session,
        verified credentialVersion: Int64,
        replacing replaced: ReplacedSession?,
        completing login: LoginCompletion,
        _ event: AuditEvent
    ) -> SessionOpening {
        guard let account = accounts[session.userID], !account.isDisabled,
            account.credentialVersion == credentialVersion
        else {
            return .refused
        }
        if let lock = locks(on: session.userID, at: session.createdAt).first(where: { $0.matches(session) }) {
            return .denied(lock)
        }
        guard account.epoch == session.epoch else { return .epochChanged(account.epoch) }
        if let step = login.secondStep {
            guard let challenge = challenges[step.challenge], challenge.userID == session.userID,
                challenge.expiresAt > session.createdAt, use(step.using, of: session.userID)
            else { return .alreadyUsed }
            challenges[step.challenge] = nil
        }
        if let replaced {
            let ended = end(replaced.ending) { $0.id == replaced.id }
            if !ended.active.isEmpty { append(replaced.event, ended: ended.active) }
        }
        let recovered = login.secondStep?.recovery.map { recover($0, for: session.userID) }
        sessions[session.id] = session
        complete(login, of: session.userID, at: session.createdAt)
        append(event, familiarity: login.familiarity)
        return recovered.map(SessionOpening.recovered) ?? .opened
    }

    private func recover(_ recovery: LoginCompletion.SecondStep.Recovery, for user: UserID) -> EndedSessions {
        outdateAuthentications(of: user)
        let ended = end(recovery.ending) { $0.userID == user }
        append(recovery.event, ended: ended.active)
        return ended
    }

    private func complete(_ login: LoginCompletion, of user: UserID, at now: Timestamp) {
        for browser in login.formerBrowsers { browsers[user]?[browser] = nil }
        if let browser = login.browser { know(browser, of: user, at: now) }
        settle(login.settling)
        if let sighting = login.sighting { insert(sighting) }
    }
}
