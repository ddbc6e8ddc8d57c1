import Dispatch
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Hashes and verifies passwords on threads of its own: as many at once as asked for, and a bounded number waiting.
///
/// Hashing blocks its thread for 20 ms and takes 19 MiB. On the threads that answer requests a log-in storm would stop every check;
/// at their priority it would keep them from the cores.
public final class PasswordHasher: Sendable {
    /// Thrown when the queue is full: answered as 503 with `Retry-After`, before any work is done.
    public struct Overloaded: Error {}

    /// The cost of new hashes; older ones are renewed at the next log-in.
    public let cost: PasswordHash.Cost
    private let threads: LowPriorityThreads
    private let unfinishedMax: Int
    private let unfinished = Mutex(0)
    private let dummy: PasswordHash

    /// Creates a hasher.
    ///
    /// - Parameters:
    ///   - cost: The cost of new hashes.
    ///   - width: How many hashes are computed at once, at least 1: usually the number of cores.
    ///   - waitingMax: How many may wait. At 20 ms each, 64 a core wait about 1.3 seconds.
    /// - Throws: When the library cannot hash, or no thread can be had, for example for lack of memory.
    public init(cost: PasswordHash.Cost = .standard, width: Int, waitingMax: Int? = nil) throws {
        self.cost = cost
        let width = max(1, width)
        unfinishedMax = width + (waitingMax ?? 64 * width)
        let random = (0..<4).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
        dummy = try PasswordHash(of: Password(random), cost: cost)
        threads = try LowPriorityThreads(count: width)
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
        try await run { [dummy, cost] in
            let isMatched = try (hash ?? dummy).matches(password) && hash != nil
            // Enumeration by time: an imported hash that costs less than ours would tell by its haste that there is an account.
            if !isMatched, let hash, hash.isQuicker(than: cost) { _ = try dummy.matches(password) }
            return isMatched
        }
    }

    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        let isAdmitted = unfinished.withLock { unfinished in
            guard unfinished < unfinishedMax else { return false }
            unfinished += 1
            return true
        }
        guard isAdmitted else { throw Overloaded() }
        return try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Value, any Error>) in
            threads.run {
                let result = Result { try work() }
                // Before anybody is answered: who asks again at once must find this place free.
                self.unfinished.withLock { $0 -= 1 }
                continuation.resume(with: result)
            }
        }
    }
}

/// Threads that give way to all others of the process, and run jobs in the order of their coming.
///
/// Dispatch cannot do it. On Linux it gives `.utility` a niceness of 2, and a core that is wanted by a check too still goes to
/// hashing for two fifths of the time. More would stay with its thread, whatever that runs next: taking it back needs a privilege.
private final class LowPriorityThreads: Sendable {
    typealias Job = @Sendable () -> Void

    /// What is added to the niceness of who makes them: 10 leave hashing a tenth of such a core (sched(7)).
    private static let niceness: Int32 = 10

    private let count: Int
    private let queue = Queue()

    /// Starts threads, which last as long as this object.
    ///
    /// - Throws: ``NoThread``.
    init(count: Int) throws {
        self.count = count
        for started in 0..<count {
            do {
                try Self.startThread(for: queue)
            } catch {
                queue.end(started)
                throw error
            }
        }
    }

    deinit {
        queue.end(count)
    }

    /// Thrown when the system gives no thread.
    struct NoThread: Error {
        /// An `errno`, such as `EAGAIN`.
        let code: Int32
    }

    func run(_ job: @escaping Job) {
        queue.append(job)
    }

    /// Does not keep the object alive: the thread has but the queue.
    private static func startThread(for queue: Queue) throws {
        #if canImport(Musl)
        var thread: pthread_t?
        #else
        var thread = pthread_t()
        #endif
        let argument = Unmanaged.passRetained(queue)
        let code = pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument else { return nil }
                pthread_detach(pthread_self())
                nice(LowPriorityThreads.niceness)
                Unmanaged<Queue>.fromOpaque(argument).takeRetainedValue().work()
                return nil
            },
            argument.toOpaque()
        )
        guard code == 0 else {
            argument.release()
            throw NoThread(code: code)
        }
    }

    private final class Queue: Sendable {
        private let jobs = Mutex<[Job]>([])
        /// Counts jobs; one more than there are ends a thread.
        private let arrivals = DispatchSemaphore(value: 0)

        func append(_ job: @escaping Job) {
            jobs.withLock { $0.append(job) }
            arrivals.signal()
        }

        /// Ends so many threads, after the jobs that wait.
        func end(_ count: Int) {
            for _ in 0..<count { arrivals.signal() }
        }

        func work() {
            while let job = next() { job() }
        }

        private func next() -> Job? {
            arrivals.wait()
            return jobs.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        }
    }
}
