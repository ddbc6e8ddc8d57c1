import Synchronization

/// The sessions that memory vouches for: a bounded view of the store that an ending always reaches before it is answered.
///
/// A request is accepted from here without asking the store. What makes that safe is the order of things:
/// an ending is committed, then taken out of here (``end(_:)``), then answered. A record that was read before the commit cannot be put
/// in afterwards, because each ending moves the generation of its shard and ``insert(_:readAt:)`` compares it under the lock.
package final class LiveSessions: Sendable {
    private struct Entry {
        var sessions: [TokenCode: LiveSession] = [:]
    }

    private struct Index {
        var generation: UInt64 = 0
        var codes: [SessionID: TokenCode] = [:]
    }

    /// Where a record was read: valid while no session of its shard has been ended since.
    package struct Generation: Sendable {
        fileprivate let number: UInt64
    }

    private static let shardCount = 64
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
        Generation(number: index(of: id).value.withLock(\.generation))
    }

    /// Puts a session in, unless one of its shard has been ended since its record was read.
    ///
    /// - Returns: Whether it was put in.
    @discardableResult
    package func insert(_ session: LiveSession, readAt generation: Generation) -> Bool {
        index(of: session.id).value.withLock { index in
            guard index.generation == generation.number || Fault.breaks(.generation) else { return false }
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
                index.generation += 1
                if let code = index.codes.removeValue(forKey: id) { remove(code) }
            }
        }
    }

    /// Takes everything out: for when it is not known whose sessions have ended.
    package func endAll() {
        for shard in indexes {
            shard.value.withLock { index in
                index.generation += 1
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
