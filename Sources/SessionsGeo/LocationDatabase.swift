public import Sessions
import Synchronization

/// Tells roughly where addresses are, from files in MaxMind's format that the operator has brought.
///
/// Several files complete each other, such as one of cities and one of networks. Each is read from memory. A file that changes is
/// taken up by ``LocationUpkeep``.
///
/// ```swift
/// let places = try LocationDatabase(paths: ["/var/lib/app/city.mmdb"])
/// let authority = try await SessionAuthority(store: store, keys: keys, locate: places.location)
/// ```
public final class LocationDatabase: Sendable {
    /// The most files.
    public static let filesMax = 8

    struct Slot {
        let path: String
        var file: MaxMindFile
        /// What was there at the last look, whether it could be used or not; `nil` for nothing.
        var seen: FileStamp?
    }

    let slots: Mutex<[Slot]>

    /// Opens files.
    ///
    /// - Parameter paths: At most ``filesMax``. Where two tell the same, the first counts.
    /// - Throws: ``LocationFileFailure`` for the first that cannot be used.
    public init(paths: [String]) throws(LocationFileFailure) {
        var slots: [Slot] = []
        for path in paths {
            guard slots.count < Self.filesMax else {
                throw LocationFileFailure(path: path, reason: "there are more than \(Self.filesMax) files")
            }
            let file = try MaxMindFile(path: path)
            slots.append(Slot(path: path, file: file, seen: file.stamp))
        }
        self.slots = Mutex(slots)
    }

    /// Where an address roughly is.
    ///
    /// - Returns: `nil` when no file knows anything of it, and for every address that is set aside for another purpose
    ///   (``IPAddress/isSpecialPurpose``), whatever the files say.
    public func location(of address: IPAddress) -> Location? {
        guard !address.isSpecialPurpose else { return nil }
        // Whoever has a file keeps it open, even when another takes its place meanwhile.
        let records = files.compactMap { $0.record(of: address) }
        return Location(records)
    }

    /// Who made the data, as far as they want to be named wherever it is shown; each once.
    public var sources: [LocationSource] {
        var sources: [LocationSource] = []
        for source in files.compactMap({ LocationSource(databaseType: $0.databaseType) })
        where !sources.contains(source) {
            sources.append(source)
        }
        return sources
    }

    /// When each file was made, by its own word.
    public var builtAt: [Timestamp] {
        files.map { Timestamp(seconds: Int64(clamping: $0.builtAtSeconds)) }
    }

    private var files: [MaxMindFile] { slots.withLock { $0.map(\.file) } }
}
