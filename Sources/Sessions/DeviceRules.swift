/// The rules by which `Device` reads a user agent: ordered tables, in which the first row that applies wins.
///
/// To add a browser, add one row: its name and the marks by which it shows itself. Put it above the rows whose marks its
/// user agent holds too (nearly all hold `Chrome/` or `Safari/`), and put a user agent of it into `DeviceTests`.
///
/// A mark is compared byte by byte; marks of browsers and systems count only where no letter or digit stands before them.
enum DeviceRules {
    /// What a user agent says of the device's form.
    enum Shape {
        case tablet
        case television
        case mobile

        var kind: Device.Kind {
            switch self {
            case .tablet: .tablet
            case .television: .desktop
            case .mobile: .mobile
            }
        }
    }

    /// The form of the device; where no row applies it is a desktop.
    static let shapes = DeviceRuleTable<Shape>(
        [
            DeviceRule(.tablet, "Tablet", "iPad"),
            // Televisions and consoles are desktops, although Android is in many of them and "Mobile" in some.
            DeviceRule(.television, "Android TV", "AndroidTV", "Google TV", "GoogleTV", "MiTV", "Roku", "VIDAA"),
            DeviceRule(.television, "SMART-TV", "SmartTV", "Smart TV", "TV Build", " TV;", " TV)", " TV Safari"),
            DeviceRule(.television, "Web0S", "webOS", "HbbTV", "NetCast", "CrKey", "BRAVIA", "AppleTV", "; AFT"),
            DeviceRule(.television, "PlayStation", "PLAYSTATION", "Xbox", "Nintendo"),
            DeviceRule(.mobile, "Mobile", "Android", "iPhone"),
        ],
        found: .anywhere
    )

    /// The operating systems.
    static let systems = DeviceRuleTable<String>(
        [
            DeviceRule("Xbox", "Xbox", version: .none),  // says Windows, or Windows Phone
            DeviceRule("Windows Phone", "Windows Phone OS", "Windows Phone"),  // says Android and iPhone too
            DeviceRule("PlayStation", "PlayStation", "PLAYSTATION", version: .after("PlayStation ", "PLAYSTATION ")),
            DeviceRule("Nintendo Switch", "Nintendo Switch", version: .none),
            DeviceRule("Nintendo", "Nintendo", version: .none),  // the 3DS says iPhone too
            DeviceRule("ChromeOS", "CrOS", version: .none),
            DeviceRule("KaiOS", "KAIOS"),
            DeviceRule("HarmonyOS", "HarmonyOS", "OpenHarmony"),
            DeviceRule("Tizen", "Tizen"),
            DeviceRule("webOS", "Web0S", "webOS", version: .none),
            DeviceRule("tvOS", "AppleTV", "Apple TV", version: .none),
            // From version 26 on (there is none from 19 to 25) Safari says iOS 18, whatever the device runs.
            DeviceRule("iPadOS", "iPad", alongside: "Version/2", version: .none),
            DeviceRule("iOS", "iPhone", alongside: "Version/2", version: .none),
            // The system of an iPad is called iPadOS from version 13 on.
            DeviceRule("iOS", "CPU OS 9_", "CPU OS 10_", "CPU OS 11_", "CPU OS 12_", version: .after("CPU OS ")),
            DeviceRule("iOS", "iPad; CPU iPhone OS", version: .after("iPhone OS ")),
            DeviceRule("iPadOS", "iPad", version: .after("CPU OS ", "iPadOS ", "iOS ")),
            DeviceRule("iOS", "iPhone", "iPod", version: .after("iPhone OS ", "CPU OS ", "iOS ")),
            // What Chrome says of every Android since version 110.
            DeviceRule("Android", "Android 10; K)", "Android 10; K;", version: .none),
            DeviceRule("Android", "Android"),
            // No browser says a later macOS than these.
            DeviceRule("macOS", "Mac OS X 10_15_7", "Mac OS X 10.15;", "Mac OS X 10_16", version: .none),
            DeviceRule("macOS", "Mac OS X", "Macintosh", version: .after("Mac OS X ")),
            DeviceRule("Windows 8.1", "Windows NT 6.3", version: .none),
            DeviceRule("Windows 8", "Windows NT 6.2", version: .none),
            DeviceRule("Windows 7", "Windows NT 6.1", version: .none),
            DeviceRule("Windows Vista", "Windows NT 6.0", version: .none),
            DeviceRule("Windows XP", "Windows NT 5.1", version: .none),
            DeviceRule("Windows", "Windows", version: .none),  // NT 10.0 stands for 10, 11 and what follows
            DeviceRule("BlackBerry", "BB10", "BlackBerry", version: .none),
            DeviceRule("Symbian", "Symbian", "Series60", version: .none),
            DeviceRule("FreeBSD", "FreeBSD", version: .none),
            DeviceRule("OpenBSD", "OpenBSD", version: .none),
            DeviceRule("NetBSD", "NetBSD", version: .none),
            DeviceRule("Haiku", "Haiku", version: .none),
            DeviceRule("Fuchsia", "Fuchsia", version: .none),
            DeviceRule("Linux", "Linux", "linux", version: .none),
        ],
        found: .atWordStarts
    )

