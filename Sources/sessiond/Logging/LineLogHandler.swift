import Logging
import Sessions

/// Writes the process log to standard error, one line an event.
struct LineLogHandler: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let format: LogFormat
    private let clock: WallClock

    init(label: String, level: Logger.Level, format: LogFormat, clock: WallClock) {
        self.label = label
        self.format = format
        self.clock = clock
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var fields = metadata
        fields.merge(metadataProvider?.get() ?? [:]) { _, later in later }
        fields.merge(event.metadata ?? [:]) { _, later in later }
        // The kind of error alone: its text may hold what a statement or a request held.
        if let error = event.error { fields["error"] = "\(type(of: error))" }
        LogStream.shared.write { lost in
            if lost > 0 { fields["lost_lines"] = "\(lost)" }
            let record = LogRecord(
                at: clock.now,
                level: event.level,
                label: label,
                event: event.message.description,
                metadata: fields
            )
            return format.line(record)
        }
    }
}
