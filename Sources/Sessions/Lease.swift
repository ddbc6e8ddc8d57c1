import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Until when memory may vouch for sessions that other processes can end.
///
/// It stands for one word, the deadline: whoever grants it has first taken out of memory all that had ended when it asked. A check loads the
/// word, looks the session up, compares the clock with the word that it loaded, and then looks whether it is still the same: so what it has
/// seen and what it was allowed belong together, and its decision falls into the time that was granted.
package final class Lease: Sendable {
    private let deadline = Atomic<Int64>(0)
    private let offset = Atomic<Int64>(0)
    private let renewal = Mutex<(@Sendable () -> Void)?>(nil)

    /// By how much the two clocks may drift apart while a lease is held, in nanoseconds: more, and one of them stood still.
    private static let driftMaxNanoseconds: Int64 = 250_000_000

    /// Creates a lease that is not granted.
    package init() {}

    /// The lease as it is at one instant; never the same as another one.
    package struct Grant: Equatable {
        fileprivate let deadline: Int64
    }

    /// What is granted now.
    package var grant: Grant { Grant(deadline: deadline.load(ordering: .acquiring)) }

    /// Whether a grant holds at this instant.
    ///
    /// Not when the wall clock and `CLOCK_BOOTTIME` went apart: a machine that was frozen from outside does not see its own clock stop.
    package func holds(_ grant: Grant) -> Bool {
        let now = BootTime.now.nanoseconds
        guard now < grant.deadline else { return false }
        return abs(Self.wallNanoseconds() - now - offset.load(ordering: .relaxed)) <= Self.driftMaxNanoseconds
    }

    /// Whether it is granted now.
    package var isHeld: Bool { holds(grant) }

    /// Grants it.
    ///
    /// What had ended when it was asked for must be out of memory by now.
    ///
    /// - Parameters:
    ///   - asked: When it was asked for: the time counts from there, not from the answer.
    ///   - milliseconds: For how long.
    package func grant(from asked: BootTime, milliseconds: Int64) {
        offset.store(Self.wallNanoseconds() - BootTime.now.nanoseconds, ordering: .relaxed)
        deadline.store(asked.advanced(milliseconds: milliseconds).nanoseconds, ordering: .releasing)
    }

    /// Takes it back.
    package func withdraw() {
        deadline.store(0, ordering: .releasing)
    }

    /// Names what asks for it anew when somebody needs it.
    package func onDemand(_ renew: @escaping @Sendable () -> Void) {
        renewal.withLock { $0 = renew }
    }

    /// Asks for it, and waits a little for it to be granted.
    ///
    /// - Returns: Whether it is granted.
    func renewed() async -> Bool {
        let end = BootTime.now.advanced(milliseconds: 300)
        var pause: Int64 = 2
        while BootTime.now < end {
            if isHeld { return true }
            renewal.withLock(\.self)?()
            guard (try? await Task.sleep(for: .milliseconds(pause), clock: .continuous)) != nil else { return isHeld }
            pause *= 2
        }
        return isHeld
    }

    private static func wallNanoseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

/// Thrown to a check while nobody may vouch for anything: storage may not be reached, or this process was too slow.
///
/// That is never "not signed in".
package struct LeaseLost: Error {}
