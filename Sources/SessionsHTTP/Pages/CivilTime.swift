/// A moment as date and time of day in UTC, by the proleptic Gregorian calendar.
///
/// The arithmetic is done here because a calendar from Foundation would bring ICU and its locales into every embedder.
struct CivilTime: Equatable, Sendable {
    let year: Int
    let month: Int
    let day: Int
    let hour: Int
    let minute: Int
    let second: Int
    let millisecond: Int
    /// Days since 1970-01-01; two moments of one UTC day share it.
    let dayNumber: Int

    /// The nearest moment from 1970 on that RFC 3339 can write, whose years have four digits.
    static func clamp(_ milliseconds: Int64) -> Int64 {
        min(max(milliseconds, 0), 253_402_300_799_999)
    }

    /// - Parameter milliseconds: milliseconds since 1970-01-01T00:00:00Z; moved into the years 1970 to 9999.
    init(milliseconds: Int64) {
        let (days, inDay) = Int(Self.clamp(milliseconds)).quotientAndRemainder(dividingBy: 86_400_000)
        dayNumber = days
        hour = inDay / 3_600_000
        minute = inDay / 60_000 % 60
        second = inDay / 1_000 % 60
        millisecond = inDay % 1_000

        // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days: years begin in March, so the
        // leap day is the last day of a year. No branch for eras before year 0: days are never negative here.
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }
}
