import GRDB
import Synchronization

/// Lets writes that arrive together share one commit.
///
/// With `synchronous=FULL` every commit waits for the disk. Log-ins and revocations that wait anyway wait for the same flush; each
/// runs in a savepoint of its own, so that one that fails takes none of the others with it. Nobody is answered before the commit.
final class CommitQueue: Sendable {
    /// How many writes share a commit at most: the longest that one waits for others.
    private static let sharedMax = 128

    private struct Write {
        /// Runs in the shared transaction, and keeps its result.
        let run: @Sendable (Database) -> Void
        /// Answers, once it is known what became of the transaction.
        let answer: @Sendable (Result<Void, any Error>) -> Void
    }

    private struct State {
        var waiting: [Write] = []
        var isDraining = false
    }

    private let pool: DatabasePool
    private let state = Mutex(State())

    init(pool: DatabasePool) {
        self.pool = pool
    }

    /// Runs a body and returns its result once the commit that holds it is durable.
    ///
    /// Not cancelled with its task: whoever asked for a change gets to know whether it was made.
    func commit<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Value, any Error>) in
            let outcome = Outcome<Value>()
            enqueue(
                Write(
                    run: { database in
                        let result = Result { try database.returningFromSavepoint { try body(database) } }
                        outcome.result.withLock { $0 = result }
                    },
                    answer: { committed in
                        let result = outcome.result.withLock(\.self)
                        continuation.resume(with: committed.flatMap { result ?? .failure(NotRun()) })
                    }
                )
            )
        }
    }

    /// Thrown to a write that was not begun, because one before it took the transaction with it.
    struct NotRun: Error {}

    private final class Outcome<Value: Sendable>: Sendable {
        let result = Mutex<Result<Value, any Error>?>(nil)
    }

    private func enqueue(_ write: Write) {
        let mustStart = state.withLock { state in
            state.waiting.append(write)
            defer { state.isDraining = true }
            return !state.isDraining
        }
        if mustStart { pool.asyncWriteWithoutTransaction { self.drain($0) } }
    }

    private func drain(_ database: Database) {
        while let writes = next() {
            let committed = Result {
                try database.inTransaction(.immediate) {
                    // A full disk may roll the whole transaction back: what comes after must not begin one of its own.
                    for write in writes where database.isInsideTransaction { write.run(database) }
                    return .commit
                }
            }
            for write in writes { write.answer(committed) }
        }
    }

    /// The next writes that share a commit; `nil` when none are waiting, and then somebody else starts the next drain.
    private func next() -> ArraySlice<Write>? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isDraining = false
                return nil
            }
            let shared = state.waiting.prefix(Self.sharedMax)
            state.waiting.removeFirst(shared.count)
            return shared
        }
    }
}

extension Database {
    fileprivate func returningFromSavepoint<Value>(_ body: () throws -> Value) throws -> Value {
        var value: Value?
        try inSavepoint {
            value = try body()
            return .commit
        }
        guard let value else { preconditionFailure("a savepoint that did not throw has run its body") }
        return value
    }
}
