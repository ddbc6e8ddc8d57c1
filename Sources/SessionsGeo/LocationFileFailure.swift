#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Why a file is not used as a location database.
public struct LocationFileFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file's path, as it was given.
    public let path: String
    /// Why, for the operator.
    public let reason: String

    /// The failure of the call just made.
    static func last(_ path: String) -> LocationFileFailure {
        LocationFileFailure(path: path, reason: String(cString: strerror(errno)))
    }

    /// The path and the reason.
    public var description: String { "\(path): \(reason)" }
}
