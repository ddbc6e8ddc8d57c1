import Synchronization

/// A number that the tasks of a test share.
package final class Tally: Sendable {
    private let number = Atomic(0)

    package init() {}

    package var count: Int { number.load(ordering: .sequentiallyConsistent) }

    package func increment() {
        number.add(1, ordering: .sequentiallyConsistent)
    }
}
