extension Software {
    /// A phone's browser, as often as they are met (StatCounter, world, 2025: Android near 72 %, iOS 28 %; Chrome two thirds of mobile pages,
    /// Safari a quarter, Samsung Internet 3 to 4 %, Opera 2 %, Firefox and Edge below 1 %).
    static func phone(random: inout SeededGenerator) -> Software {
        let platform: Platform = random.chance(0.7) ? .android : .iPhone
        let shares: [(Browser, Double)] =
            platform == .android
            ? [(.chrome, 90), (.samsung, 5), (.opera, 3), (.firefox, 1), (.edge, 1)]
            : [(.safari, 90), (.chrome, 8), (.edge, 1), (.firefox, 1)]
        return drawn(platform, shares, random: &random)
    }

    /// A computer's browser, as often as they are met (StatCounter, world, 2025: Windows 71 %, macOS 16 %, Linux 4 %; Chrome two thirds,
    /// Edge 13 %, Safari 8 %, Firefox 6 %, Opera 3 %).
    static func computer(random: inout SeededGenerator) -> Software {
        let platforms: [(Platform, Double)] = [(.windows, 74), (.mac, 20), (.linux, 6)]
        switch random.pick(platforms, weight: \.1).0 {
        case .mac: return drawn(.mac, [(.safari, 48), (.chrome, 44), (.firefox, 5), (.edge, 3)], random: &random)
        case .linux: return drawn(.linux, [(.chrome, 55), (.firefox, 43), (.opera, 2)], random: &random)
        default:
            return drawn(.windows, [(.chrome, 71), (.edge, 19), (.firefox, 6), (.opera, 4)], random: &random)
        }
    }

    /// A tablet's browser.
    static func tablet(random: inout SeededGenerator) -> Software {
        drawn(.iPad, [(.safari, 92), (.chrome, 8)], random: &random)
    }

    /// Another browser of the same system, for people who have several.
    func sibling(random: inout SeededGenerator) -> Software {
        let choices: [Browser] =
            switch platform {
            case .windows, .linux: [.chrome, .edge, .firefox, .opera]
            case .mac: [.safari, .chrome, .firefox]
            case .android: [.chrome, .firefox, .opera, .samsung]
            case .iPhone, .iPad: [.safari, .chrome]
            }
        return Software(
            platform: platform,
            browser: random.pick(choices.filter { $0 != browser }),
            delayDays: Self.delay(random: &random)
        )
    }

    private static func drawn(
        _ platform: Platform,
        _ shares: [(Browser, Double)],
        random: inout SeededGenerator
    ) -> Software {
        let browser = random.pick(shares, weight: \.1).0
        return Software(platform: platform, browser: browser, delayDays: delay(random: &random))
    }

    /// Most browsers are updated within days, a few are forgotten for months.
    private static func delay(random: inout SeededGenerator) -> Int {
        random.chance(0.06) ? random.integer(60...400) : min(30, Int(random.wait(mean: 5)))
    }
}

/// What programs call themselves, as attackers' tools do who do not care.
enum Program {
    static let scripts = [
        "python-requests/2.32.3", "python-requests/2.31.0", "Go-http-client/1.1", "Go-http-client/2.0", "curl/8.5.0",
        "okhttp/4.12.0", "axios/1.7.9", "Apache-HttpClient/4.5.14 (Java/17.0.12)", "aiohttp/3.10.11",
        "Mozilla/5.0 (compatible)",
    ]

    /// A headless Chrome that did not hide itself, and the old strings that checkers for lists of passwords carry along.
    static let bots = [
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/131.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/78.0.3904.108 Safari/537.36",
        "Mozilla/5.0 (Windows NT 6.1; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/91.0.4472.124 Safari/537.36",
    ]
}
