/// What a client says it is: the kind of device, the browser and the operating system.
///
/// Everything here is a claim of the client. It helps people to recognise their own sessions; it proves nothing and
/// must never grant access. The rules are one table, `DeviceRules`; this file only applies it.
///
/// Any text is accepted: the work is linear in its length, reads at most 1,024 bytes and never traps.
public struct Device: Hashable, Sendable {
    /// The kind of device, in the words of the HTTP contract.
    public enum Kind: String, Sendable, CaseIterable {
        /// A phone, or an Android device that does not call itself a tablet.
        case mobile = "Mobile Device"
        /// A device that says `Tablet` or `iPad`, or Android that sends the client hint "not mobile".
        case tablet = "Tablet"
        /// Everything else that says anything, televisions and consoles included.
        case desktop = "Desktop"
        /// Nothing was said.
        case unknown = "Unknown"
    }

    /// The five browsers of the HTTP contract; every other one is `unknown` here and has its name in `browserName`.
    public enum Browser: String, Sendable, CaseIterable {
        /// Chrome, and every Chromium that does not name itself.
        case chrome = "Chrome"
        /// Firefox with its mobile siblings (Focus, Klar, iOS).
        case firefox = "Firefox"
        /// Safari, also that of an iPad which presents itself as a Mac.
        case safari = "Safari"
        /// Edge, before and after it moved to Chromium.
        case edge = "Edge"
        /// Opera with its siblings (GX, Mini, Mobile, Touch).
        case opera = "Opera"
        /// A browser outside the five, or none that is known.
        case unknown = "Unknown"
    }

    /// The kind of device.
    public let kind: Kind

    /// Which of the five browsers it is.
    public let browser: Browser

    /// The browser's own name, for example `Opera GX`, `Samsung Internet` or `curl`; empty when none is known.
    ///
    /// At most 64 bytes of printable ASCII.
    public let browserName: String

    /// The browser's version, for example `131.0.6778.86`; empty when none is known.
    ///
    /// At most 32 bytes, digits and dots only.
    public let browserVersion: String

    /// The operating system, for example `Windows`, `macOS`, `Android 14` or `iOS 17.5`; empty when none is known.
    ///
    /// The version is left out where browsers no longer tell the truth about it. At most 64 bytes of printable ASCII.
    public let os: String

    /// The two in one line, `Desktop - Firefox`; `Unknown` when neither is known.
    public var info: String {
        kind == .unknown && browser == .unknown ? "Unknown" : "\(kind.rawValue) - \(browser.rawValue)"
    }

    /// Reads what a client says of itself.
    ///
    /// - Parameters:
    ///   - userAgent: The `User-Agent` header. Without one, or with an empty one, everything is unknown.
    ///   - hints: The client hints; where they speak they are heard before the user agent.
    public init(userAgent: String?, hints: ClientHints = .none) {
        let text = HeaderText(userAgent ?? "")
        guard !text.isBlank else {
            (kind, browser, browserName, browserVersion, os) = (.unknown, .unknown, "", "", "")
            return
        }
        let shape = DeviceRules.shapes.first(in: text)?.answer
        // Chromium on an Android television sends the hints of a tablet, so a television is believed before its hints.
        let hints = shape == .television ? ClientHints(brands: hints.brands) : hints
        kind = Self.kind(of: shape, hints: hints)
        os = Self.os(of: text, hints: hints)
        let match = DeviceRules.browsers.first(in: text)
        (browser, browserName, browserVersion) =
            Self.claim(of: hints, match: match) ?? Self.claim(of: text, match: match)
    }

    /// Makes a device of values that were read before, as a store keeps them.
    package init(kind: Kind, browser: Browser, browserName: String, browserVersion: String, os: String) {
        (self.kind, self.browser) = (kind, browser)
        (self.browserName, self.browserVersion, self.os) = (browserName, browserVersion, os)
    }
}