    /// The values of `Sec-CH-UA-Platform`; others are not heard.
    static let platforms = DeviceRuleTable<String>(
        [
            DeviceRule("Android", "Android"),
            DeviceRule("ChromeOS", "Chrome OS", "Chromium OS", "ChromeOS"),
            DeviceRule("Windows", "Windows"),
            DeviceRule("macOS", "macOS"),
            DeviceRule("Linux", "Linux"),
            DeviceRule("Fuchsia", "Fuchsia"),
        ],
        found: .atWordStarts
    )

    /// Endings by which a crawler that is in no other row is known; its own word is its name.
    static let crawlers = DeviceRuleTable<Void>(
        [DeviceRule((), "bot/", "Bot/", "bot;", "Bot;", "spider/", "Spider/", "spider;", "crawler/", "Crawler/")],
        found: .anywhere
    )

    /// Brands that name no browser, letters only: the placeholder, the engine, and a view inside some application.
    static let anonymousBrands: Set<String> = ["NotABrand", "Chromium", "AndroidWebView"]

    /// A browser: which of the five it is, its name, and the first words of its brand in `Sec-CH-UA`.
    struct Named {
        let browser: Device.Browser
        let name: String
        let brand: String

        func owns(brand: String) -> Bool {
            let rest = brand.utf8.dropFirst(self.brand.utf8.count)
            return brand.hasPrefix(self.brand) && (rest.isEmpty || rest.first == UInt8(ascii: " "))
        }
    }

