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

    /// Reads a day, `2026-11-23`, or an instant in UTC, `2026-11-23T10:30:00Z`, with or without milliseconds; `nil` for all else.
    package init?(rfc3339 text: String) {
        var utf8 = Array(text.utf8)
        guard utf8.count <= 24 else { return nil }
        if utf8.count == 10 { utf8 += "T00:00:00Z".utf8 }
        if utf8.count == 20, utf8.last == UInt8(ascii: "Z") { utf8 = utf8.dropLast() + ".000Z".utf8 }
        let fields = [0..<4, 5..<7, 8..<10, 11..<13, 14..<16, 17..<19, 20..<23]
        guard utf8.count == 24 else { return nil }
        let numbers = fields.map { field in utf8[field].reduce(0) { $0 * 10 + Int64($1) - 0x30 } }
        guard zip(numbers, [9_999, 12, 31, 23, 59, 59, 999]).allSatisfy({ (0...$1).contains($0) }) else { return nil }
        // Hinnant's days_from_civil, the reverse of what CivilTime does.
        let year = numbers[1] <= 2 ? numbers[0] - 1 : numbers[0]
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (numbers[1] > 2 ? numbers[1] - 3 : numbers[1] + 9) + 2) / 5 + numbers[2] - 1
        let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
        let seconds = ((days * 24 + numbers[3]) * 60 + numbers[4]) * 60 + numbers[5]
        self.init(milliseconds: seconds * 1_000 + numbers[6])
        // What does not read the same again was no date, or was not written like one.
        guard rfc3339.utf8.elementsEqual(utf8) else { return nil }
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
