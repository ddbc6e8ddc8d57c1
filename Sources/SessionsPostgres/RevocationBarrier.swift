import Metrics
import Sessions
import SessionsSQL
import Synchronization

/// A number in the log of one server.
struct LogPosition: Sendable {
    let sequence: Int64
    let server: ServerIdentity?
}

/// Where whoever has ended sessions waits until no process accepts them any more.
///
/// Either every member has acknowledged, or so much time has passed since the commit that every lease from before it has run out, whether
/// its holder is stopped, cut off or dead. The second way needs no database.
final class RevocationBarrier: Sendable {
    private let pool: PostgresPool
    private let state = Mutex(State())
    private let latency = Metrics.Timer(label: "sessions_revocation_publish_seconds")

    private struct State {
        /// The server that was last asked; nothing is known of any other.
        var server: ServerIdentity?
        /// All members have applied its log up to here.
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
    ///
    /// - Parameter entry: Where the log must have got to.
    func wait(for entry: LogPosition) async {
        Fault.stop(at: .revokeCommitted)
        if Fault.breaks(.wait) { return }
        let committed = BootTime.now
        let end = committed.advanced(milliseconds: LeaseTerms.revocationWaitMilliseconds)
        var pause: Int64 = 1
        while BootTime.now < end, !isKnown(entry, committed: committed) {
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

    private func isKnown(_ entry: LogPosition, committed: BootTime) -> Bool {
        state.withLock { state in
            // A server that is cut off may have given the same number to something else.
            guard state.server == entry.server else { return false }
            // A member's number reaches ours only after our commit. That there is no member must have been asked after it.
            return state.acknowledged >= entry.sequence || state.withoutMembers >= committed
        }
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
            let answer = try? await pool.run { try Self.members($0) }
            state.withLock { state in
                state.isAsking = false
                guard let answer else { return }
                if state.server != answer.server {
                    state = State(server: answer.server)
                }
                switch answer.members {
                case .applied(let least): state.acknowledged = max(state.acknowledged, least)
                case .none: state.withoutMembers = asked
                }
            }
        }
    }

    private enum Members {
        case none
        /// All have applied the log up to a number.
        case applied(Int64)
    }

    private static func members(_ connection: PostgresConnection) throws -> (server: ServerIdentity?, members: Members)
    {
        var row = SQLRow(try connection.run("SELECT MIN(applied_seq) FROM node").rows.first ?? [])
        let least = try row.optional { try $0.integer() }
        return (connection.server, least.map { .applied($0) } ?? .none)
    }
}