/// The client hints that browsers send unasked (User-Agent Client Hints, low entropy), as raw header values.
public struct ClientHints: Hashable, Sendable {
    /// No hints: Firefox, Safari, and everything over plain HTTP.
    public static let none = ClientHints()

    /// `Sec-CH-UA`, for example `"Chromium";v="131", "Brave";v="131", "Not_A Brand";v="24"`.
    public var brands: String?

    /// `Sec-CH-UA-Mobile`: `?1` or `?0`.
    public var mobile: String?

    /// `Sec-CH-UA-Platform`, for example `"Android"`.
    public var platform: String?

    /// Makes hints of raw header values, `nil` for a header that was not sent.
    public init(brands: String? = nil, mobile: String? = nil, platform: String? = nil) {
        self.brands = brands
        self.mobile = mobile
        self.platform = platform
    }
}

extension Device {
    private static func kind(of shape: DeviceRules.Shape?, hints: ClientHints) -> Kind {
        switch (hints.isMobile, hints.platformName) {
        case (true?, _): .mobile
        case (false?, "Android"?): .tablet
        case (false?, .some): .desktop
        default: shape?.kind ?? .desktop
        }
    }

    private static func os(of text: HeaderText, hints: ClientHints) -> String {
        let match = DeviceRules.systems.first(in: text)
        let claimed = match.map { $0.version.isEmpty ? $0.answer : "\($0.answer) \($0.version)" } ?? ""
        // A hint has no version; the user agent may add one, but only to the system that the hint names.
        guard let platform = hints.platformName, !claimed.hasPrefix(platform) else { return claimed }
        return platform
    }
}

extension ClientHints {
    fileprivate var isMobile: Bool? {
        switch mobile {
        case "?1": true
        case "?0": false
        default: nil
        }
    }

    /// Our name of the platform; `nil` when there is none or it is not in the table.
    fileprivate var platformName: String? {
        platform.flatMap { DeviceRules.platforms.first(in: HeaderText($0))?.answer }
    }
}

extension Device {
    /// What a client says of its browser.
    private typealias Claim = (browser: Browser, name: String, version: String)

    /// The browser that the brands name; `nil` when they name none, as those of a plain Chromium or of a web view.
    private static func claim(of hints: ClientHints, match: DeviceRuleMatch<DeviceRules.Named>?) -> Claim? {
        guard let brands = hints.brands.map({ HeaderText($0).brands }), !brands.isEmpty else { return nil }
        for brand in brands {
            let rule = DeviceRules.browsers.rules.first { $0.answer.owns(brand: brand.name) }
            guard let named = rule?.answer else { continue }
            // A brand tells only the first number of the version; the user agent of the same browser tells the rest.
            let version = match?.answer.name == named.name ? match?.version ?? "" : ""
            return (named.browser, named.name, version.hasPrefix(brand.version) ? version : brand.version)
        }
        return (.unknown, brands[0].name, brands[0].version)
    }

    private static func claim(of text: HeaderText, match: DeviceRuleMatch<DeviceRules.Named>?) -> Claim {
        if let crawler = DeviceRules.crawlers.first(in: text) {
            (.unknown, text.word(around: crawler.range.lowerBound), crawler.version)
        } else if let match {
            (match.answer.browser, match.answer.name, match.version)
        } else {
            (.unknown, text.product.name, text.product.version)
        }
    }
}

/// The first bytes of a header value.
///
/// Bytes, not characters: a combining mark behind a letter would hide the letter from a comparison of characters.
struct HeaderText: Sendable {
    /// Real user agents are below 400 bytes; what stands behind the first 1,024 is not read.
    static let bytesMax = 1_024
    /// The promises of ``Device/browserName`` and ``Device/browserVersion``.
    static let nameBytesMax = 64
    static let versionBytesMax = 32
    /// Browsers send three or four brands, each with a version.
    static let brandStringsMax = 16

    let bytes: [UInt8]

    init(_ text: String) {
        bytes = Array(text.utf8.prefix(Self.bytesMax))
    }

    var isBlank: Bool {
        bytes.allSatisfy { $0 <= UInt8(ascii: " ") }
    }

