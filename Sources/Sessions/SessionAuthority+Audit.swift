extension SessionAuthority {
    /// Writes the failures that were counted in minutes that are over, and seals what was written since the last seal.
    ///
    /// - Throws: When the store fails.
    public func sealEvents() async throws {
        let now = clock.now
        try await repeatedly { try await store.seal(at: now, limit: Self.batchMax) }
    }

    /// Cuts addresses that are old enough down to their networks.
    ///
    /// - Parameter seconds: How long a whole address is kept after a session's end or an event.
    /// - Throws: When the store fails.
    public func shortenAddresses(afterSeconds seconds: Int64) async throws {
        let instant = clock.now.adding(seconds: -seconds)
        try await repeatedly { try await store.shortenAddresses(before: instant, limit: Self.batchMax) }
    }

    /// Removes addresses that are old enough.
    ///
    /// - Parameter seconds: How long an address is kept after a session's end or an event.
    /// - Throws: When the store fails.
    public func removeAddresses(afterSeconds seconds: Int64) async throws {
        let instant = clock.now.adding(seconds: -seconds)
        try await repeatedly { try await store.removeAddresses(before: instant, limit: Self.batchMax) }
    }

    /// Deletes events that are old enough.
    ///
    /// - Parameter retentionSeconds: How long an event is kept.
    /// - Throws: When the store fails.
    public func purgeEvents(retentionSeconds: Int64) async throws {
        let now = clock.now
        try await repeatedly {
            try await store.purgeEvents(
                before: now.adding(seconds: -retentionSeconds),
                at: now,
                limit: Self.batchMax
            )
        }
    }

    private func repeatedly(_ step: () async throws -> Int) async throws {
        while !Task.isCancelled, try await step() >= Self.batchMax { await Task.yield() }
    }
}
