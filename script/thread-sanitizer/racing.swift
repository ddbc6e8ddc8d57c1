import Dispatch

// A race, on purpose: the sanitizer must find it.
final class Counter: @unchecked Sendable {
    var number = 0
}
let counter = Counter()

DispatchQueue.concurrentPerform(iterations: 8) { _ in
    for _ in 0..<500_000 { counter.number += 1 }
}
