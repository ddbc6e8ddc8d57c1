import Configuration

/// Where settings are looked for, first to last: the command line, the environment, the file.
struct SettingSources: Sendable {
    /// Where a value came from.
    enum Origin: String, Sendable {
        case commandLine = "command line"
        case environment
        case file
        case dataDirectory = "data directory"
        case fallback = "default"
    }

    private let readers: [(origin: Origin, reader: ConfigReader)]

    /// Names the file in the environment, as `--config` does on the command line.
    static let fileVariable = "SESSIOND_CONFIG"

    /// - Parameters:
    ///   - commandLine: What was given as options.
    ///   - environment: All variables of the process; those that are no settings are not looked at.
    ///   - file: What the file says.
    init(commandLine: [Setting: String], environment: [String: String], file: [Setting: String]) {
        let secrets = Set(Setting.allCases.filter(\.isSecret).map(\.rawValue))
        readers = [
            (.commandLine, Self.reader(of: commandLine, named: "command line")),
            (
                .environment,
                ConfigReader(
                    provider: EnvironmentVariablesProvider(
                        environmentVariables: environment,
                        secretsSpecifier: .specific(secrets)
                    )
                )
            ),
            (.file, Self.reader(of: file, named: "file")),
        ]
    }

    /// The first value that is set; `nil` when none is.
    subscript(setting: Setting) -> (text: String, origin: Origin)? {
        for (origin, reader) in readers {
            if let text = reader.string(forKey: ConfigKey(setting.path), isSecret: setting.isSecret) {
                return (text, origin)
            }
        }
        return nil
    }

    private static func reader(of values: [Setting: String], named name: String) -> ConfigReader {
        let pairs = values.map { setting, text in
            (AbsoluteConfigKey(setting.path), ConfigValue(.string(text), isSecret: setting.isSecret))
        }
        return ConfigReader(provider: InMemoryProvider(name: name, values: Dictionary(uniqueKeysWithValues: pairs)))
    }
}

extension Setting {
    /// The name as swift-configuration takes it apart: `["data", "dir"]`.
    fileprivate var path: [String] { rawValue.lowercased().split(separator: "_").map(String.init) }
}
