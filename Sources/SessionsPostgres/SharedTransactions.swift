import SessionsSQL
import Synchronization

/// Lets changes that arrive together share a transaction.
///
/// Transactions that end sessions take turns at the log's counter, each for as long as its commit takes. What comes while others are under
/// way goes into the next one: one turn, one flush, one notification for all. Each change has a savepoint, so that one that fails takes none
/// of the others with it.
final class SharedTransactions: Sendable {
    /// How many changes share a transaction at most: the longest that one waits for others.
    private static let sharedMax = 64
    /// How many transactions are under way at once: while few changes come, each has its own.
    private static let width = 4

    typealias Body = @Sendable (PostgresTransaction) throws -> Void

    private struct State {
        var waiting: [Change] = []
        var underWay = 0
    }

    private struct Change {
        /// Takes its locks.
        let locks: [SQLLock]
        /// Runs in a transaction, and keeps its result.
        let run: Body
        /// Answers, once it is known what became of the transaction.
        let answer: @Sendable (Result<LogPosition?, any Error>) -> Void
    }

    private let state = Mutex(State())
    private let transaction: @Sendable (@escaping Body) async throws -> LogPosition?

    /// - Parameter transaction: Runs a body in a transaction, and tells how far the log must be known before anybody is told.
    init(transaction: @escaping @Sendable (@escaping Body) async throws -> LogPosition?) {
        self.transaction = transaction
    }

    /// Runs a body, perhaps together with others.
    ///
    /// Not cancelled with its task: whoever asked for a change gets to know whether it was made.
    ///
    /// - Parameters:
    ///   - locks: All that the body needs. They are taken before anything else, those of all changes in one order.
    ///   - body: May be run more than once.
    /// - Returns: What the body returned, and how far the log must be known.
    /// - Throws: What the body throws; or ``PostgresFailure``.
    func commit<Value: Sendable>(
        holding locks: [SQLLock],
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> (Value, LogPosition?) {
        try await withCheckedThrowingContinuation {
            (continuation: CheckedContinuation<(Value, LogPosition?), any Error>) in
            let outcome = Outcome<Value>()
            enqueue(
                Change(
                    locks: locks,
                    run: { transaction in
                        let result = try transaction.withSavepoint(body)
                        outcome.result.withLock { $0 = result }
                    },
                    answer: { committed in
                        let result = outcome.result.withLock(\.self)
                        continuation.resume(
                            with: committed.flatMap { position in
                                (result ?? .failure(PostgresFailure("it was not run"))).map { ($0, position) }
                            }
                        )
                    }
                )
            )
        }
    }

    private final class Outcome<Value: Sendable>: Sendable {
        let result = Mutex<Result<Value, any Error>?>(nil)
    }

    private func enqueue(_ change: Change) {
        let mustStart = state.withLock { state in
            state.waiting.append(change)
            guard state.underWay < Self.width else { return false }
            state.underWay += 1
            return true
        }
        if mustStart { Task.detached { await self.drain() } }
    }

    private func drain() async {
        while let changes = next() {
            do {
                let position = try await run(changes)
                for change in changes { change.answer(.success(position)) }
            } catch let failure as PostgresFailure where failure.state != nil && changes.count > 1 {
                // The server has undone all of it, perhaps for one of them: each gets a transaction of its own.
                for change in changes {
                    do {
                        change.answer(.success(try await run([change])))
                    } catch {
                        change.answer(.failure(error))
                    }
                }
            } catch {
                for change in changes { change.answer(.failure(error)) }
            }
        }
    }

    private func run(_ changes: [Change]) async throws -> LogPosition? {
        try await transaction { transaction in
            try transaction.lock(changes.flatMap(\.locks))
            for change in changes { try change.run(transaction) }
        }
    }

    /// The next changes that share a transaction; `nil` when none are waiting.
    private func next() -> [Change]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.underWay -= 1
                return nil
            }
            let shared = Array(state.waiting.prefix(Self.sharedMax))
            state.waiting.removeFirst(shared.count)
            return shared
        }
    }
}

extension PostgresTransaction {
    /// Runs a body, and undoes it alone when it fails.
    ///
    /// - Returns: What became of it.
    /// - Throws: What takes the whole transaction with it.
    fileprivate func withSavepoint<Value>(
        _ body: (any SQLConnection) throws -> Value
    ) throws -> Result<Value, any Error> {
        try connection.send("SAVEPOINT own")
        do {
            let value = try body(self)
            try connection.send("RELEASE SAVEPOINT own")
            return .success(value)
        } catch let failure as PostgresFailure where failure.state == nil || failure.isWorthAnotherTry {
            throw failure
        } catch {
            _ = try connection.run("ROLLBACK TO SAVEPOINT own")
            return .failure(error)
        }
    }
}