    /// The browsers: crawlers, applications, browsers outside the five, then the five.
    static let browsers = DeviceRuleTable<Named>(
        [
            // Crawlers and tools that are not known by the ending of their name
            .named("TelegramBot", "TelegramBot"),
            .named("Slackbot", "Slackbot", version: .after("Slackbot-LinkExpanding ", "Slackbot ")),
            .named("Baiduspider", "Baiduspider"),
            .named("Bytespider", "Bytespider"),
            .named("AdsBot", "AdsBot-Google"),
            .named("Googlebot", "Google-InspectionTool/", "GoogleOther", "Mediapartners-Google", "Storebot-Google"),
            .named("Yahoo! Slurp", "Yahoo! Slurp"),
            .named("Lighthouse", "Chrome-Lighthouse"),
            .named("PhantomJS", "PhantomJS/"),
            .named("jsdom", "jsdom/"),

            // Applications that show pages
            .named("Instagram", "Instagram"),
            .named("Threads", "Barcelona"),
            .named("Messenger", "FBAN/Messenger", "FB_IAB/Orca", version: .after("FBAV/")),
            .named("Facebook", "FBAN/", "FBAV/", "FB_IAB/", version: .after("FBAV/")),
            .named("WhatsApp", "WhatsApp/"),
            .named("Snapchat", "Snapchat"),
            .named("Pinterest", "[Pinterest", "Pinterest/", version: .none),
            .named("LinkedIn", "LinkedInApp", version: .after("LinkedInApp]/", "LinkedInApp/")),
            .named("Twitter", "Twitter for", "TwitterAndroid", version: .after("for iPhone/", "TwitterAndroid/")),
            .named("TikTok", "musical_ly", version: .after("app_version/", "musical_ly_")),
            .named("TikTok", "trill_", "BytedanceWebview/", version: .after("app_version/", "trill_")),
            .named("LINE", "Line/"),
            .named("WeChat", "MicroMessenger/"),
            .named("KakaoTalk", "KAKAOTALK"),
            .named("KakaoStory", "KAKAOSTORY"),
            .named("NAVER", "NAVER(", version: .none),
            .named("Daum", "DaumApps/"),
            .named("Weibo", "Weibo", version: .after("weibo__")),
            .named("Alipay", "AlipayClient/"),
            .named("DingTalk", "DingTalk/"),
            .named("Baidu", "baiduboxapp/", "BIDUBrowser/", "BaiduHD/", "bdbrowser/", "baidubrowser"),
            .named("Zalo", "Zalo ", version: .none),
            .named("Telegram", "Telegram-Android/"),
            .named("Google App", "GSA/"),
            .named("Bing", "BingSapphire/", "BingWeb/"),
            .named("Yahoo! Japan", "YJApp-", version: .none),
            .named("Klarna", "Klarna/"),
            .named("Slack", "Slack/", "Slack_SSB/"),
            .named("Microsoft Teams", "Teams/"),
            .named("Discord", "discord/", "Discord/"),
            .named("Steam", "Valve Steam", version: .none),
            .named("Electron", "Electron/"),
            .named("Thunderbird", "Thunderbird/"),
            .named("Outlook", "Microsoft Outlook"),

            // Browsers outside the five
            .named("Oculus Browser", "OculusBrowser/"),  // says SamsungBrowser too
            .named("Samsung Internet", "SamsungBrowser/"),
            .named("UC Browser", "UCBrowser", "UC Browser", "UBrowser/", "UCWEB"),
            .named("Yandex Browser", "YaBrowser/", brand: "YaBrowser"),
            .named("Yandex Browser", "YaSearchBrowser/", "YaApp_Android/", "YaApp_iOS/", brand: "Yandex"),
            .named("Vivaldi", "Vivaldi/"),
            .named("Brave", "Brave/", "Brave Chrome/"),
            .named("DuckDuckGo", "DuckDuckGo/", "Ddg/"),
            .named("MIUI Browser", "MiuiBrowser/", "Mint Browser/", brand: "MiuiBrowser"),
            .named("Huawei Browser", "HuaweiBrowser/", "ArkWeb/", brand: "HuaweiBrowser"),
            .named("Vivo Browser", "VivoBrowser/", brand: "VivoBrowser"),
            .named("HeyTap Browser", "HeyTapBrowser/", brand: "HeyTapBrowser"),
            .named("Hi Browser", "HiBrowser/"),
            .named("Phoenix Browser", "PHX/"),
            .named("QQ Browser", "MQQBrowser/", "QQBrowser/", "QQBrowserLite/", brand: "QQBrowser"),
            .named("QQ", "QQ/"),
            .named("Quark", "Quark/", "QuarkPC/"),
            .named("Sogou", "MetaSr", "SogouMobileBrowser/", "SogouMSE"),
            .named("360 Browser", "QIHU", "360SE", "360EE", "QHBrowser/", "QihooBrowser/", version: .none),
            .named("Whale", "Whale/"),
            .named("Coc Coc", "coc_coc_browser/", brand: "CocCoc"),
            .named("Nintendo Browser", "NintendoBrowser/", "Nintendo", version: .after("NintendoBrowser/")),
            .named("Silk", "Silk/", brand: "Amazon Silk"),
            .named("Kindle", "Kindle/"),
            .named("Puffin", "Puffin/"),
            .named("Maxthon", "Maxthon", "MxBrowser/", "MXiOS/"),
            .named("Sleipnir", "Sleipnir"),
            .named("Aloha", "AlohaBrowser/"),
            .named("Ecosia", "Ecosia", version: .after("Ecosia ios@", "Ecosia android@")),
            .named("Qwant", "QwantMobile/", "QwantBrowser/", "QwantiOS/"),
            .named("Seznam Browser", "SznProhlizec/", "Seznam.cz/"),
            .named("Avast Secure Browser", "Avast/", "AvastSecureBrowser/"),
            .named("AVG Secure Browser", "AVG/"),
            .named("CCleaner Browser", "CCleaner/"),
            .named("SRWare Iron", "Iron/", "Iron Safari/", version: .after("Iron/")),
            .named("Comodo Dragon", "Comodo_Dragon/", "Dragon/"),
            .named("Slimjet", "Slimjet/"),
            .named("Tesla", "Tesla", version: .after("Tesla/")),
            .named("Falkon", "Falkon/"),
            .named("QupZilla", "QupZilla/"),
            .named("qutebrowser", "qutebrowser/"),
            .named("Otter", "Otter/"),
            .named("Konqueror", "Konqueror/", "konqueror/"),
            .named("Epiphany", "Epiphany/"),
            .named("Midori", "Midori/"),
            .named("Ladybird", "Ladybird/"),
            .named("NetSurf", "NetSurf/"),
            .named("Links", "Links ("),
            .named("SeaMonkey", "SeaMonkey/"),
            .named("Pale Moon", "PaleMoon/"),
            .named("Waterfox", "Waterfox/"),
            .named("LibreWolf", "LibreWolf/"),
            .named("Basilisk", "Basilisk/"),
            .named("Iceweasel", "Iceweasel/", "iceweasel/"),
            .named("IceCat", "IceCat/"),
            .named("K-Meleon", "K-Meleon/"),
            .named("Wolvic", "Wolvic/"),
            .named("Nokia Browser", "NokiaBrowser/", "BrowserNG/"),
            .named("BlackBerry Browser", "BB10", "BlackBerry", version: .after("Version/")),

            // The five, and Internet Explorer, which names the system after itself and itself after Mozilla
            .family(.opera, "Opera GX", "OPX/", "OPRGX/"),
            .family(.opera, "Opera Touch", "OPT/"),
            .family(.opera, "Opera Mini", "Opera Mini/", "OPiOS/"),
            .family(.opera, "Opera Mobile", "Opera Mobi", "Opera Tablet/", version: .after("Version/")),
            .family(.opera, "Opera", "OPR/"),
            .family(.opera, "Opera", "Opera/9.80", version: .after("Version/")),
            .family(.opera, "Opera", "Opera/", "Opera "),
            .family(.edge, "Edge", "Edg/", "EdgA/", "EdgiOS/", "Edge/", "EdgW/", brand: "Microsoft Edge"),
            .named("Internet Explorer", "Trident/", "MSIE ", version: .after("MSIE ", "rv:", "rv ")),
            .family(.firefox, "Firefox Focus", "Focus/"),
            .family(.firefox, "Firefox Klar", "Klar/"),
            .family(.firefox, "Firefox", "Firefox/", "FxiOS/"),
            .family(.chrome, "Headless Chrome", "HeadlessChrome", brand: "HeadlessChrome"),
            .family(.chrome, "Chromium", "Chromium/"),
            .family(.chrome, "Chrome", "Chrome/", "CriOS/", "CrMo/", brand: "Google Chrome"),
            .named("Android Browser", "Safari/", alongside: "Android", version: .after("Version/")),
            .family(.safari, "Safari", "Safari/", version: .after("Version/")),
            .named("iOS web view", "AppleWebKit/", alongside: "like Mac OS X", version: .none),
        ],
        found: .atWordStarts
    )
}

