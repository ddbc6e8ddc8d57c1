/// An instant: milliseconds since 1970-01-01T00:00:00Z, in UTC, without leap seconds.
///
/// Everything that is stored, signed or shown carries this resolution, so that a value read back equals the one written.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Milliseconds since the Unix epoch.
    ///
    /// Negative before 1970.
    public let milliseconds: Int64

    /// Creates an instant from milliseconds since the Unix epoch.
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// Creates an instant from whole seconds since the Unix epoch, as in RFC 7519 NumericDate.
    ///
    /// - Parameter seconds: Within ±9,223,372,036,854,775; beyond, the result is clamped.
    public init(seconds: Int64) {
        let (value, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
        self.milliseconds = overflow ? (seconds < 0 ? .min : .max) : value
    }

    /// Whole seconds since the Unix epoch, rounded down.
    public var seconds: Int64 {
        let (quotient, remainder) = milliseconds.quotientAndRemainder(dividingBy: 1_000)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// The instant that many seconds later; clamped at the ends of the range.
    public func adding(seconds: Int64) -> Timestamp {
        let (value, overflow) = milliseconds.addingReportingOverflow(Timestamp(seconds: seconds).milliseconds)
        return Timestamp(milliseconds: overflow ? (seconds < 0 ? .min : .max) : value)
    }

    /// Whether an instant is earlier than another.
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }
}

extension Timestamp {
    /// RFC 3339 in UTC with milliseconds: `2026-11-23T10:30:00.000Z`.
    public var rfc3339: String {
        let time = CivilTime(self)
        return "\(time.date)T\(time.timeOfDay).\(CivilTime.padded(time.millisecond, to: 3))Z"
    }
}

/// Where the current time comes from: the system in a server, the test in a test.
public struct WallClock: Sendable {
    private let read: @Sendable () -> Timestamp

    /// Creates a clock from a function that returns the current time.
    public init(_ read: @escaping @Sendable () -> Timestamp) {
        self.read = read
    }

    /// The current time.
    public var now: Timestamp { read() }
}
