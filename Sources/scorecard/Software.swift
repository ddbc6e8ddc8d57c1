/// A browser on a system, and how it calls itself as time goes by.
///
/// The strings are those that these browsers send: frozen systems, reduced versions (`140.0.0.0`), Chromium's numbers in Edge, Opera and
/// Samsung Internet.
struct Software: Hashable, Sendable {
    enum Platform: String, Hashable, Sendable, CaseIterable {
        case windows
        case mac
        case linux
        case android
        case iPhone
        case iPad

        var isPhone: Bool { self == .android || self == .iPhone }
    }

    enum Browser: String, Hashable, Sendable, CaseIterable {
        case chrome
        case edge
        case firefox
        case safari
        case opera
        case samsung
        /// A view within Facebook's application.
        case application
    }

    var platform: Platform
    var browser: Browser
    /// How many days after its release a version is installed.
    var delayDays: Int

    /// What a phone or tablet calls itself when its user asks for the page of computers; a computer stays what it is.
    var askingForDesktopSite: Software {
        var software = self
        switch platform {
        case .android: software.platform = .linux
        case .iPhone, .iPad: software.platform = .mac
        case .windows, .mac, .linux: break
        }
        if browser == .samsung || browser == .application { software.browser = .chrome }
        return software
    }

    /// The `User-Agent` header on a day of the world's time.
    func userAgent(day: Int) -> String {
        let day = day - delayDays
        let chromium = Release.chromium.version(on: day)
        switch (browser, platform) {
        case (.safari, .mac):
            return "Mozilla/5.0 (\(system)) AppleWebKit/605.1.15 (KHTML, like Gecko) "
                + "Version/26.\(Release.safari.version(on: day)) Safari/605.1.15"
        case (.application, .android):
            return
                "Mozilla/5.0 (Linux; Android 15; SM-S921B Build/AP3A.240905.015; wv) AppleWebKit/537.36 (KHTML, like Gecko) "
                + "Version/4.0 Chrome/\(chromium).0.\(7_000 + chromium).60 Mobile Safari/537.36 "
                + "[FB_IAB/FB4A;FBAV/\(520 + day / 7).0.0.40.98;]"
        case (_, .iPhone), (_, .iPad):
            return "Mozilla/5.0 (\(system)) AppleWebKit/605.1.15 (KHTML, like Gecko) \(iOSProducts(day))"
        case (.firefox, _):
            let version = Release.firefox.version(on: day)
            let trail = platform == .android ? "\(version).0" : "20100101"
            return "Mozilla/5.0 (\(system)rv:\(version).0) Gecko/\(trail) Firefox/\(version).0"
        case (.samsung, _):
            let version = Release.samsung.version(on: day)
            return chrome(chromium - 6, mobile: true, before: "SamsungBrowser/\(version).0 ", after: "")
        case (.edge, _):
            let mark = platform == .android ? "EdgA" : "Edg"
            return chrome(chromium, mobile: platform == .android, before: "", after: " \(mark)/\(chromium).0.0.0")
        case (.opera, _):
            return chrome(chromium - 2, mobile: platform == .android, before: "", after: " OPR/\(chromium - 18).0.0.0")
        default:
            return chrome(chromium, mobile: platform == .android, before: "", after: "")
        }
    }

    private func chrome(_ version: Int, mobile: Bool, before: String, after: String) -> String {
        "Mozilla/5.0 (\(system)) AppleWebKit/537.36 (KHTML, like Gecko) \(before)Chrome/\(version).0.0.0 "
            + "\(mobile ? "Mobile " : "")Safari/537.36\(after)"
    }

    private func iOSProducts(_ day: Int) -> String {
        let chromium = Release.chromium.version(on: day)
        return switch browser {
        case .chrome: "CriOS/\(chromium).0.\(7_000 + chromium).60 Mobile/15E148 Safari/604.1"
        case .edge: "Version/18.0 EdgiOS/\(chromium).0.0.0 Mobile/15E148 Safari/604.1"
        case .firefox: "FxiOS/\(Release.firefox.version(on: day)).0 Mobile/15E148 Safari/605.1.15"
        case .application: "Mobile/22H20 [FBAN/FBIOS;FBAV/\(520 + day / 7).0.0.40.98;FBDV/iPhone15,2;FBSV/18.7]"
        default: "Version/26.\(Release.safari.version(on: day)) Mobile/15E148 Safari/604.1"
        }
    }

    private var system: String {
        switch (platform, browser) {
        case (.windows, .firefox): "Windows NT 10.0; Win64; x64; "
        case (.windows, _): "Windows NT 10.0; Win64; x64"
        case (.mac, .firefox): "Macintosh; Intel Mac OS X 10.15; "
        case (.mac, _): "Macintosh; Intel Mac OS X 10_15_7"
        case (.linux, .firefox): "X11; Linux x86_64; "
        case (.linux, _): "X11; Linux x86_64"
        case (.android, .firefox): "Android 15; Mobile; "
        case (.android, _): "Linux; Android 10; K"
        case (.iPhone, _): "iPhone; CPU iPhone OS 18_7 like Mac OS X"
        case (.iPad, _): "iPad; CPU OS 18_7 like Mac OS X"
        }
    }
}

/// How a browser's number grows: one more with each interval.
private struct Release {
    /// The version on the first day of the world's time.
    let first: Int
    let intervalDays: Int

    // Chrome 140 and Firefox 143 came in September 2025, and both have one more every four weeks; Safari 26.0 in that month too, with a
    // minor version every six weeks or so; Samsung Internet takes a quarter. The world's time begins on 1 June 2026.
    static let chromium = Release(first: 149, intervalDays: 28)
    static let firefox = Release(first: 151, intervalDays: 28)
    static let safari = Release(first: 5, intervalDays: 42)
    static let samsung = Release(first: 31, intervalDays: 90)

    func version(on day: Int) -> Int {
        // Some days into an interval on the first one, so that versions change in the first month too.
        let days = day + 17
        return first + (days >= 0 ? days / intervalDays : -((intervalDays - 1 - days) / intervalDays))
    }
}
