import Synchronization

/// The sessions that memory vouches for: a bounded view of the store that an ending always reaches before it is answered.
///
/// A request is accepted from here without asking the store. What makes that safe is the order of things:
/// an ending is committed, then taken out of here (``end(_:)``), then answered. A record that was read before the commit cannot be put
/// in afterwards, because each ending moves a generation and ``insert(_:readAt:)`` compares it under the lock.
package final class LiveSessions: Sendable {
    private struct Entry {
        var sessions: [TokenCode: LiveSession] = [:]
    }

    private struct Index {
        /// One for a few sessions each, so that endings of others seldom void what is being read: with one for all of them a record that
        /// takes long would hardly ever get in while many are ended.
        var generations = [UInt64](repeating: 0, count: LiveSessions.generationCount)
        var codes: [SessionID: TokenCode] = [:]
    }

    /// Where a record was read: valid while neither its session has been ended since, nor one that shares its generation.
    package struct Generation: Sendable {
        fileprivate let number: UInt64
    }

    private static let shardCount = 64
    /// Generations in each shard.
    private static let generationCount = 64
    private let entries: [Shard<Entry>]
    private let indexes: [Shard<Index>]
    private let perShardMax: Int

    /// - Parameter sessionsMax: How many sessions are held at most; about 400 bytes each.
    package init(sessionsMax: Int = 500_000) {
        perShardMax = max(1, sessionsMax / Self.shardCount)
        entries = (0..<Self.shardCount).map { _ in Shard(Entry()) }
        indexes = (0..<Self.shardCount).map { _ in Shard(Index()) }
    }

    /// The session whose token ends in a code, if memory vouches for it.
    package func session(_ code: TokenCode) -> LiveSession? {
        entries[code.shard & (Self.shardCount - 1)].value.withLock { $0.sessions[code] }
    }

    /// The generation to read before the store is asked for a session.
    package func generation(for id: SessionID) -> Generation {
        Generation(number: index(of: id).value.withLock { $0.generations[Self.generation(of: id)] })
    }

    /// Puts a session in, unless it has been ended since its record was read, or one that shares its generation.
    ///
    /// - Returns: Whether it was put in.
    @discardableResult
    package func insert(_ session: LiveSession, readAt generation: Generation) -> Bool {
        index(of: session.id).value.withLock { index in
            guard index.generations[Self.generation(of: session.id)] == generation.number || Fault.breaks(.generation)
            else { return false }
            makeRoom(in: &index)
            if let older = index.codes.updateValue(session.tokenCode, forKey: session.id) { remove(older) }
            entries[session.tokenCode.shard & (Self.shardCount - 1)].value.withLock {
                $0.sessions[session.tokenCode] = session
            }
            return true
        }
    }

    /// Takes sessions out that were ended, or that may have been: when it returns, the store is asked again for each of them.
    package func end(_ ids: some Sequence<SessionID>) {
        for id in ids {
            index(of: id).value.withLock { index in
                index.generations[Self.generation(of: id)] += 1
                if let code = index.codes.removeValue(forKey: id) { remove(code) }
            }
        }
    }

    /// Takes everything out: for when it is not known whose sessions have ended.
    package func endAll() {
        for shard in indexes {
            shard.value.withLock { index in
                for generation in index.generations.indices { index.generations[generation] += 1 }
                for code in index.codes.values { remove(code) }
                index.codes.removeAll()
            }
        }
    }

    /// How many sessions are held.
    package var count: Int { indexes.reduce(0) { $0 + $1.value.withLock(\.codes.count) } }

    /// Drops any one session when the shard is full: it is read again when it is next used.
    private func makeRoom(in index: inout Index) {
        guard index.codes.count >= perShardMax, let victim = index.codes.first else { return }
        index.codes.removeValue(forKey: victim.key)
        remove(victim.value)
    }

    private func remove(_ code: TokenCode) {
        _ = entries[code.shard & (Self.shardCount - 1)].value.withLock { $0.sessions.removeValue(forKey: code) }
    }

    private func index(of id: SessionID) -> Shard<Index> {
        indexes[id.hashValue & (Self.shardCount - 1)]
    }

    /// By other bits than its shard.
    private static func generation(of id: SessionID) -> Int {
        (id.hashValue >> 32) & (generationCount - 1)
    }

    /// A lock of its own for a part of the whole.
    ///
    /// Locks are always taken index first, entries second.
    private final class Shard<Value: Sendable>: Sendable {
        let value: Mutex<Value>

        init(_ value: Value) {
            self.value = Mutex(value)
        }
    }
}
