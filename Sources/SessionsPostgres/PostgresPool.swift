import Dispatch
import Synchronization

/// A bounded number of connections, each with a thread of its own: libpq blocks, and nothing that answers requests may.
final class PostgresPool: Sendable {
    /// How many may wait for a connection; beyond, the answer is 503 at once.
    private static let waitingMax = 2_000

    private struct State {
        var idle: [Slot]
        var waiting: [CheckedContinuation<Slot, any Error>] = []
        var isClosed = false
    }

    private let state: Mutex<State>
    private let terms = Terms()
    private let size: Int
    private let transactions = Atomic(0)

    /// - Parameters:
    ///   - size: How many connections there are at most; they are made when they are needed.
    ///   - connect: Makes one.
    init(size: Int, connect: @escaping @Sendable () throws -> PostgresConnection) {
        self.size = size
        state = Mutex(State(idle: (0..<size).map { [terms] in Slot(number: $0, terms: terms, connect: connect) }))
    }

    /// Runs a body on a connection that nobody else uses meanwhile.
    ///
    /// Not cancelled with its task: whoever asked for a change gets to know whether it was made.
    func run<Result: Sendable>(
        _ body: @escaping @Sendable (PostgresConnection) throws -> Result
    ) async throws -> Result {
        transactions.add(1, ordering: .relaxed)
        let slot = try await take()
        defer { give(slot) }
        return try await slot.run(body)
    }

    /// Names the one server that is used from now on, whatever else answers at its address.
    ///
    /// What is under way on another one goes on.
    func expect(_ server: ServerIdentity) {
        terms.server.withLock { $0 = server }
    }

    /// Waits less for each answer from now on: the process is about to end.
    func hurry() {
        terms.patienceMilliseconds.store(2_000, ordering: .relaxed)
    }

    /// How often a connection was asked for.
    var transactionCount: Int { transactions.load(ordering: .relaxed) }

    /// Closes all connections, once they are idle.
    func close() async {
        state.withLock { $0.isClosed = true }
        for _ in 0..<size {
            guard let slot = try? await take(evenClosed: true) else { return }
            try? await slot.close()
        }
    }

    private func take(evenClosed: Bool = false) async throws -> Slot {
        try await withCheckedThrowingContinuation { continuation in
            let outcome: Result<Slot, any Error>? = state.withLock { state in
                if state.isClosed, !evenClosed { return .failure(PostgresFailure("the pool is closed")) }
                if let slot = state.idle.popLast() { return .success(slot) }
                guard state.waiting.count < Self.waitingMax else {
                    return .failure(PostgresFailure("too many wait for a connection"))
                }
                state.waiting.append(continuation)
                return nil
            }
            if let outcome { continuation.resume(with: outcome) }
        }
    }

    private func give(_ slot: Slot) {
        let next = state.withLock { state -> CheckedContinuation<Slot, any Error>? in
            guard !state.waiting.isEmpty else {
                state.idle.append(slot)
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume(returning: slot)
    }
}

/// What holds for all connections of a pool.
private final class Terms: Sendable {
    /// Which server they must be to; any, while it is `nil`.
    let server = Mutex<ServerIdentity?>(nil)
    /// How long they wait for an answer.
    let patienceMilliseconds = Atomic<Int64>(10_000)

    func accepts(_ connection: PostgresConnection) -> Bool {
        let expected = server.withLock(\.self)
        return expected == nil || expected == connection.server
    }
}

/// A place for a connection, with its thread.
private final class Slot: Sendable {
    private let queue: DispatchQueue
    private let terms: Terms
    private let connect: @Sendable () throws -> PostgresConnection
    private let connection = Mutex<PostgresConnection?>(nil)

    init(number: Int, terms: Terms, connect: @escaping @Sendable () throws -> PostgresConnection) {
        queue = DispatchQueue(label: "postgres \(number)")
        self.terms = terms
        self.connect = connect
    }

    func run<Value: Sendable>(_ body: @escaping @Sendable (PostgresConnection) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try self.perform(body) }) }
        }
    }

    func close() async throws {
        await withCheckedContinuation { continuation in
            queue.async {
                self.connection.withLock { $0 = nil }
                continuation.resume()
            }
        }
    }

    /// On the queue's thread.
    private func perform<Value: Sendable>(_ body: (PostgresConnection) throws -> Value) throws -> Value {
        try connection.withLock { held in
            if let idle = held, !idle.isUsable || !terms.accepts(idle) { held = nil }
            let connection = try held ?? connect()
            guard terms.accepts(connection) else {
                throw PostgresFailure("another server answers than the one that the lease is from")
            }
            held = connection
            connection.patienceMilliseconds = terms.patienceMilliseconds.load(ordering: .relaxed)
            defer { if !connection.isUsable { held = nil } }
            return try body(connection)
        }
    }
}
