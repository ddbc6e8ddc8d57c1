// Its methods are documented at the protocol.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension MemoryStore {
    /// A notice as it is kept.
    struct KeptNotice {
        var notice: Notice
        let key: String
        var dueAt: Timestamp
        var outcome: Notice.Outcome?
    }

    /// Writes an event, with what is to be told of it.
    func append(
        _ event: AuditEvent,
        ended: [SessionID: UserID] = [:],
        familiarity: LoginFamiliarity = .known,
        mailing addresses: [EmailAddress]? = nil
    ) {
        var event = event
        event.endedCount = ended.count
        events.append(event)
        let drafts = policy.drafts(of: event, ended: ended, familiarity: familiarity, to: addresses)
        for draft in drafts { write(draft, of: event) }
    }

    private func write(_ draft: NoticeDraft, of event: AuditEvent) {
        guard !notices.contains(where: { $0.notice.lane == draft.lane && $0.key == draft.key }) else { return }
        var notice = draft.notice(of: event)
        if draft.lane == .mail {
            guard let account = accounts[draft.userID] else { return }
            let mine = notices.filter { $0.notice.lane == .mail && $0.notice.userID == draft.userID }
            let recent = mine.map { (kind: $0.notice.kind, at: $0.notice.at) }
            guard NoticeLimit.admits(draft.kind, at: event.at, after: recent) else {
                if !draft.kind.isRequested { withheldNotices[draft.userID, default: 0] += 1 }
                return
            }
            notice = draft.notice(
                of: event,
                to: draft.recipient ?? account.user.email,
                place: draft.sessionID.flatMap { sessions[$0]?.location?.summary },
                withheldCount: draft.kind.isRequested ? 0 : withheldNotices.removeValue(forKey: draft.userID) ?? 0
            )
            if let link = MailedLink(with: notice, credentialVersion: account.credentialVersion) { keep(link) }
        }
        notices.append(KeptNotice(notice: notice, key: draft.key, dueAt: event.at))
    }

    func forgetMail(to user: UserID) {
        notices.removeAll { $0.notice.lane == .mail && $0.notice.userID == user }
        withheldNotices[user] = nil
    }

    public func takeNotices(
        of lane: Notice.Lane,
        at now: Timestamp,
        until leaseEnd: Timestamp,
        limit: Int
    ) -> [Notice] {
        let due = notices.indices.filter {
            notices[$0].notice.lane == lane && notices[$0].outcome == nil && notices[$0].dueAt <= now
        }
        let first = due.sorted {
            (notices[$0].dueAt, notices[$0].notice.id) < (notices[$1].dueAt, notices[$1].notice.id)
        }.prefix(limit)
        return first.map { index in
            notices[index].dueAt = leaseEnd
            notices[index].notice.attempts += 1
            return notices[index].notice
        }.sorted { $0.id < $1.id }
    }

    public func putOff(_ notice: Notice, until instant: Timestamp) {
        guard let index = notices.firstIndex(where: { $0.notice.id == notice.id }), notices[index].outcome == nil,
            notices[index].notice.attempts == notice.attempts
        else { return }
        notices[index].dueAt = instant
    }

    public func finish(_ notice: Notice, as outcome: Notice.Outcome, at now: Timestamp) {
        guard let index = notices.firstIndex(where: { $0.notice.id == notice.id }), notices[index].outcome == nil
        else { return }
        notices[index].outcome = outcome
    }

    public func waitingNotices(of lane: Notice.Lane, countingTo limit: Int) -> Int {
        min(limit, notices.count { $0.notice.lane == lane && $0.outcome == nil })
    }

    public func purgeNotices(before instant: Timestamp, limit: Int) -> Int {
        let old = Set(notices.filter { $0.notice.at < instant }.prefix(limit).map(\.notice.id))
        notices.removeAll { old.contains($0.notice.id) }
        return old.count
    }
}
