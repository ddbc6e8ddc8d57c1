import Sessions
import Testing

@Suite struct `Instants` {
    /// From `date -u -d @seconds`.
    static let dates: [(Int64, String)] = [
        (0, "1970-01-01T00:00:00.000Z"), (1, "1970-01-01T00:00:00.001Z"), (999, "1970-01-01T00:00:00.999Z"),
        (-1, "1969-12-31T23:59:59.999Z"), (-1_000, "1969-12-31T23:59:59.000Z"),
        (-86_400_000, "1969-12-31T00:00:00.000Z"), (-86_400_001, "1969-12-30T23:59:59.999Z"),
        (86_399_999, "1970-01-01T23:59:59.999Z"), (86_400_000, "1970-01-02T00:00:00.000Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"), (951_868_799_999, "2000-02-29T23:59:59.999Z"),
        (951_868_800_000, "2000-03-01T00:00:00.000Z"), (1_709_164_800_000, "2024-02-29T00:00:00.000Z"),
        (1_740_700_800_000, "2025-02-28T00:00:00.000Z"), (1_740_787_200_000, "2025-03-01T00:00:00.000Z"),
        (1_795_429_800_000, "2026-11-23T10:30:00.000Z"), (4_107_456_000_000, "2100-02-28T00:00:00.000Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00.000Z"), (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        (-2_203_891_200_000, "1900-03-01T00:00:00.000Z"), (-2_203_977_600_000, "1900-02-28T00:00:00.000Z"),
        (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"),
    ]

    @Test(arguments: dates)
    func `an instant is written in RFC 3339, with milliseconds and in UTC`(milliseconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).rfc3339 == text)
    }

    @Test func `days follow one another from 1600 to 2400`() {
        let months = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        var expected = (year: 1600, month: 1, day: 1)
        for day in -135_140..<157_054 {
            let text = Timestamp(seconds: Int64(day) * 86_400).rfc3339
            let parts = text.prefix(10).split(separator: "-").compactMap { Int($0) }
            guard parts == [expected.year, expected.month, expected.day] else {
                Issue.record("day \(day) is \(text), not \(expected)")
                return
            }
            let isLeap =
                expected.year.isMultiple(of: 4)
                && (!expected.year.isMultiple(of: 100) || expected.year.isMultiple(of: 400))
            let last = expected.month == 2 && isLeap ? 29 : months[expected.month - 1]
            expected.day += 1
            if expected.day > last { expected = (expected.year, expected.month + 1, 1) }
            if expected.month > 12 { expected = (expected.year + 1, 1, 1) }
        }
        #expect(expected == (2400, 1, 1))
    }

    @Test(
        arguments: [
            (0, 0), (1, 0), (999, 0), (1_000, 1), (-1, -1), (-999, -1), (-1_000, -1), (-1_001, -2),
            (Int64.max, 9_223_372_036_854_775), (Int64.min, -9_223_372_036_854_776),
        ] as [(Int64, Int64)]
    )
    func `seconds are rounded down`(milliseconds: Int64, seconds: Int64) {
        #expect(Timestamp(milliseconds: milliseconds).seconds == seconds)
    }

    @Test func `arithmetic stops at the ends of time, and the ends can be written`() {
        let last = Timestamp(milliseconds: .max)
        let first = Timestamp(milliseconds: .min)

        #expect(Timestamp(seconds: .max) == last)
        #expect(Timestamp(seconds: .min) == first)
        #expect(last.adding(seconds: 1) == last)
        #expect(first.adding(seconds: -1) == first)
        #expect(first.adding(seconds: .max).milliseconds == -1)
        #expect(last.rfc3339 == "292278994-08-17T07:12:55.807Z")
        #expect(first.rfc3339.hasSuffix("-05-16T16:47:04.192Z"))
    }

    @Test func `the system's clock shows a time after this was written`() {
        #expect(WallClock.system.now > Timestamp(seconds: 1_700_000_000))
    }
}