    func has(_ mark: [UInt8], at start: Int) -> Bool {
        guard mark.count <= bytes.count - start else { return false }
        for offset in mark.indices where bytes[start + offset] != mark[offset] { return false }
        return true
    }

    /// The index behind the first occurrence of a mark.
    func end(of mark: String) -> Int? {
        let mark = Array(mark.utf8)
        return bytes.indices.first { has(mark, at: $0) }.map { $0 + mark.count }
    }

    /// The version that begins at an index or up to two separators later; an underscore in it counts as a dot.
    func version(at start: Int) -> String {
        let separators = bytes[start...].prefix(2).prefix { "/ v-_".utf8.contains($0) }.count
        var version: [UInt8] = []
        for byte in bytes[(start + separators)...].prefix(Self.versionBytesMax) {
            if byte.isDigit {
                version.append(byte)
            } else if byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_"), version.last?.isDigit == true {
                version.append(UInt8(ascii: "."))
            } else {
                break
            }
        }
        if version.last?.isDigit == false { version.removeLast() }
        return String(decoding: version, as: UTF8.self)
    }

    /// The word that an index is in.
    func word(around index: Int) -> String {
        let head = bytes[..<index].reversed().prefix { $0.isNamePart }.count
        let word = bytes[(index - head)...].prefix { $0.isNamePart }
        return String(decoding: word.prefix(Self.nameBytesMax), as: UTF8.self)
    }

    /// The product that a program names first, as in `curl/8.5.0` or `Apache-HttpClient/4.5.14 (Java/17.0.12)`.
    var product: (name: String, version: String) {
        let run = bytes.prefix { $0.isNamePart || $0 == UInt8(ascii: " ") }
        let words = run.split(separator: UInt8(ascii: " "))
        let follower = bytes.dropFirst(run.count).first
        // Without a slash only a single word is a name; more of them are a sentence.
        let isAlone = words.count == 1 && (follower == nil || follower == UInt8(ascii: "("))
        let isName = follower == UInt8(ascii: "/") || isAlone
        guard isName, run.first?.isLetter == true, run.count <= Self.nameBytesMax else { return ("", "") }
        let name = words.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
        return name.lowercased() == "mozilla" ? ("", "") : (name, version(at: run.count))
    }

    /// The brands of `Sec-CH-UA` that name a browser.
    var brands: [(name: String, version: String)] {
        var strings: [Range<Int>] = []
        var start: Int?
        var isEscaped = false
        for (index, byte) in bytes.enumerated() {
            if isEscaped || byte == UInt8(ascii: "\\") {
                isEscaped.toggle()
            } else if byte == UInt8(ascii: "\"") {
                if let start { strings.append(start..<index) }
                start = start == nil ? index + 1 : nil
            }
        }
        return strings.prefix(Self.brandStringsMax).compactMap(brand)
    }

    /// The brand in a quoted string; `nil` for a version, a placeholder, the bare engine and text that is no name.
    private func brand(in string: Range<Int>) -> (name: String, version: String)? {
        let isVersion = bytes[..<(string.lowerBound - 1)].last == UInt8(ascii: "=")
        let isName = bytes[string].allSatisfy { $0.isNamePart || $0 == UInt8(ascii: " ") }
        let letters = String(decoding: bytes[string].filter(\.isLetter), as: UTF8.self)
        guard !isVersion, isName, !letters.isEmpty, string.count <= Self.nameBytesMax else { return nil }
        guard !DeviceRules.anonymousBrands.contains(letters) else { return nil }
        let version = has(Array("\";v=\"".utf8), at: string.upperBound) ? version(at: string.upperBound + 5) : ""
        return (String(decoding: bytes[string], as: UTF8.self), version)
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }
    fileprivate var isLetter: Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= self | 0x20 }
    var isLetterOrDigit: Bool { isDigit || isLetter }
    /// What the word of a name consists of.
    fileprivate var isNamePart: Bool { isLetterOrDigit || "._-+!".utf8.contains(self) }
}
