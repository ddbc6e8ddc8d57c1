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
    public var seconds: Int64 { milliseconds.dividedDown(by: 1_000).quotient }

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
        let day = civilDay
        let inDay = milliseconds.dividedDown(by: 86_400_000).remainder
        let clock = (inDay / 3_600_000, inDay / 60_000 % 60, inDay / 1_000 % 60, inDay % 1_000)
        let date = "\(padded(day.year, 4))-\(padded(day.month, 2))-\(padded(day.day, 2))"
        return "\(date)T\(padded(clock.0, 2)):\(padded(clock.1, 2)):\(padded(clock.2, 2)).\(padded(clock.3, 3))Z"
    }

    /// The proleptic Gregorian date in UTC, from days since the epoch (Hinnant, "chrono-Compatible Low-Level Date Algorithms").
    private var civilDay: (year: Int64, month: Int64, day: Int64) {
        let shifted = milliseconds.dividedDown(by: 86_400_000).quotient + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

extension Int64 {
    /// The quotient rounded down, and what remains: from 0 to the divisor, also before 1970.
    fileprivate func dividedDown(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
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
