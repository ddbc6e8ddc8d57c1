import Metrics
import Sessions
import SessionsSQL
import Synchronization

/// Where whoever has ended sessions waits until no process accepts them any more.
///
/// Either every member has acknowledged, or so much time has passed since the commit that every lease from before it has run out, whether
/// its holder is stopped, cut off or dead. The second way needs no database.
final class RevocationBarrier: Sendable {
    private let pool: PostgresPool
    private let state = Mutex(State())
    private let latency = Metrics.Timer(label: "sessions_revocation_publish_seconds")

    private struct State {
        /// All members have applied the log up to here.
        var acknowledged: Int64 = 0
        /// When it was last asked, with the answer that there are no members.
        var withoutMembers = BootTime(nanoseconds: 0)
        /// Whether a question is under way, for all who wait.
        var isAsking = false
    }

    init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Returns once a number of the log is known to all members, or every lease without it has run out.
    ///
    /// Called after the commit has returned: the clock is read here, not before. Not cancelled with its task.
    func wait(for sequence: Int64) async {
        Fault.stop(at: .revokeCommitted)
        if Fault.breaks(.wait) { return }
        let committed = BootTime.now
        let end = committed.advanced(milliseconds: LeaseTerms.revocationWaitMilliseconds)
        var pause: Int64 = 1
        while BootTime.now < end, !isKnown(sequence, committed: committed) {
            ask()
            // A sleep that a cancelled task cuts short must not become a busy loop.
            await Task.detached { [pause] in
                let milliseconds = min(pause, max(1, end.milliseconds(since: .now)))
                try? await Task.sleep(for: .milliseconds(milliseconds), clock: .continuous)
            }.value
            pause = min(pause * 2, 20)
        }
        latency.recordNanoseconds(BootTime.now.nanoseconds - committed.nanoseconds)
    }

    private func isKnown(_ sequence: Int64, committed: BootTime) -> Bool {
        // A member's number reaches ours only after our commit. That there is no member must have been asked after it.
        state.withLock { $0.acknowledged >= sequence || $0.withoutMembers >= committed }
    }

    /// Asks what all members have acknowledged, once for all who want to know.
    private func ask() {
        let mustAsk = state.withLock { state in
            defer { state.isAsking = true }
            return !state.isAsking
        }
        guard mustAsk else { return }
        // Of its own: nobody's cancellation may take the answer from the others.
        Task.detached { [self] in
            let asked = BootTime.now
            // Expelled members count as well, until their leases have run out and they are deleted.
            let answer = try? await pool.run { try Self.leastApplied($0) }
            state.withLock { state in
                state.isAsking = false
                switch answer {
                case .members(let least): state.acknowledged = max(state.acknowledged, least)
                case .noMembers: state.withoutMembers = asked
                case nil: break
                }
            }
        }
    }

    private enum Answer {
        case members(leastApplied: Int64)
        case noMembers
    }

    private static func leastApplied(_ connection: PostgresConnection) throws -> Answer {
        var row = SQLRow(try connection.run("SELECT MIN(applied_seq) FROM node").rows.first ?? [])
        return try row.optional { try $0.integer() }.map { .members(leastApplied: $0) } ?? .noMembers
    }
}
