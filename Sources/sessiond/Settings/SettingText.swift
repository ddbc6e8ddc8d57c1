import Sessions
import SessionsGeo
import SessionsPostgres

/// The forms that values of settings are written in; `nil` is the answer to anything else.
enum SettingText {
    /// A whole number in decimal digits alone.
    static func number(_ text: some StringProtocol, in range: ClosedRange<Int>) -> Int? {
        guard (1...9).contains(text.utf8.count), text.utf8.allSatisfy(isDigit), let number = Int(text),
            range.contains(number)
        else { return nil }
        return number
    }

    /// A number with its unit, `s`, `m`, `h` or `d`, in seconds.
    static func seconds(_ text: String, in range: ClosedRange<Int64>) -> Int64? {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        guard let unit = text.last.flatMap({ units[$0] }), let number = number(text.dropLast(), in: 0...999_999_999)
        else { return nil }
        let seconds = Int64(number) * unit
        return range.contains(seconds) ? seconds : nil
    }

    /// A time, or `off`, which is a value too: no time.
    static func secondsOrOff(_ text: String, in range: ClosedRange<Int64>) -> Int64?? {
        if text == "off" { return .some(nil) }
        return seconds(text, in: range).map(Optional.some)
    }

    /// The parts between commas, without the spaces around them; an empty text has none.
    static func list(_ text: String) -> [String] {
        if text.isEmpty { return [] }
        return text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            var part = part.drop { $0 == " " }
            while part.last == " " { part.removeLast() }
            return String(part)
        }
    }

    /// Secrets that keys can be made of, each by itself.
    static func secrets(_ texts: [String]) -> [String]? {
        texts.allSatisfy { (try? SigningKeys(secret: $0)) != nil } ? texts : nil
    }

    /// Names of risks.
    static func risks(_ text: String) -> Set<DurabilityRisk>? {
        let risks = list(text).map(DurabilityRisk.init(rawValue:))
        return risks.contains(nil) ? nil : Set(risks.compactMap(\.self))
    }

    /// An IP address or a host name.
    static func host(_ text: String) -> String? {
        if IPAddress(text) != nil { return text }
        return isHostName(text) ? text : nil
    }

    /// A domain that a cookie can be set for: more than one label, and no address.
    static func domain(_ text: String) -> String? {
        guard isHostName(text), text.contains("."), IPAddress(text) == nil else { return nil }
        return text.lowercased()
    }

    /// A `sqlite:` URL with an absolute path, or a `postgres:` URL, whose parts libpq reads.
    static func location(_ text: String) -> Storage.Location? {
        guard !text.utf8.contains(0), text.utf8.count <= 4_096 else { return nil }
        if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") { return .postgres(url: text) }
        guard text.hasPrefix("sqlite:///"), !text.hasSuffix("/") else { return nil }
        return .sqlite(path: String(text.dropFirst("sqlite://".count)))
    }

    /// A directory's absolute path, without a slash at its end.
    static func directory(_ text: String) -> String? {
        guard !text.isEmpty, !text.utf8.contains(0) else { return nil }
        var path = text.absolutePath
        while path.utf8.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path.utf8.count <= Settings.dataDirectoryBytesMax ? path : nil
    }

    /// A file's absolute path.
    static func file(_ text: String) -> String? {
        text.utf8.contains(0) || text.hasSuffix("/") ? nil : text.absolutePath
    }

    /// Absolute paths of the files of a location database.
    static func locationFiles(_ text: String) -> [String]? {
        let texts = list(text)
        let paths = texts.filter { !$0.isEmpty }.compactMap(file)
        return paths.count == texts.count && paths.count <= LocationDatabase.filesMax ? paths : nil
    }

    /// A name for people, on one line.
    static func name(_ text: String) -> String? {
        (1...64).contains(text.unicodeScalars.count) && text.printable == text ? text : nil
    }

    /// Blocks of addresses, none of which is everybody: whoever is trusted can claim to be any client.
    static func blocks(_ text: String) -> [AddressBlock]? {
        let texts = list(text)
        let blocks = texts.compactMap(AddressBlock.init)
        return blocks.count == texts.count && !blocks.contains(where: \.isEverything) ? blocks : nil
    }

    /// A token of RFC 6265.
    ///
    /// Browsers compare the prefixes without regard to case and servers with it: only one spelling is safe.
    static func cookieName(_ text: String) -> String? {
        let others = "!#$%&'*+-.^_`|~".utf8
        guard (1...64).contains(text.utf8.count),
            text.utf8.allSatisfy({ isDigit($0) || isLetter($0) || others.contains($0) })
        else { return nil }
        for prefix in ["__Host-", "__Secure-"] where text.lowercased().hasPrefix(prefix.lowercased()) {
            guard text.hasPrefix(prefix), text.utf8.count > prefix.utf8.count else { return nil }
        }
        return text
    }

    /// RFC 1035 section 2.3.1 as relaxed by RFC 1123 section 2.1.
    private static func isHostName(_ text: String) -> Bool {
        let labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return text.utf8.count <= 253
            && labels.allSatisfy { label in
                (1...63).contains(label.count) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
                    && label.allSatisfy { isDigit($0) || isLetter($0) || $0 == UInt8(ascii: "-") }
            }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
