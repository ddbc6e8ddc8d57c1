import Dispatch
public import Logging
public import ServiceLifecycle

/// Looks again and again whether files of a ``LocationDatabase`` have changed, and takes up those that have.
public struct LocationUpkeep: Service {
    private let database: LocationDatabase
    private let interval: Duration
    private let logger: Logger
    private let queue = DispatchQueue(label: "location", qos: .utility)

    /// Creates the upkeep of a database.
    ///
    /// - Parameters:
    ///   - database: Whose files are looked at.
    ///   - interval: The time between two looks. Default 60 s: files come out once a week or a month.
    ///   - logger: Is told of files that were opened or rejected.
    public init(of database: LocationDatabase, every interval: Duration = .seconds(60), logger: Logger) {
        self.database = database
        self.interval = interval
        self.logger = logger
    }

    /// Runs until the service group shuts down.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: interval)  // Cancelled: the loop ends.
                if Task.isCancelled { return }
                await look()
            }
        }
    }

    /// On a thread of its own: a file of 100 MB takes a tenth of a second to read, and more from a slow disk.
    private func look() async {
        await withCheckedContinuation { continuation in
            queue.async { [database, logger] in
                database.takeUpChanges(logger: logger)
                continuation.resume()
            }
        }
    }
}
