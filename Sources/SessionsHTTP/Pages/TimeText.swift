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
        let age = CivilTime.clamp(now) - CivilTime.clamp(moment)
        let minutes = age / 60_000
        if age < 60_000 { return "now" }
        if minutes < 60 { return minutes == 1 ? "1 minute ago" : "\(minutes) minutes ago" }
        if minutes < 24 * 60 { return minutes < 120 ? "1 hour ago" : "\(minutes / 60) hours ago" }
        let days = CivilTime(milliseconds: now).dayNumber - CivilTime(milliseconds: moment).dayNumber
        return (2..<7).contains(days) ? "\(days) days ago" : calendar(moment, now: now)
    }

    /// "Today at 10:30 AM UTC", "Nov 2 at 8:05 AM UTC", "Nov 2, 2025 at 8:05 AM UTC" when the year is not this one.
    static func calendar(_ moment: Int64, now: Int64) -> String {
        let then = CivilTime(milliseconds: moment)
        let today = CivilTime(milliseconds: now)
        let day =
            switch then.dayNumber - today.dayNumber {
            case -1: "Yesterday"
            case 0: "Today"
            case 1: "Tomorrow"
            default: then.year == today.year ? monthAndDay(then) : "\(monthAndDay(then)), \(then.year)"
            }
        return "\(day) at \(then.hour % 12 == 0 ? 12 : then.hour % 12):\(padded(then.minute)) "
            + "\(then.hour < 12 ? "AM" : "PM") UTC"
    }

    /// "2026-11-23 10:30:05 UTC".
    static func exact(_ moment: Int64) -> String {
        let then = CivilTime(milliseconds: moment)
        return "\(date(then)) \(timeOfDay(then)) UTC"
    }

    /// "2026-11-23T10:30:05.000Z", as the JSON interface writes it.
    static func rfc3339(_ moment: Int64) -> String {
        let then = CivilTime(milliseconds: moment)
        return "\(date(then))T\(timeOfDay(then)).\(padded(then.millisecond, to: 3))Z"
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private static func monthAndDay(_ time: CivilTime) -> String {
        "\(months[time.month - 1]) \(time.day)"
    }

    private static func date(_ time: CivilTime) -> String {
        "\(padded(time.year, to: 4))-\(padded(time.month))-\(padded(time.day))"
    }

    private static func timeOfDay(_ time: CivilTime) -> String {
        "\(padded(time.hour)):\(padded(time.minute)):\(padded(time.second))"
    }

    private static func padded(_ number: Int, to width: Int = 2) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
