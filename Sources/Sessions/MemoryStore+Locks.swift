// Its methods are documented at the protocol.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension MemoryStore {
    public func liveSessions(
        of user: UserID?,
        after position: SessionPosition?,
        activeAt now: Timestamp,
        limit: Int
    ) -> [Session] {
        let live = sessions.values.filter { session in
            session.status(at: now) == .active && (user == nil || session.userID == user)
                && position.map { (session.expiresAt, session.id) > ($0.expiresAt, $0.id) } ?? true
        }
        return Array(live.sorted { ($0.expiresAt, $0.id) < ($1.expiresAt, $1.id) }.prefix(limit))
    }

    public func end(_ ending: Session.Ending, _ events: [AuditEvent]) -> EndedSessions {
        var all = EndedSessions()
        for event in events {
            let ended = end(ending) { $0.id == event.sessionID && $0.userID == event.userID }
            if !ended.active.isEmpty { append(event, ended: ended.active) }
            all.active.merge(ended.active) { $1 }
            all.due.merge(ended.due) { $1 }
        }
        return all
    }

    public func set(_ lock: LoginLock, _ event: AuditEvent) -> LockSetting {
        if let user = lock.target.user, accounts[user] == nil { return .noSuchAccount }
        let others = locks.filter { $0.value.target != lock.target }
        guard others.values.count(where: { $0.expiresAt > lock.setAt }) < LoginLock.countMax else { return .tooMany }
        locks = others
        locks[lock.id] = lock
        append(event)
        return .set
    }

    public func lock(_ id: LoginLockID) -> LoginLock? { locks[id] }

    public func remove(_ id: LoginLockID, _ event: AuditEvent) -> Bool {
        guard locks.removeValue(forKey: id) != nil else { return false }
        append(event)
        return true
    }

    public func locks(after id: LoginLockID?, at now: Timestamp, limit: Int) -> [LoginLock] {
        let later = locks.values.filter { lock in lock.expiresAt > now && id.map { lock.id > $0 } ?? true }
        return Array(later.sorted { $0.id < $1.id }.prefix(limit))
    }

    public func locks(on user: UserID?, at now: Timestamp) -> [LoginLock] {
        locks.values.filter { $0.expiresAt > now && ($0.target.user == nil || $0.target.user == user) }
    }

    public func purgeLocks(before instant: Timestamp, limit: Int) -> Int {
        let old = locks.values.filter { $0.expiresAt <= instant }.prefix(limit)
        for lock in old { locks[lock.id] = nil }
        return old.count
    }
}
