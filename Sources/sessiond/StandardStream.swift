#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Standard output, for what a command answers, and standard error, for everything else.
enum StandardStream: Int32, Sendable {
    case output = 1
    case error = 2

    /// Writes all bytes; a reader that has gone away is nobody's failure.
    func write(_ bytes: some Collection<UInt8>) {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { systemWrite(rawValue, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                return
            }
        }
    }

    /// Writes a line of text that holds nothing a terminal would act on.
    func write(line: String) {
        write((line.printable + "\n").utf8)
    }

    /// Whether a person sits at it.
    var isTerminal: Bool { isatty(rawValue) == 1 }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
