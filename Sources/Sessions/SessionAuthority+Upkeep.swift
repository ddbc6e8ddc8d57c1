extension SessionAuthority {
    /// How many rows one step of the upkeep touches: a log-in waits for one step at most.
    static let batchMax = 500

    /// Writes the activity that memory has noted, and looks at what is unusual about it.
    ///
    /// - Throws: When the store fails. What was not written is lost; the next request notes it again.
    public func writeActivity() async throws {
        for use in endedUses.take() { try await watchEnded(use.token, from: use.client) }
        var rest = activity.take()[...]
        do {
            while !rest.isEmpty {
                for (session, activity, clients) in rest.prefix(Self.batchMax) {
                    try await watch(session, clients, at: activity.at)
                }
                try await store.note(
                    rest.prefix(Self.batchMax).map { _, activity, _ in
                        SessionActivity(
                            id: activity.id,
                            at: activity.at,
                            client: activity.client,
                            location: activity.client.flatMap(location)
                        )
                    }
                )
                rest = rest.dropFirst(Self.batchMax)
            }
        } catch {
            for (session, _, _) in rest { session.forgetClient() }
            throw error
        }
    }

    /// Marks sessions whose time has run out and tells their pages.
    ///
    /// - Returns: How many there were.
    /// - Throws: When the store fails.
    @discardableResult
    public func sweepExpired() async throws -> Int {
        var count = 0
        while !Task.isCancelled {
            // Memory refuses them by their time already: a failure here leaves nothing to be taken back.
            let expired = try await store.expire(at: clock.now, limit: Self.batchMax)
            publish(expired, because: .expired)
            count += expired.count
            if expired.count < Self.batchMax { break }
            await Task.yield()
        }
        return count
    }

    /// How many failures by names and networks that guard no account are kept.
    static let expendableAttemptsMax = 100_000

    /// Deletes failed attempts that no longer count.
    ///
    /// - Throws: When the store fails.
    public func sweepAttempts() async throws {
        while !Task.isCancelled {
            let swept = try await store.sweepAttempts(
                at: clock.now,
                expendableMax: Self.expendableAttemptsMax,
                limit: Self.batchMax
            )
            if swept < Self.batchMax { break }
            await Task.yield()
        }
    }

    /// Deletes half-finished log-ins, and seeds that were not set up, whose time is over.
    ///
    /// - Throws: When the store fails.
    public func sweepChallenges() async throws {
        while !Task.isCancelled {
            let swept = try await store.sweepChallenges(at: clock.now, limit: Self.batchMax)
            if swept < Self.batchMax { break }
            await Task.yield()
        }
    }

    /// Deletes browsers that have not logged in for as long as their cookies live.
    ///
    /// - Throws: When the store fails.
    public func purgeBrowsers() async throws {
        while !Task.isCancelled {
            let instant = clock.now.adding(seconds: -BrowserSecret.lifetimeSeconds)
            let purged = try await store.purgeBrowsers(before: instant, limit: Self.batchMax)
            if purged < Self.batchMax { break }
            await Task.yield()
        }
    }

    /// Deletes notices that are too old to be delivered or looked back at.
    ///
    /// - Throws: When the store fails.
    public func purgeNotices() async throws {
        while !Task.isCancelled {
            let instant = clock.now.adding(seconds: -Notice.retentionSeconds)
            let purged = try await store.purgeNotices(before: instant, limit: Self.batchMax)
            if purged < Self.batchMax { break }
            await Task.yield()
        }
    }

    /// Deletes the records of sessions that ended long ago.
    ///
    /// - Parameter retentionSeconds: How long an ended session is kept.
    /// - Returns: How many rows were deleted.
    /// - Throws: When the store fails.
    @discardableResult
    public func purge(retentionSeconds: Int64) async throws -> Int {
        var count = 0
        while !Task.isCancelled {
            let now = clock.now
            let purged = try await store.purge(
                endedBefore: now.adding(seconds: -retentionSeconds),
                listedBefore: now.adding(seconds: -SessionListing.lifetimeSeconds),
                limit: Self.batchMax
            )
            count += purged
            if purged < Self.batchMax { break }
            await Task.yield()
        }
        return count
    }
}
