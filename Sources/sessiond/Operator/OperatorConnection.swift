import Sessions

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The command's end of the operator's socket.
///
/// It blocks: the command has nothing else to do.
struct OperatorConnection: ~Copyable {
    /// The longest line that a server sends; a row is below 2 KiB.
    private static let lineBytesMax = 1 << 20

    private let descriptor: Int32

    /// Connects to the server; `nil` when none listens.
    ///
    /// - Throws: ``CommandFailure`` when there is one that cannot be reached.
    init?(path: String) throws(CommandFailure) {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .unavailable("no socket can be made: \(SystemFailure.last)") }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard status == 0 else {
            let failure = SystemFailure.last
            close(descriptor)
            if failure.code == ENOENT || failure.code == ECONNREFUSED || failure.code == ENOTDIR { return nil }
            throw .unavailable("the server's socket \(path) cannot be reached: \(failure)")
        }
        var patience = timeval(tv_sec: Int(OperatorSocket.silenceSecondsMax), tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
        }
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Sends a command and reads what comes of it.
    ///
    /// - Parameters:
    ///   - command: What to do.
    ///   - rows: Is given the rows of a list as they come.
    /// - Returns: What became of it.
    /// - Throws: ``CommandFailure`` when the server goes away before it has said what became of the command.
    func run(_ command: OperatorCommand, rows: ([JSON]) -> Void) throws(CommandFailure) -> OperatorOutcome {
        // A server that is too busy answers before it has read: what could not be sent does not matter then.
        send(command.json.utf8 + [UInt8(ascii: "\n")])
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while received.count <= Self.lineBytesMax {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.lost }
            received += buffer[..<count]
            guard let end = received.lastIndex(of: UInt8(ascii: "\n")) else { continue }
            let lines = received[..<end].split(separator: UInt8(ascii: "\n"))
            received.removeSubrange(...end)
            let values = lines.compactMap { try? JSON(parsing: $0) }
            guard values.count == lines.count else { throw Self.lost }
            let outcome = values.last.flatMap(OperatorOutcome.init)
            rows(outcome == nil ? values : values.dropLast())
            if let outcome { return outcome }
        }
        throw Self.lost
    }

    private static var lost: CommandFailure {
        .unavailable("the server did not say what became of the command; whether a change was made is not known")
    }

    private func send(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