extension DeviceRule where Answer == DeviceRules.Named {
    /// A browser outside the five; `brand` is given where the brand does not begin with the name.
    fileprivate static func named(
        _ name: String,
        _ marks: String...,
        alongside: String? = nil,
        version: Version = .afterMark,
        brand: String? = nil
    ) -> DeviceRule {
        let named = DeviceRules.Named(browser: .unknown, name: name, brand: brand ?? name)
        return DeviceRule(named, marks, alongside: alongside, version: version)
    }

    /// One of the five, or a sibling with a name of its own.
    fileprivate static func family(
        _ browser: Device.Browser,
        _ name: String,
        _ marks: String...,
        version: Version = .afterMark,
        brand: String? = nil
    ) -> DeviceRule {
        DeviceRule(DeviceRules.Named(browser: browser, name: name, brand: brand ?? name), marks, version: version)
    }
}

/// One row of a table: what is answered when one of its marks is in the text.
struct DeviceRule<Answer: Sendable>: Sendable {
    /// Where the version stands.
    enum Version {
        case none
        case afterMark
        case after(any: [String])

        static func after(_ marks: String...) -> Version { .after(any: marks) }
    }

    let answer: Answer
    let marks: [String]
    /// A second mark that must be in the text too.
    let alongside: String?
    let version: Version

