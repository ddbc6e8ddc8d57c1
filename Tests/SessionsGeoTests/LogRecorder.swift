import Logging
import Synchronization

/// Keeps what is logged, as lines of level, message and path.
final class LogRecorder: Sendable {
    private let state = Mutex<[String]>([])
    private let arrivals = AsyncStream.makeStream(of: String.self)

    var lines: [String] { state.withLock(\.self) }

    var logger: Logger { Logger(label: "test") { _ in Handler(recorder: self) } }

    /// The first line, once there is one.
    func first() async -> String? {
        for await line in arrivals.stream { return line }
        return nil
    }

    private func add(_ line: String) {
        state.withLock { $0.append(line) }
        arrivals.continuation.yield(line)
    }

    private struct Handler: LogHandler {
        let recorder: LogRecorder
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let reason = event.metadata?["reason"].map { ": \($0)" } ?? ""
            recorder.add("\(event.level) \(event.message)\(reason)")
        }
    }
}
