#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension WallClock {
    /// The system's wall clock (`CLOCK_REALTIME`): the server's clock decides about lifetimes.
    public static let system = WallClock {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
