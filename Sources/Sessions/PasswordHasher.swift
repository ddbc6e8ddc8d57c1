import Dispatch
import Synchronization

/// Hashes and verifies passwords on threads of its own: as many at once as asked for, and a bounded number waiting.
///
/// Hashing blocks its thread for 20 ms and takes 19 MiB. On the threads that answer requests a log-in storm would stop every check.
public final class PasswordHasher: Sendable {
    /// Thrown when the queue is full: answered as 503 with `Retry-After`, before any work is done.
    public struct Overloaded: Error {}

    /// The cost of new hashes; older ones are renewed at the next log-in.
    public let cost: PasswordHash.Cost
    private let width: Int
    private let waitingMax: Int
    private let queue: DispatchQueue
    private let state = Mutex(State())
    private let dummy: PasswordHash

    /// Computes, and returns what hands the result over.
    private typealias Job = @Sendable () -> @Sendable () -> Void

    private struct State {
        var running = 0
        var waiting: [Job] = []
    }

    /// Creates a hasher.
    ///
    /// - Parameters:
    ///   - cost: The cost of new hashes.
    ///   - width: How many hashes are computed at once, at least 1: usually the number of cores.
    ///   - waitingMax: How many may wait. At 20 ms each, 64 a core wait about 1.3 seconds.
    /// - Throws: When the library cannot hash, for example for lack of memory.
    public init(cost: PasswordHash.Cost = .standard, width: Int, waitingMax: Int? = nil) throws {
        self.cost = cost
        self.width = max(1, width)
        self.waitingMax = waitingMax ?? 64 * max(1, width)
        queue = DispatchQueue(label: "password-hasher", qos: .utility, attributes: .concurrent)
        let random = (0..<4).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
        dummy = try PasswordHash(of: Password(random), cost: cost)
    }

    /// Hashes a password.
    ///
    /// - Throws: ``Overloaded``; or the library's failure.
    public func hash(_ password: Password) async throws -> PasswordHash {
        try await run { [cost] in try PasswordHash(of: password, cost: cost) }
    }

    /// Whether a password is the hashed one.
    ///
    /// - Parameters:
    ///   - password: What was typed.
    ///   - hash: `nil` costs the same time and is never matched, so that an unknown name takes as long as a known one.
    /// - Returns: Whether it matches.
    /// - Throws: ``Overloaded``; or the library's failure.
    public func verify(_ password: Password, against hash: PasswordHash?) async throws -> Bool {
        try await run { [dummy] in try (hash ?? dummy).matches(password) && hash != nil }
    }

    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Value, any Error>) in
            let job: Job = {
                let result = Result { try work() }
                return { continuation.resume(with: result) }
            }
            let admission = state.withLock { state -> Admission in
                if state.running < width {
                    state.running += 1
                    return .start
                }
                guard state.waiting.count < waitingMax else { return .refuse }
                state.waiting.append(job)
                return .wait
            }
            switch admission {
            case .start: queue.async { self.work(startingWith: job) }
            case .wait: break
            case .refuse: continuation.resume(throwing: Overloaded())
            }
        }
    }

    private enum Admission {
        case start
        case wait
        case refuse
    }

    private func work(startingWith first: @escaping Job) {
        var job: Job? = first
        while let current = job {
            let handOver = current()
            // Before anybody is answered: who asks again at once must find this place free.
            job = next()
            handOver()
        }
    }

    private func next() -> Job? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.running -= 1
                return nil
            }
            return state.waiting.removeFirst()
        }
    }
}
