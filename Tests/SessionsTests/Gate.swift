import Dispatch
import Synchronization

/// Holds threads up until it is opened.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func wait() {
        semaphore.wait()
        semaphore.signal()
    }

    func open() {
        semaphore.signal()
    }
}

/// How many were in at once, at most.
final class Peak: Sendable {
    private let state = Mutex((now: 0, most: 0))

    var most: Int { state.withLock(\.most) }

    func enter() {
        state.withLock { state in
            state.now += 1
            state.most = max(state.most, state.now)
        }
    }

    func leave() {
        state.withLock { $0.now -= 1 }
    }
}

/// Holds tasks up until it is opened; told by ``arrivals`` that somebody waits.
final class TaskGate: Sendable {
    private let opening = AsyncStream.makeStream(of: Void.self)
    private let arrival = AsyncStream.makeStream(of: Void.self)

    func wait() async {
        arrival.continuation.yield()
        for await _ in opening.stream {}
    }

    /// Returns when somebody has come to the gate.
    func arrived() async {
        for await _ in arrival.stream { return }
    }

    func open() {
        opening.continuation.finish()
    }
}
