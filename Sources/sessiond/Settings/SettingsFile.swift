import Sessions

/// One file that can hold all settings: `NAME=value` lines, as in a systemd `EnvironmentFile`, or one JSON object.
struct SettingsFile {
    /// What it sets.
    let values: [Setting: String]

    /// Reads a file.
    ///
    /// - Throws: ``CommandFailure`` when it cannot be read, is malformed, holds a name that is no setting, or holds a secret that
    ///   others can read.
    init(path: String) throws(CommandFailure) {
        let file: SmallFile
        do {
            file = try SmallFile(path: path)
        } catch {
            throw .misconfigured("the file of settings \(path) cannot be read: \(error)")
        }
        guard let text = String(validating: file.bytes, as: UTF8.self) else {
            throw .misconfigured("the file of settings \(path) is not UTF-8 text")
        }
        let isObject = text.utf8.first { $0 > UInt8(ascii: " ") } == UInt8(ascii: "{")
        let pairs = isObject ? try Self.members(of: file.bytes, path: path) : try Self.lines(of: text, path: path)
        var values: [Setting: String] = [:]
        for (name, value) in pairs {
            guard let setting = Setting(rawValue: name) else {
                throw .misconfigured("\(name.prefix(64)) in \(path) is not the name of a setting")
            }
            guard values.updateValue(value, forKey: setting) == nil else {
                throw .misconfigured("\(name) stands more than once in \(path)")
            }
        }
        if let secret = values.keys.first(where: \.isSecret), file.isOpenToOthers {
            throw .misconfigured("\(secret.rawValue) in \(path) can be read by other users; run: chmod 600 \(path)")
        }
        self.values = values
    }

    private static func lines(of text: String, path: String) throws(CommandFailure) -> [(String, String)] {
        var pairs: [(String, String)] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = trimmed(line)
            guard let first = line.first, first != "#", first != ";" else { continue }
            guard let equals = line.firstIndex(of: "=") else {
                throw .misconfigured("line \(index + 1) of \(path) is not NAME=value")
            }
            let value = trimmed(line[line.index(after: equals)...])
            pairs.append((String(trimmed(line[..<equals])), String(unquoted(value))))
        }
        return pairs
    }

    /// Quotes around a whole value are not part of it.
    private static func unquoted(_ value: Substring) -> Substring {
        guard value.count >= 2, let quote = value.first, quote == "\"" || quote == "'", value.last == quote else {
            return value
        }
        return value.dropFirst().dropLast()
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text.drop { $0 == " " || $0 == "\t" }
    }

    private static func members(of bytes: [UInt8], path: String) throws(CommandFailure) -> [(String, String)] {
        let document: JSON
        do {
            document = try JSON(parsing: bytes)
        } catch {
            throw .misconfigured("the file of settings \(path) is not JSON at byte \(error.offset)")
        }
        guard case .object(let members) = document else { return [] }
        var pairs: [(String, String)] = []
        for member in members {
            guard let text = member.value.string ?? member.value.integer.map(String.init) else {
                throw .misconfigured("\(member.key.prefix(64)) in \(path) must be a string or a whole number")
            }
            pairs.append((member.key, text))
        }
        return pairs
    }
}
