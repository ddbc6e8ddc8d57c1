extension SessionAuthority {
    /// How many rows one step of the upkeep touches: a log-in waits for one step at most.
    static let batchMax = 500

    /// Writes the activity that memory has noted.
    ///
    /// - Throws: When the store fails. What was not written is lost; the next request notes it again.
    public func writeActivity() async throws {
        let activity = activity.take()
        for start in stride(from: 0, to: activity.count, by: Self.batchMax) {
            let batch = activity[start..<min(start + Self.batchMax, activity.count)]
            try await store.note(
                batch.map { activity in
                    SessionActivity(
                        id: activity.id,
                        at: activity.at,
                        client: activity.client,
                        location: activity.client.flatMap(location)
                    )
                }
            )
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
            let expired = try await publishing(.expired) { try await store.expire(at: clock.now, limit: Self.batchMax) }
            count += expired.count
            if expired.count < Self.batchMax { break }
            await Task.yield()
        }
        return count
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
