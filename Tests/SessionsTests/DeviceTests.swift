import Foundation
import Testing

@testable import Sessions

@Suite struct DeviceTests {
    @Test(arguments: DeviceSample.all)
    func `a real user agent is read as what it is`(sample: DeviceSample) {
        let device = Device(userAgent: sample.userAgent)

        let read = DeviceSample(
            info: device.info,
            name: device.browserName,
            version: device.browserVersion,
            os: device.os,
            userAgent: sample.userAgent
        )
        #expect(read == sample)
    }

    @Test(arguments: [nil, "", " ", "\t \r\n"])
    func `without a user agent everything is unknown, whatever the hints say`(userAgent: String?) {
        let device = Device(userAgent: userAgent, hints: ClientHints(brands: #""Brave";v="131""#, mobile: "?1"))

        #expect(device == Device(kind: .unknown, browser: .unknown, browserName: "", browserVersion: "", os: ""))
        #expect(device.info == "Unknown")
    }

    @Test(arguments: [
        "Mozilla/5.0", "mozilla/5.0 (", "Mozilla", "-", "/", "a sentence is no name", "💻", "<b>/1",
    ])
    func `a user agent that says nothing is a desktop without a browser`(userAgent: String) {
        let device = Device(userAgent: userAgent)

        #expect(device == Device(kind: .desktop, browser: .unknown, browserName: "", browserVersion: "", os: ""))
        #expect(device.info == "Desktop - Unknown")
    }

    @Test(arguments: [
        ("Tablet Mobile Android iPhone", Device.Kind.tablet),
        ("iPad Mobile Android iPhone", .tablet),
        ("tablet ipad", .desktop),
        ("Mobile", .mobile),
        ("Android", .mobile),
        ("iPhone", .mobile),
        ("mobile android iphone", .desktop),
        ("Android TV Mobile", .desktop),
        ("Xbox Mobile Android iPhone", .desktop),
        ("Tablet PlayStation", .tablet),
        ("xTabletx", .tablet),
        ("Tab\u{200D}let", .desktop),
        ("Tablet\u{301}", .tablet),
    ])
    func `the kind follows the first word of the contract that is found, byte for byte`(
        userAgent: String,
        kind: Device.Kind
    ) {
        #expect(Device(userAgent: userAgent).kind == kind)
    }

    @Test func `a mark counts only at the start of a word`() {
        #expect(Device(userAgent: "Mozilla/5.0 OffLine/1.0 KnowledgEdge/2.0").browserName == "")
        #expect(Device(userAgent: "Mozilla/5.0 Line/1.0").browserName == "LINE")
    }

    @Test func `no more than the first 1,024 bytes are read`() {
        let padding = String(repeating: "x", count: 1_024 - "Firefox/1".utf8.count - 1)

        #expect(Device(userAgent: padding + " Firefox/1").browser == .firefox)
        #expect(Device(userAgent: padding + "  Firefox/1").browserVersion == "")
        #expect(Device(userAgent: padding + "   Firefox/1").browser == .unknown)
    }

    @Test(arguments: [
        ("curl/1", "1"),
        ("curl/v1.2", "1.2"),
        ("curl/1..2", "1"),
        ("curl/1.2.", "1.2"),
        ("curl/.5", ""),
        ("curl/", ""),
        ("curl/1_2_x", "1.2"),
        ("curl/1.2-beta", "1.2"),
        ("curl/١٢", ""),
        ("curl/12345678901234567890123456789012", "12345678901234567890123456789012"),
        ("curl/123456789012345678901234567890123", "12345678901234567890123456789012"),
        ("curl/1234567890123456789012345678901.3", "1234567890123456789012345678901"),
    ])
    func `a version is digits and dots`(userAgent: String, version: String) {
        #expect(Device(userAgent: userAgent).browserVersion == version)
    }

    @Test func `a name from the text is at most 64 bytes long`() {
        let name = String(repeating: "n", count: 64)

        #expect(Device(userAgent: "\(name)/1").browserName == name)
        #expect(Device(userAgent: "\(name)n/1").browserName == "")
        #expect(Device(userAgent: "(\(name)\(name)bot/1)").browserName == name)
    }

    @Test func `every row of the table can be the answer`() {
        let rows = DeviceRules.browsers.rules

        for row in rows {
            let text = "Mozilla/5.0 (\(row.alongside ?? "X11")) \(row.marks[0])1"
            #expect(Device(userAgent: text).browserName == row.answer.name, "\(text)")
        }
    }
}

@Suite struct ClientHintsTests {
    private static let phone =
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/131.0.0.0 Mobile Safari/537.36"
    private static let tablet =
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36"
    private static let desktop =
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36"
    private static let television =
        "Mozilla/5.0 (Linux; Android 9; BRAVIA 4K) AppleWebKit/537.36 Chrome/88.0 Safari/537.36"

    @Test(arguments: [
        (phone, "?1", #""Android""#, "Mobile Device Android"),
        (tablet, "?0", #""Android""#, "Tablet Android"),
        (tablet, nil, nil, "Mobile Device Android"),
        (tablet, nil, #""Android""#, "Mobile Device Android"),
        (tablet, "0", #""Android""#, "Mobile Device Android"),
        (desktop, "?0", #""Android""#, "Tablet Android"),
        (desktop, "?0", #""Windows""#, "Desktop Windows"),
        (desktop, "?0", #""Chrome OS""#, "Desktop ChromeOS"),
        (desktop, "?0", #""Linux""#, "Desktop Linux"),
        (desktop, "?1", nil, "Mobile Device Linux"),
        (tablet, "?0", #""Plan 9""#, "Mobile Device Android"),
        (television, "?0", #""Android""#, "Desktop Android 9"),
        ("Mozilla/5.0 (Windows NT 6.1) Chrome/109.0.0.0", "?0", #""Windows""#, "Desktop Windows 7"),
        ("Mozilla/5.0 (Linux; Android 13; SM-X906C) Chrome/109.0.0.0", "?0", "Android", "Tablet Android 13"),
    ])
    func `hints of the device are heard before the user agent`(
        userAgent: String,
        mobile: String?,
        platform: String?,
        expected: String
    ) {
        let device = Device(userAgent: userAgent, hints: ClientHints(mobile: mobile, platform: platform))

        #expect("\(device.kind.rawValue) \(device.os)" == expected)
    }

    @Test(arguments: [
        (#""Google Chrome";v="131", "Chromium";v="131", "Not_A Brand";v="24""#, "Chrome/Chrome/131.0.0.0"),
        (#""Brave";v="131", "Chromium";v="131", "Not_A Brand";v="24""#, "Unknown/Brave/131"),
        (#"" Not A;Brand";v="99", "Chromium";v="96", "Opera";v="82", "OperaMobile";v="67""#, "Opera/Opera/82"),
        (#""Chromium";v="130", "Opera GX";v="115", "Not?A_Brand";v="99""#, "Opera/Opera GX/115"),
        (#""Not/A)Brand";v="8", "Chromium";v="126", "Microsoft Edge";v="126""#, "Edge/Edge/126"),
        (#""Chromium";v="127", "Microsoft Edge WebView2";v="127""#, "Edge/Edge/127"),
        (#""Samsung Internet";v="25.0", "Chromium";v="121""#, "Unknown/Samsung Internet/25.0"),
        (
            #""Not_A Brand";v="8", "Chromium";v="120", "YaBrowser";v="24.1", "Yowser";v="2.5""#,
            "Unknown/Yandex Browser/24.1"
        ),
        (#""Chromium";v="98", "AVG Secure Browser";v="98""#, "Unknown/AVG Secure Browser/98"),
        (#""Chromium";v="98", "Gener8";v="98.0.4758.109""#, "Unknown/Gener8/98.0.4758.109"),
        (#""Chromium";v="98", "HeadlessChrome";v="98""#, "Chrome/Headless Chrome/98"),
        (#""Opera Crypto";v="99", "Chromium";v="99""#, "Opera/Opera/99"),
        (#""Operator";v="99", "Chromium";v="99""#, "Unknown/Operator/99"),
        (String(repeating: #""Chromium";v="1", "#, count: 7) + #""Brave";v="2""#, "Unknown/Brave/2"),
        (String(repeating: #""Chromium";v="1", "#, count: 8) + #""Brave";v="2""#, "Chrome/Chrome/131.0.0.0"),
        // They name no browser, so the user agent does.
        (#""Chromium";v="131", "Not_A Brand";v="24""#, "Chrome/Chrome/131.0.0.0"),
        (#""Android WebView";v="131", "Chromium";v="131", "Not_A Brand";v="24""#, "Chrome/Chrome/131.0.0.0"),
        (#""\\Not\"A;Brand";v="99", "Chromium";v="84""#, "Chrome/Chrome/131.0.0.0"),
        ("", "Chrome/Chrome/131.0.0.0"),
        (#"""#, "Chrome/Chrome/131.0.0.0"),
        (#""Opera"#, "Chrome/Chrome/131.0.0.0"),
        (#""<script>";v="1""#, "Chrome/Chrome/131.0.0.0"),
        (#"="Opera";v="1""#, "Chrome/Chrome/131.0.0.0"),
        // A version that is none
        (#""Brave";v="x", "Chromium";v="131""#, "Unknown/Brave/"),
        (#""Brave""#, "Unknown/Brave/"),
        (#""Brave";v=""#, "Unknown/Brave/"),
    ])
    func `brands are heard before the user agent`(brands: String, expected: String) {
        let device = Device(userAgent: Self.desktop, hints: ClientHints(brands: brands))

        #expect("\(device.browser.rawValue)/\(device.browserName)/\(device.browserVersion)" == expected)
    }

    @Test func `a web view is named by its application`() {
        let device = Device(
            userAgent: "Mozilla/5.0 (Linux; Android 14; wv) Chrome/131.0 Mobile Safari/537.36 Instagram 300.1 Android",
            hints: ClientHints(brands: #""Android WebView";v="131", "Chromium";v="131""#, mobile: "?1")
        )

        #expect(device.info == "Mobile Device - Unknown")
        #expect(device.browserName == "Instagram")
    }
}

@Suite struct HostileDeviceTests {
    @Test func `no mutation of a real user agent breaks a promise`() {
        let seed = ProcessInfo.processInfo.environment["TEST_SEED"].flatMap(UInt64.init) ?? .random(in: 0 ... .max)
        var random = SplitMix(state: seed)

        for sample in DeviceSample.all {
            for _ in 0..<10 {
                let text = mutation(of: sample.userAgent, by: &random)
                let hints = ClientHints(
                    brands: mutation(of: #""Brave";v="131", "Chromium";v="131", "Not_A Brand";v="24""#, by: &random),
                    mobile: mutation(of: "?1", by: &random),
                    platform: mutation(of: #""Android""#, by: &random)
                )
                expectPromises(Device(userAgent: text), "seed \(seed): \(text)")
                expectPromises(Device(userAgent: text, hints: hints), "seed \(seed): \(text) \(hints)")
            }
        }
    }

    @Test func `all marks at once are read by the order of the rows`() {
        let marks = DeviceRules.browsers.rules.flatMap(\.marks) + DeviceRules.systems.rules.flatMap(\.marks)
        let forwards = marks.map { "\($0)9.9" }.joined(separator: " ")
        let backwards = marks.reversed().map { "\($0)9.9" }.joined(separator: " ")

        for text in [forwards, backwards] {
            for start in stride(from: 0, to: text.utf8.count, by: 61) {
                let part = String(decoding: text.utf8.dropFirst(start), as: UTF8.self)
                expectPromises(Device(userAgent: part), part)
                expectPromises(Device(userAgent: part, hints: ClientHints(brands: part, platform: part)), part)
            }
        }
        let all = "Tablet Xbox Mobile Android iPhone Windows NT 10.0 Edg/1 OPR/2 Firefox/3 Chrome/4 Version/5 Safari/6"
        let device = Device(userAgent: all)
        #expect(device == Device(kind: .tablet, browser: .opera, browserName: "Opera", browserVersion: "2", os: "Xbox"))
    }

    @Test(arguments: ["a", "Safari/", "Android ", "Tablet PC; iPad ", "bot/", "\"", "\\", "\u{301}", "\u{0}", "👩‍👩‍👧‍👦"])
    func `sixteen kilobytes of one thing are read like the first kilobyte of it`(unit: String) {
        let text = String(repeating: unit, count: 16_384 / unit.utf8.count)
        let hints = ClientHints(brands: text, mobile: text, platform: text)

        expectPromises(Device(userAgent: text, hints: hints), unit)
        #expect(Device(userAgent: text) == Device(userAgent: String(decoding: text.utf8.prefix(1_024), as: UTF8.self)))
    }

    private func expectPromises(_ device: Device, _ text: String) {
        let isPrintable = (device.browserName + device.os).utf8.allSatisfy { (0x20...0x7E).contains($0) }
        let isVersion = device.browserVersion.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }

        #expect(isPrintable && isVersion, "\(text)")
        #expect(device.browserName.utf8.count <= 64, "\(text)")
        #expect(device.browserVersion.utf8.count <= 32, "\(text)")
        #expect(device.os.utf8.count <= 64, "\(text)")
    }

    /// Changes, removes, inserts, repeats or cuts bytes at one to eight places.
    private func mutation(of text: String, by random: inout SplitMix) -> String {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            let other = Int.random(in: 0...bytes.count, using: &random)
            let byte = UInt8.random(in: .min ... .max, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes.insert(byte, at: place)
            case 1: bytes.replaceSubrange(place..<min(place + 1, bytes.count), with: [byte])
            case 2: bytes.removeSubrange(min(place, other)..<max(place, other))
            case 3: bytes.insert(contentsOf: bytes[other...].prefix(1_024), at: place)
            default: bytes.insert(contentsOf: Array("Version/Safari/Android bot/".utf8.prefix(other)), at: place)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// A small generator with a state that can be printed (Steele, Lea and Flood, 2014).
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// A user agent as it was seen in the wild, and what it is.
struct DeviceSample: Equatable, CustomTestStringConvertible {
    let info: String
    let name: String
    let version: String
    let os: String
    let userAgent: String

    var testDescription: String { userAgent }

    /// The rows of the table at the end of this file.
    static let all = table.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { row in
        let cells = row.split(separator: " | ", omittingEmptySubsequences: false).map(String.init)
        return DeviceSample(info: cells[0], name: cells[1], version: cells[2], os: cells[3], userAgent: cells[4])
    }
}

/// Info, name, version, system and user agent.
private let table = #"""
    # Chrome
    Desktop - Chrome | Chrome | 131.0.0.0 | Windows | Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36
    Desktop - Chrome | Chrome | 49.0.2623.112 | Windows 7 | Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/49.0.2623.112 Safari/537.36
    Desktop - Chrome | Chrome | 112.0.0.0 | macOS | Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/112.0.0.0 Safari/537.36
    Desktop - Chrome | Chrome | 61.0.3163.100 | macOS 10.11.6 | Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_6) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/61.0.3163.100 Safari/537.36
    Desktop - Chrome | Chrome | 111.0.0.0 | Linux | Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/111.0.0.0 Safari/537.36
    Desktop - Chrome | Chrome | 111.0.0.0 | ChromeOS | Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/111.0.0.0 Safari/537.36
    Mobile Device - Chrome | Chrome | 131.0.0.0 | Android | Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36
    Mobile Device - Chrome | Chrome | 98.0.4758.87 | Android 8.1.0 | Mozilla/5.0 (Linux; Android 8.1.0; ZC554KL) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/98.0.4758.87 Mobile Safari/537.36
    Mobile Device - Chrome | Chrome | 124.0.0.0 | Android | Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36
    Mobile Device - Chrome | Chrome | 43.0.2357.65 | Android 5.1.1 | Mozilla/5.0 (Linux; Android 5.1.1; Nexus 5 Build/LMY48B; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/43.0.2357.65 Mobile Safari/537.36
    Mobile Device - Chrome | Chrome | 126.0.6478.54 | iOS 17.5.1 | Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/126.0.6478.54 Mobile/15E148 Safari/604.1
    Tablet - Chrome | Chrome | 119.0.6045.109 | iPadOS 16.6 | Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/119.0.6045.109 Mobile/15E148 Safari/604.1
    Desktop - Chrome | Headless Chrome | 60.0.3112.113 | macOS 10.12.6 | Mozilla/5.0 (Macintosh; Intel Mac OS X 10_12_6) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/60.0.3112.113 Safari/537.36
    Desktop - Chrome | Headless Chrome |  | Linux | Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome Safari/537.36
    Desktop - Chrome | Chromium | 83.0.4103.61 | Linux | Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Ubuntu Chromium/83.0.4103.61 Chrome/83.0.4103.61 Safari/537.36

    # Firefox
    Desktop - Firefox | Firefox | 133.0 | Windows | Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0
    Desktop - Firefox | Firefox | 115.0 | Windows 8.1 | Mozilla/5.0 (Windows NT 6.3; Win64; x64; rv:115.0) Gecko/20100101 Firefox/115.0
    Desktop - Firefox | Firefox | 100.0 | macOS | Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:100.0) Gecko/20100101 Firefox/100.0
    Desktop - Firefox | Firefox | 115.0 | Linux | Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0
    Desktop - Firefox | Firefox | 102.0 | FreeBSD | Mozilla/5.0 (X11; FreeBSD amd64; rv:102.0) Gecko/20100101 Firefox/102.0
    Mobile Device - Firefox | Firefox | 128.0 | Android 14 | Mozilla/5.0 (Android 14; Mobile; rv:128.0) Gecko/128.0 Firefox/128.0
    Tablet - Firefox | Firefox | 68.0 | Android 9 | Mozilla/5.0 (Android 9; Tablet; rv:68.0) Gecko/68.0 Firefox/68.0
    Mobile Device - Firefox | Firefox | 112.0 | iOS 16.4.1 | Mozilla/5.0 (iPhone; CPU iPhone OS 16_4_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/112.0 Mobile/15E148 Safari/605.1.15
    Tablet - Firefox | Firefox | 1.0 | iOS 8.3 | Mozilla/5.0 (iPad; CPU iPhone OS 8_3 like Mac OS X) AppleWebKit/600.1.4 (KHTML, like Gecko) FxiOS/1.0 Mobile/12F69 Safari/600.1.4
    Mobile Device - Firefox | Firefox Focus | 6.1.1 | Android 7.0 | Mozilla/5.0 (Linux; Android 7.0) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Focus/6.1.1 Chrome/68.0.3440.91 Mobile Safari/537.36
    Mobile Device - Firefox | Firefox Klar | 1.0 | Android 7.0 | Mozilla/5.0 (Linux; Android 7.0) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Klar/1.0 Chrome/58.0.3029.83 Mobile Safari/537.36
    Mobile Device - Firefox | Firefox | 48.0 | KaiOS 2.5 | Mozilla/5.0 (Mobile; Nokia_8110_4G; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5

    # Safari
    Desktop - Safari | Safari | 17.4.1 | macOS | Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4.1 Safari/605.1.15
    Desktop - Safari | Safari | 12.1.2 | macOS 10.13.6 | Mozilla/5.0 (Macintosh; Intel Mac OS X 10_13_6) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.1.2 Safari/605.1.15
    Mobile Device - Safari | Safari | 17.5 | iOS 17.5 | Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1
    Mobile Device - Safari | Safari | 26.0 | iOS | Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1
    Mobile Device - Safari | Safari |  | iOS 16.3 | Mozilla/5.0 (iPhone; CPU iPhone OS 16_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)  Mobile/15E148 Safari/604.1
    Tablet - Safari | Safari | 15.6.7 | iPadOS 15.8.3 | Mozilla/5.0 (iPad; CPU OS 15_8_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.6.7 Mobile/15E148 Safari/604.1
    Tablet - Safari | Safari | 12.1.2 | iOS 12.5.7 | Mozilla/5.0 (iPad; CPU OS 12_5_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.1.2 Mobile/15E148 Safari/604.1
    Mobile Device - Safari | Safari | 12.1.2 | iOS 12.5.7 | Mozilla/5.0 (iPod touch; CPU iPhone OS 12_5_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.1.2 Mobile/15E148 Safari/604.1
    Mobile Device - Unknown | iOS web view |  | iOS 17.2 | Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148

    # Edge
    Desktop - Edge | Edge | 131.0.0.0 | Windows | Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0
    Desktop - Edge | Edge | 18.17763 | Windows | Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/64.0.3282.140 Safari/537.36 Edge/18.17763
    Desktop - Edge | Edge | 100.0.1108.55 | macOS | Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/100.0.1108.55 Safari/537.36 Edg/100.0.1108.55
    Mobile Device - Edge | Edge | 42.0.0.2529 | Android 8.0.0 | Mozilla/5.0 (Linux; Android 8.0.0; G8441 Build/47.1.A.12.270) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/67.0.3396.123 Mobile Safari/537.36 EdgA/42.0.0.2529
    Mobile Device - Edge | Edge | 42.1.1.0 | iOS 11.4 | Mozilla/5.0 (iPhone; CPU iPhone OS 11_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/11.0 EdgiOS/42.1.1.0 Mobile/15F79 Safari/605.1.15
    Mobile Device - Edge | Edge | 15.15063 | Windows Phone 10.0 | Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1; Microsoft; Lumia 950) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/52.0.2743.116 Mobile Safari/537.36 Edge/15.15063

    # Opera
    Desktop - Opera | Opera | 84.0.4316.19 | Windows | Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/98.0.4758.82 Safari/537.36 OPR/84.0.4316.19
    Mobile Device - Opera | Opera | 67.1.3508.63168 | Android 8.1.0 | Mozilla/5.0 (Linux; Android 8.1.0; ZC554KL) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/96.0.4664.104 Mobile Safari/537.36 OPR/67.1.3508.63168
    Desktop - Opera | Opera | 12.16 | Linux | Opera/9.80 (X11; Linux x86_64; U; Linux Mint; en) Presto/2.12.388 Version/12.16
    Desktop - Opera | Opera Mini | 5.1.21214 |  | Opera/9.80 (J2ME/MIDP; Opera Mini/5.1.21214/19.916; U; en) Presto/2.5.25
    Mobile Device - Opera | Opera Mobile | 11.50 | Android 2.3.5 | Opera/9.80 (Android 2.3.5; Linux; Opera Mobi/ADR-1111101157; U; de) Presto/2.9.201 Version/11.50
    Tablet - Opera | Opera Mobile | 11.1 | Windows 7 | Opera/9.80 (Windows NT 6.1; Opera Tablet/15165; U; en) Presto/2.8.149 Version/11.1
    Mobile Device - Opera | Opera Mini | 12.1.1.98980 | iOS 9.2 | Mozilla/5.0 (iPhone; CPU iPhone OS 9_2 like Mac OS X) AppleWebKit/601.1.46 (KHTML, like Gecko) OPiOS/12.1.1.98980 Mobile/13C75 Safari/9537.53
    Mobile Device - Opera | Opera Touch | 1.10.33 | Android 7.0 | Mozilla/5.0 (Linux; Android 7.0; Lenovo P2a42 Build/NRD90N) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/68.0.3440.91 Mobile Safari/537.36 OPT/1.10.33
    Mobile Device - Opera | Opera GX | 2 | Android 10 | Mozilla/5.0 (Linux; Android 10; Redmi Note 8 Pro Build/QP1A.190711.020) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/115.0.5790.168 Mobile Safari/537.36 OPX/2
    Desktop - Opera | Opera GX | 60.0.3255.50747 | Windows | Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/73.0.3683.103 Safari/537.36 OPR/60.0.3255.50747 OPRGX/60.0.3255.50747

    # Internet Explorer
    Desktop - Unknown | Internet Explorer | 11.0 | Windows 7 | Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko
    Desktop - Unknown | Internet Explorer | 11.0 | Windows 8.1 | Mozilla/5.0 (Windows NT 6.3; Trident/7.0; rv 11.0) like Gecko
    Desktop - Unknown | Internet Explorer | 9.0 | Windows Vista | Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.0; Trident/5.0)
    Mobile Device - Unknown | Internet Explorer | 10.0 | Windows Phone 8.0 | Mozilla/5.0 (compatible; MSIE 10.0; Windows Phone 8.0; Trident/6.0; IEMobile/10.0; NOKIA; Lumia 920)

    # Outside the five
    Mobile Device - Unknown | Samsung Internet | 23.0 | Android 10 | Mozilla/5.0 (Linux; Android 10; Redmi 8A) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/23.0 Chrome/115.0.0.0 Mobile Safari/537.36
    Mobile Device - Unknown | Oculus Browser | 15.0.0.0.22.280317669 | Android 10 | Mozilla/5.0 (Linux; Android 10; Quest 2) AppleWebKit/537.36 (KHTML, like Gecko) OculusBrowser/15.0.0.0.22.280317669 SamsungBrowser/4.0 Chrome/89.0.4389.90 VR Safari/537.36
    Mobile Device - Unknown | UC Browser | 11.2.0.915 | Android 6.0.1 | Mozilla/5.0 (Linux; U; Android 6.0.1; en-US; Lenovo P2a42 Build/MMB29M) AppleWebKit/534.30 (KHTML, like Gecko) Version/4.0 UCBrowser/11.2.0.915 U3/0.8.0 Mobile Safari/534.30
    Desktop - Unknown | Yandex Browser | 23.3.0.2246 | Windows | Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/110.0.0.0 YaBrowser/23.3.0.2246 Yowser/2.5 Safari/537.36
    Mobile Device - Unknown | Yandex Browser | 23.3.3.330 | iOS 16.4.1 | Mozilla/5.0 (iPhone; CPU iPhone OS 16_4_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.4 YaBrowser/23.3.3.330 Mobile/15E148 Safari/604.1
    Desktop - Unknown | Vivaldi | 2.4.1488.36 | macOS 10.13.6 | Mozilla/5.0 (Macintosh; Intel Mac OS X 10_13_6) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/73.0.3683.88 Safari/537.36 Vivaldi/2.4.1488.36
    Mobile Device - Unknown | Brave | 88.0.4324.96 | Android 11 | Mozilla/5.0 (Linux; Android 11; SM-T870) AppleWebKit/537.36 (KHTML, like Gecko) Brave Chrome/88.0.4324.96 Safari/537.36
    Desktop - Unknown | DuckDuckGo | 17.4.1 | macOS | Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4.1 Safari/605.1.1517.4.1 Ddg/17.4.1
    Mobile Device - Unknown | DuckDuckGo | 5 | Android 8.1.0 | Mozilla/5.0 (Linux; Android 8.1.0) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/92.0.4515.131 Mobile DuckDuckGo/5 Safari/537.36
    Mobile Device - Unknown | MIUI Browser | 1.0 | Android 4.2.2 | Mozilla/5.0 (Linux; U; Android 4.2.2; ru-ru; 2013023 Build/HM2013023) AppleWebKit/534.30 (KHTML, like Gecko) Version/4.0 Mobile Safari/534.30 XiaoMi/MiuiBrowser/1.0
    Mobile Device - Unknown | Huawei Browser | 10.0.3.102 | Android 6.0.1 | Mozilla/5.0 (Linux; Android 6.0.1; LYA-AL00；HMSCore/4.0.0 ) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/70.0.3538.64 HuaweiBrowser/10.0.3.102 Mobile Safari/537.36
    Mobile Device - Unknown | Vivo Browser | 16.7.1.1 | Android 13 | Mozilla/5.0 (Linux; Android 13; 23049RAD8C; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/87.0.4280.141 Mobile Safari/537.36 VivoBrowser/16.7.1.1
    Mobile Device - Unknown | Hi Browser | 2.25.6.3 | Android 14 | Mozilla/5.0 (Linux; Android 14; en; TECNO BG6m Build/SP1A.210812.016) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 HiBrowser/v2.25.6.3;lang=es;nation=DO;locale=es_DO UWS/ Mobile Safari/537.36
    Mobile Device - Unknown | QQ Browser | 9.9 | Android 9 | Mozilla/5.0 (Linux; U; Android 9; zh-cn; vivo X21 Build/PKQ1.180819.001) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/66.0.3359.126 MQQBrowser/9.9 Mobile Safari/537.36
    Desktop - Unknown | 360 Browser |  | Windows | Mozilla/5.0 (Windows NT 10.0; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/86.0.4240.198 Safari/537.36 QIHU 360SE
    Desktop - Unknown | Whale | 2.6.90.14 | macOS 10.15.2 | Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_2) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/76.0.3809.146 Whale/2.6.90.14 Safari/537.36
    Mobile Device - Unknown | Silk | 98.1.148 | Android 9 | Mozilla/5.0 (Linux; Android 9; KFKAWI) AppleWebKit/537.36 (KHTML, like Gecko) Silk/98.1.148 like Chrome/98.0.4758.101 Safari/537.36
    Mobile Device - Unknown | Puffin | 9.2.0.50586 | Android 7.1.1 | Mozilla/5.0 (Linux; Android 7.1.1; ZTE BLADE A0620 Build/NMF26F; ru-ru) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/79.0.3945.136 Mobile Safari/537.36 Puffin/9.2.0.50586AP
    Mobile Device - Unknown | Ecosia | 85.0.4183.127 | Android 10 | Mozilla/5.0 (Linux; Android 10; SM-G975U) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/85.0.4183.127 Mobile Safari/537.36 (Ecosia android@85.0.4183.127)
    Desktop - Unknown | Tesla | 2020.16.2.1 | Linux | Mozilla/5.0 (X11; GNU/Linux) AppleWebKit/537.36 (KHTML, like Gecko) Chromium/79.0.3945.130 Chrome/79.0.3945.130 Safari/537.36 Tesla/2020.16.2.1-e99c70fff409
    Desktop - Unknown | Pale Moon | 27.6.1 | Linux | Mozilla/5.0 (X11; Linux x86_64; rv:52.9) Gecko/20100101 Goanna/3.4 Firefox/52.9 PaleMoon/27.6.1
    Desktop - Unknown | Waterfox | 55.2.2 | Linux | Mozilla/5.0 (X11; Linux x86_64; rv:55.0) Gecko/20100101 Firefox/55.2.2 Waterfox/55.2.2
    Desktop - Unknown | LibreWolf | 97.0.1 | Linux | Mozilla/5.0 (X11; Linux x86_64; rv:97.0) Gecko/20100101 Firefox/97.0 LibreWolf/97.0.1
    Desktop - Unknown | SeaMonkey | 2.53.18.2 | Linux | Mozilla/5.0 (X11; Linux x86_64; rv:91.0) Gecko/20100101 Firefox/91.0 SeaMonkey/2.53.18.2
    Desktop - Unknown | Epiphany | 605.1.15 | Linux | Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.0 Safari/605.1.15 Epiphany/605.1.15
    Desktop - Unknown | Konqueror | 5.0.97 | Linux | Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/534.34 (KHTML, like Gecko) konqueror/5.0.97 Safari/534.34
    Desktop - Unknown | qutebrowser | 2.4.0 | Linux | Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) qutebrowser/2.4.0 QtWebEngine/5.15.6 Chrome/95.0.4628.2 Safari/537.36
    Mobile Device - Unknown | Android Browser | 4.0 | Android 4.0.2 | Mozilla/5.0 (Linux; U; Android 4.0.2; en-us; Galaxy Nexus Build/ICL53F) AppleWebKit/534.30 (KHTML, like Gecko) Version/4.0 Mobile Safari/534.30
    Desktop - Unknown | Lynx | 2.8.9 |  | Lynx/2.8.9rel.1 libwww-FM/2.14 SSL-MM/1.4.1 OpenSSL/1.1.1d
    Desktop - Unknown | Links | 2.29 | NetBSD | Links (2.29; NetBSD 10.0 i386; GNU C 10.5; x)
    Desktop - Unknown | w3m | 0.5.3 |  | w3m/0.5.3+git20210102

    # In applications
    Mobile Device - Unknown | Facebook | 35.0.0.48.273 | Android 5.0 | Mozilla/5.0 (Linux; Android 5.0; SM-G900P Build/LRX21T; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/43.0.2357.121 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/35.0.0.48.273;]
    Mobile Device - Unknown | Facebook |  | iOS 13.3.1 | Mozilla/5.0 (iPhone; CPU iPhone OS 13_3_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBDV/iPhone10,2;FBMD/iPhone;FBSN/iOS;FBSV/13.3.1;FBSS/3;FBID/phone;FBLC/en_US;FBOP/5;FBCR/]
    Mobile Device - Unknown | Instagram | 142.0.0.22.109 | iOS 14.1 | Mozilla/5.0 (iPhone; CPU iPhone OS 14_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Instagram 142.0.0.22.109 (iPhone12,5; iOS 14_1; en_US; en-US; scale=3.00; 1242x2688; 214888322) NW/1
    Mobile Device - Unknown | LINE | 8.4.1 | iOS 11.2.6 | Mozilla/5.0 (iPhone; CPU iPhone OS 11_2_6 like Mac OS X) AppleWebKit/604.5.6 (KHTML, like Gecko) Mobile/15D100 Safari Line/8.4.1
    Mobile Device - Unknown | LINE | 6.5.1 | Android 5.0 | Mozilla/5.0 (Linux; Android 5.0; ASUS_Z00AD Build/LRX21V; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/51.0.2704.81 Mobile Safari/537.36 Line/6.5.1/IAB
    Mobile Device - Unknown | WeChat | 6.3.6 | iOS 8.4.1 | Mozilla/5.0 (iPhone; CPU iPhone OS 8_4_1 like Mac OS X) AppleWebKit/600.1.4 (KHTML, like Gecko) Mobile/12H321 MicroMessenger/6.3.6 NetType/WIFI Language/zh_CN
    Desktop - Unknown | WeChat | 6.5.2.501 | Windows 7 | Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/39.0.2171.95 Safari/537.36 MicroMessenger/6.5.2.501 NetType/WIFI WindowsWechat QBCore/3.43.901.400 QQBrowser/9.0.2524.400
    Mobile Device - Unknown | TikTok | 21.9.4 | Android 11 | Mozilla/5.0 (Linux; Android 11; 21061119AG Build/RP1A.200720.011; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/92.0.4515.131 Mobile Safari/537.36 trill_2022109040 JsSdk/1.0 NetType/MOBILE Channel/googleplay AppName/musical_ly app_version/21.9.4 ByteLocale/ru-RU ByteFullLocale/ru-RU Region/KG BytedanceWebview/d8a21c6
    Mobile Device - Unknown | TikTok | 21.1.0 | iOS 14.8 | Mozilla/5.0 (iPhone; CPU iPhone OS 14_8 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 musical_ly_21.1.0 JsSdk/2.0 NetType/4G Channel/App Store ByteLocale/ru Region/RU ByteFullLocale/ru-RU isDarkMode/1 WKWebView/1 BytedanceWebview/d8a21c6
    Mobile Device - Unknown | Google App | 30.1.161623614 | iOS 10.3.2 | Mozilla/5.0 (iPhone; CPU iPhone OS 10_3_2 like Mac OS X) AppleWebKit/602.1.50 (KHTML, like Gecko) GSA/30.1.161623614 Mobile/14F89 Safari/602.1
    Mobile Device - Unknown | LinkedIn |  | iOS 15.4.1 | Mozilla/5.0 (iPhone; CPU iPhone OS 15_4_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [LinkedInApp]
    Mobile Device - Unknown | KakaoTalk | 2409760 | Android 12 | Mozilla/5.0 (Linux; Android 12; SM-G988N Build/SP1A.210812.016; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/100.0.4896.79 Mobile Safari/537.36;KAKAOTALK 2409760
    Mobile Device - Unknown | NAVER |  | Android 12 | Mozilla/5.0 (Linux; Android 12; SM-G988N Build/SP1A.210812.016; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/90.0.4430.232 Whale/1.0.0.0 Crosswalk/26.90.3.21 Mobile Safari/537.36 NAVER(inapp; search; 1010; 11.11.2)
    Mobile Device - Unknown | Alipay | 10.2.51.7100 | Android 10 | Mozilla/5.0 (Linux; U; Android 10; zh-CN; V2034A Build/QP1A.190711.020) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/69.0.3497.100 UWS/3.22.2.33 Mobile Safari/537.36 UCBS/3.22.2.33_211025173018 NebulaSDK/1.8.100112 Nebula AlipayDefined(nt:WIFI,ws:360|0|2.0) AliApp(AP/10.2.51.7100) AlipayClient/10.2.51.7100 Language/zh-Hans useStatusBar/true isConcaveScreen/true Region/CNAriver/1.0.0
    Mobile Device - Unknown | Weibo | 8.9.3 | iOS 12.0 | Mozilla/5.0 (iPhone; CPU iPhone OS 12_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/16A366 Weibo (iPhone8,2__weibo__8.9.3__iphone__os12.0)
    Desktop - Unknown | Slack | 4.39.90 | macOS | Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Slack/4.39.90 Chrome/127.0.6533.72 Electron/13.1.9 Safari/537.36
    Desktop - Unknown | Electron | 4.2.7 | Windows | Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Atom/1.41.0 Chrome/69.0.3497.128 Electron/4.2.7 Safari/537.36
    Desktop - Unknown | Thunderbird | 38.2.0 | Linux | Mozilla/5.0 (X11; Linux x86_64; rv:38.0) Gecko/20100101 Thunderbird/38.2.0 Lightning/4.0.2

    # Televisions and consoles
    Desktop - Unknown | Samsung Internet | 1.0 | Tizen 2.3 | Mozilla/5.0 (SMART-TV; Linux; Tizen 2.3) AppleWebkit/538.1 (KHTML, like Gecko) SamsungBrowser/1.0 TV Safari/538.1
    Desktop - Safari | Safari | 4.0 | Tizen 4.0 | Mozilla/5.0 (SMART-TV; LINUX; Tizen 4.0) AppleWebKit/538.1 (KHTML, like Gecko) Version/4.0 TV Safari/538.1
    Mobile Device - Unknown | Samsung Internet | 1.0 | Tizen 2.3 | Mozilla/5.0 (Linux; Tizen 2.3; SAMSUNG SM-Z130H) AppleWebKit/537.3 (KHTML, like Gecko) SamsungBrowser/1.0 Mobile Safari/537.3
    Desktop - Chrome | Chrome | 79.0.3945.79 | webOS | Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/79.0.3945.79 Safari/537.36 WebAppManager
    Desktop - Chrome | Chrome | 88.0.4324.152 | Android 9 | Mozilla/5.0 (Linux; Android 9; BRAVIA 4K UR2 Build/PTT1.190515.001.S52) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/88.0.4324.152 Safari/537.36
    Desktop - Chrome | Chrome | 70.0.3538.110 | Android 7.1.2 | Mozilla/5.0 (Linux; Android 7.1.2; AFTMM Build/NS6265; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/70.0.3538.110 Mobile Safari/537.36
    Desktop - Safari | Safari | 13.0 | PlayStation 5 | Mozilla/5.0 (PlayStation; PlayStation 5/2.26) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.0 Safari/605.1.15
    Desktop - Unknown |  |  | PlayStation 4 | Mozilla/5.0 (PlayStation 4 1.52) AppleWebKit/536.26 (KHTML, like Gecko)
    Desktop - Unknown | Silk | 3.2 | PlayStation | Mozilla/5.0 (PlayStation Vita 3.01) AppleWebKit/536.26 (KHTML, like Gecko) Silk/3.2
    Desktop - Edge | Edge | 18.17763 | Xbox | Mozilla/5.0 (Windows NT 10.0; Win64; x64; Xbox; Xbox One) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/64.0.3282.140 Safari/537.36 Edge/18.17763
    Desktop - Edge | Edge | 13.10586 | Xbox | Mozilla/5.0 (Windows Phone 10.0; Android 4.2.1; Xbox; Xbox One) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/46.0.2486.0 Mobile Safari/537.36 Edge/13.10586
    Desktop - Unknown | Nintendo Browser | 5.1.0.13343 | Nintendo Switch | Mozilla/5.0 (Nintendo Switch; WifiWebAuthApplet) AppleWebKit/601.6 (KHTML, like Gecko) NF/4.0.0.5.10 NintendoBrowser/5.1.0.13343
    Desktop - Unknown | Nintendo Browser | 1.3.10126 | Nintendo | Mozilla/5.0 (New Nintendo 3DS like iPhone) AppleWebKit/536.30 (KHTML, like Gecko) NX/3.0.0.5.15 Mobile NintendoBrowser/1.3.10126.EU

    # Crawlers and programs
    Desktop - Unknown | Googlebot | 2.1 |  | Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)
    Mobile Device - Unknown | Googlebot | 2.1 | Android 6.0.1 | Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/41.0.2272.96 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)
    Desktop - Unknown | bingbot | 2.0 |  | Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/103.0.5060.134 Safari/537.36
    Desktop - Unknown | Baiduspider | 2.0 |  | Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)
    Desktop - Unknown | YandexBot | 3.0 |  | Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)
    Mobile Device - Unknown | Applebot | 0.1 | iOS 8.1 | Mozilla/5.0 (iPhone; CPU iPhone OS 8_1 like Mac OS X) AppleWebKit/600.1.4 (KHTML, like Gecko) Version/8.0 Mobile/12B410 Safari/600.1.4 (Applebot/0.1;+http://www.apple.com/go/applebot)
    Desktop - Unknown | GPTBot | 1.0 |  | Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.0; +https://openai.com/gptbot)
    Mobile Device - Unknown | Bytespider |  | Android 8.0 | Mozilla/5.0 (Linux; Android 8.0; Pixel 2 Build/OPD3.170816.012) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/56.0.1511.1269 Mobile Safari/537.36; Bytespider
    Desktop - Unknown | TelegramBot |  |  | TelegramBot (like TwitterBot)
    Desktop - Unknown | Slackbot | 1.0 |  | Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)
    Desktop - Unknown | facebookexternalhit | 1.1 |  | facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)
    Desktop - Unknown | curl | 8.5.0 |  | curl/8.5.0
    Desktop - Unknown | Wget | 1.21.4 |  | Wget/1.21.4
    Desktop - Unknown | python-requests | 2.32.3 |  | python-requests/2.32.3
    Desktop - Unknown | Go-http-client | 1.1 |  | Go-http-client/1.1
    Desktop - Unknown | Apache-HttpClient | 4.5.14 |  | Apache-HttpClient/4.5.14 (Java/17.0.12)
    Desktop - Unknown | okhttp | 4.12.0 |  | okhttp/4.12.0
    Mobile Device - Unknown | Dalvik | 2.1.0 | Android 13 | Dalvik/2.1.0 (Linux; U; Android 13; Pixel 6 Build/TQ3A.230901.001)
    Desktop - Unknown | PostmanRuntime | 7.26.5 |  | PostmanRuntime/7.26.5
    Desktop - Unknown | undici |  |  | undici
    """#
