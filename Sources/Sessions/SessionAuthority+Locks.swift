/// What became of a lock that was to be set.
public enum LockSetting: Hashable, Sendable {
    /// It denies log-ins from now on; the live sessions that match are still to be ended.
    case set
    /// There is no such account.
    case noSuchAccount
    /// There are ``LoginLock/countMax`` of them.
    case tooMany
}

extension SessionAuthority {
    /// Locks an account, a network or a browser.
    ///
    /// When it returns, no log-in that matches opens a session any more, on any node, not even one that has begun before: whoever ends all
    /// sessions that match (``sessions(matching:after:)``, ``end(_:because:)``) after that has ended them for as long as the lock lasts.
    ///
    /// - Parameters:
    ///   - target: What is denied; a lock that it has is replaced.
    ///   - seconds: For how long; clamped to ``LoginLock/lifetimeSeconds``.
    ///   - reason: Why.
    /// - Returns: The lock, and whether it was set.
    /// - Throws: When the store fails; whether it was set is then unknown.
    public func lock(
        _ target: LoginLock.Target,
        forSeconds seconds: Int64,
        because reason: String?
    ) async throws -> (LoginLock, LockSetting) {
        let now = clock.now
        let range = LoginLock.lifetimeSeconds
        let lock = LoginLock(
            id: .make(at: now),
            target: target,
            setAt: now,
            expiresAt: now.adding(seconds: min(max(seconds, range.lowerBound), range.upperBound)),
            reason: reason
        )
        return (lock, try await store.set(lock, event(.lockSet, target, at: now)))
    }

    /// Takes a lock away before its time.
    ///
    /// - Returns: The lock; `nil` when there is none of that id in force.
    /// - Throws: When the store fails; whether it was removed is then unknown.
    public func unlock(_ id: LoginLockID) async throws -> LoginLock? {
        let now = clock.now
        guard let lock = try await store.lock(id), now < lock.expiresAt,
            try await store.remove(id, event(.lockRemoved, lock.target, at: now))
        else { return nil }
        return lock
    }

    /// The locks that are in force, up to 500 in the order of their making, after one of them.
    ///
    /// - Throws: When the store fails.
    public func locks(after id: LoginLockID? = nil) async throws -> [LoginLock] {
        try await store.locks(after: id, at: clock.now, limit: Self.batchMax)
    }

    /// Deletes locks whose time is over: they deny nothing already.
    ///
    /// - Throws: When the store fails.
    public func purgeLocks() async throws {
        while !Task.isCancelled {
            let purged = try await store.purgeLocks(before: clock.now, limit: Self.batchMax)
            if purged < Self.batchMax { break }
            await Task.yield()
        }
    }

    /// Of an account it stands in its owner's history.
    private func event(_ kind: AuditEvent.Kind, _ target: LoginLock.Target, at now: Timestamp) -> AuditEvent {
        AuditEvent(
            kind,
            at: now,
            user: target.user,
            by: .operator,
            detail: target.user == nil ? "\(target.kind) \(target.text)" : target.kind
        )
    }
}