    init(_ answer: Answer, _ marks: String..., alongside: String? = nil, version: Version = .afterMark) {
        self.init(answer, marks, alongside: alongside, version: version)
    }

    init(_ answer: Answer, _ marks: [String], alongside: String? = nil, version: Version = .afterMark) {
        self.answer = answer
        self.marks = marks
        self.alongside = alongside
        self.version = version
    }

    fileprivate func version(in text: HeaderText, markedAt range: Range<Int>) -> String {
        switch version {
        case .none: ""
        case .afterMark: text.version(at: range.upperBound)
        case .after(let marks): marks.lazy.compactMap(text.end).map(text.version).first { !$0.isEmpty } ?? ""
        }
    }
}

/// An ordered table of rules that is searched in one pass over the text, however many rules it has.
struct DeviceRuleTable<Answer: Sendable>: Sendable {
    /// Where a mark counts: anywhere, or only where no letter or digit stands before it.
    enum Place {
        case anywhere
        case atWordStarts
    }

    private struct Mark {
        let bytes: [UInt8]
        let rule: Int
    }

    let rules: [DeviceRule<Answer>]
    private let place: Place
    /// The marks of all rules by their first byte.
    private let marks: [[Mark]]

    init(_ rules: [DeviceRule<Answer>], found place: Place) {
        var marks = [[Mark]](repeating: [], count: 256)
        for (index, rule) in rules.enumerated() {
            for bytes in rule.marks.map({ Array($0.utf8) }) where !bytes.isEmpty {
                marks[Int(bytes[0])].append(Mark(bytes: bytes, rule: index))
            }
        }
        self.rules = rules
        self.place = place
        self.marks = marks
    }

    /// The first rule of the table that applies to the text.
    func first(in text: HeaderText) -> DeviceRuleMatch<Answer>? {
        var found = [Range<Int>?](repeating: nil, count: rules.count)
        for (start, byte) in text.bytes.enumerated() where !marks[Int(byte)].isEmpty {
            if place == .atWordStarts, start > 0, text.bytes[start - 1].isLetterOrDigit { continue }
            for mark in marks[Int(byte)] where found[mark.rule] == nil && text.has(mark.bytes, at: start) {
                found[mark.rule] = start..<start + mark.bytes.count
            }
        }
        for (rule, range) in zip(rules, found) {
            guard let range, rule.alongside.map({ text.end(of: $0) != nil }) ?? true else { continue }
            return DeviceRuleMatch(answer: rule.answer, range: range, version: rule.version(in: text, markedAt: range))
        }
        return nil
    }
}

/// A rule that applied.
struct DeviceRuleMatch<Answer: Sendable>: Sendable {
    let answer: Answer
    /// Where its mark stands in the text.
    let range: Range<Int>
    /// Digits and dots; empty when the text has none there.
    let version: String
}
