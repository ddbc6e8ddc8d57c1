import Dispatch
import Synchronization

// No race: everything is behind a lock that several threads want at once.
let counts = Mutex<[Int: Int]>([:])
let jobs = Mutex<[@Sendable () -> Void]>([])

DispatchQueue.concurrentPerform(iterations: 8) { index in
    for number in 0..<20_000 {
        counts.withLock { $0[number % 100, default: 0] += index }
        jobs.withLock { $0.append { _ = number } }
        let taken = jobs.withLock { jobs in
            defer { jobs = [] }
            return jobs
        }
        for job in taken { job() }
    }
}
