#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// An instant of `CLOCK_BOOTTIME`: it goes on while a process is stopped and while the machine sleeps, and is never set.
///
/// Leases are measured by it alone. `CLOCK_MONOTONIC`, which event loops use, stands still in sleep.
package struct BootTime: Hashable, Comparable, Sendable {
    /// Since the machine was started.
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// This instant.
    package static var now: BootTime {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return BootTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    package func advanced(milliseconds: Int64) -> BootTime {
        BootTime(nanoseconds: nanoseconds + milliseconds * 1_000_000)
    }

    /// Rounded up, so that who waits so long has waited long enough.
    package func milliseconds(since other: BootTime) -> Int64 {
        (nanoseconds - other.nanoseconds + 999_999) / 1_000_000
    }

    package static func < (left: BootTime, right: BootTime) -> Bool { left.nanoseconds < right.nanoseconds }
}
