/// Reads settings one by one and notes what is in force.
struct SettingReader {
    /// A setting as it is in force.
    struct Line: Sendable {
        let setting: Setting
        /// What is in force; empty when there is nothing.
        let text: String
        let origin: SettingSources.Origin
    }

    /// Whether the defaults of development hold.
    let isDevelopment: Bool
    /// What was read so far.
    private(set) var lines: [Line] = []
    private let sources: SettingSources

    init(_ sources: SettingSources) throws(CommandFailure) {
        self.sources = sources
        let text = sources[.appEnvironment]?.text ?? Setting.appEnvironment.fallback(isDevelopment: false)
        guard text == "production" || text == "development" else { throw Self.malformed(.appEnvironment) }
        isDevelopment = text == "development"
    }

    /// A setting that always has a value.
    ///
    /// - Parameters:
    ///   - setting: Which one.
    ///   - shown: How the value is told when the text as it was given would not say it all.
    ///   - parse: `nil` for a text that is not such a value.
    /// - Returns: The value.
    /// - Throws: ``CommandFailure`` that names the setting and what it must be, and not its value.
    mutating func value<Value>(
        _ setting: Setting,
        shownAs shown: (Value) -> String? = { _ in nil },
        _ parse: (String) -> Value?
    ) throws(CommandFailure) -> Value {
        guard let value = try optional(setting, shownAs: shown, parse) else { throw Self.malformed(setting) }
        return value
    }

    /// A setting that may have no value; an empty text is none.
    ///
    /// - Throws: ``CommandFailure`` that names the setting and what it must be, and not its value.
    mutating func optional<Value>(
        _ setting: Setting,
        shownAs shown: (Value) -> String? = { _ in nil },
        _ parse: (String) -> Value?
    ) throws(CommandFailure) -> Value? {
        let fallback = setting.fallback(isDevelopment: isDevelopment)
        let given = sources[setting]
        guard let text = given?.text ?? fallback, !(text.isEmpty && fallback == nil && !setting.isSecret) else {
            lines.append(Line(setting: setting, text: "", origin: .fallback))
            return nil
        }
        guard let value = parse(text) else { throw Self.malformed(setting) }
        lines.append(Line(setting: setting, text: shown(value) ?? text, origin: given?.origin ?? .fallback))
        return value
    }

    private static func malformed(_ setting: Setting) -> CommandFailure {
        .misconfigured("\(setting.rawValue) must be \(setting.expectation)")
    }
}
