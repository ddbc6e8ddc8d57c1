import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Standard error, as the process log uses it: one line at a time, and never waiting for long.
///
/// A log system that stops reading fills the pipe. A server that waited for it would stop answering; this one leaves lines out and
/// says how many once the reader is back.
final class LogStream: Sendable {
    static let shared = LogStream()

    /// How long a line waits for a reader that was there a moment ago, in milliseconds.
    private static let patienceMilliseconds: Int32 = 50

    private let lost = Mutex(0)

    /// Writes the line that a function makes of the number of lines lost before it.
    func write(_ line: (_ lost: Int) -> [UInt8]) {
        lost.withLock { lost in
            guard isReady(within: lost == 0 ? Self.patienceMilliseconds : 0) else {
                lost += 1
                return
            }
            StandardStream.error.write(line(lost))
            lost = 0
        }
    }

    private func isReady(within milliseconds: Int32) -> Bool {
        var descriptor = pollfd(fd: StandardStream.error.rawValue, events: Int16(POLLOUT), revents: 0)
        return poll(&descriptor, 1, milliseconds) != 0
    }
}
