import Sessions

/// Times in words, as pages show them: in UTC and saying so.
///
/// The script rewrites every `<time data-style>` by the same rules in the reader's time zone, without the word UTC; the
/// two must be changed together. All moments are milliseconds since 1970-01-01T00:00:00Z.
enum TimeText {
    enum Style {
        /// How long ago: "now", "2 minutes ago", "3 days ago"; for the last activity.
        case relative
        /// When: "Today at 10:30 AM"; for what has a fixed moment.
        case calendar
    }

    /// A `<time>` element that the script can rewrite, with the exact moment as its tooltip.
    static func element(_ style: Style, _ moment: Int64, now: Int64) -> HTML {
        let (name, text): (HTML, String) =
            switch style {
            case .relative: ("relative", relative(moment, now: now))
            case .calendar: ("calendar", calendar(moment, now: now))
            }
        return """
            <time datetime="\(rfc3339(moment))" data-style="\(name)" title="\(exact(moment))">\(text)</time>
            """
    }

    /// "now" within a minute (and for a clock that is ahead), then minutes, hours, "Yesterday at …", days; from a week on
    /// the date.
    static func relative(_ moment: Int64, now: Int64) -> String {
        let age = clamped(now).milliseconds - clamped(moment).milliseconds
        let minutes = age / 60_000
        if age < 60_000 { return "now" }
        if minutes < 60 { return minutes == 1 ? "1 minute ago" : "\(minutes) minutes ago" }
        if minutes < 24 * 60 { return minutes < 120 ? "1 hour ago" : "\(minutes / 60) hours ago" }
        let days = civil(now).dayNumber - civil(moment).dayNumber
        return (2..<7).contains(days) ? "\(days) days ago" : calendar(moment, now: now)
    }

    /// "Today at 10:30 AM UTC", "Nov 2 at 8:05 AM UTC", "Nov 2, 2025 at 8:05 AM UTC" when the year is not this one.
    static func calendar(_ moment: Int64, now: Int64) -> String {
        let then = civil(moment)
        let today = civil(now)
        let day =
            switch then.dayNumber - today.dayNumber {
            case -1: "Yesterday"
            case 0: "Today"
            case 1: "Tomorrow"
            default: then.year == today.year ? monthAndDay(then) : "\(monthAndDay(then)), \(then.year)"
            }
        return "\(day) at \(then.hour % 12 == 0 ? 12 : then.hour % 12):\(CivilTime.padded(then.minute)) "
            + "\(then.hour < 12 ? "AM" : "PM") UTC"
    }

    /// "2026-11-23 10:30:05 UTC".
    static func exact(_ moment: Int64) -> String {
        let then = civil(moment)
        return "\(then.date) \(then.timeOfDay) UTC"
    }

    /// "2026-11-23T10:30:05.000Z", as the JSON interface writes it.
    static func rfc3339(_ moment: Int64) -> String {
        clamped(moment).rfc3339
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private static func monthAndDay(_ time: CivilTime) -> String {
        "\(months[time.month - 1]) \(time.day)"
    }

    /// The nearest instant from 1970 on that RFC 3339 can write, whose years have four digits.
    private static func clamped(_ milliseconds: Int64) -> Timestamp {
        Timestamp(milliseconds: min(max(milliseconds, 0), 253_402_300_799_999))
    }

    private static func civil(_ milliseconds: Int64) -> CivilTime {
        CivilTime(clamped(milliseconds))
    }
}
