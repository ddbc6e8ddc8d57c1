import ArgumentParser
import Sessions

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Tells which settings are in force.
struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Show the settings in force and where each comes from, without secrets."
    )

    @Flag(help: "Print a JSON array.") var json = false
    @OptionGroup(title: "Settings") var options: SettingOptions

    func run() async throws {
        let settings = try options.settings()
        try settings.checkServing()
        let lines = settings.lines.map(settings.told)
        if json {
            let rows = lines.map { line -> JSON in
                ["name": .string(line.name), "value": .string(line.value), "from": .string(line.origin.rawValue)]
            }
            StandardStream.output.write(JSON.array(rows).utf8 + [UInt8(ascii: "\n")])
        } else {
            for line in lines {
                StandardStream.output.write(line: "\(line.name)=\(line.value)  (\(line.origin.rawValue))")
            }
        }
    }
}

extension Settings {
    /// A setting as it may be told.
    fileprivate func told(_ line: SettingReader.Line) -> (name: String, value: String, origin: SettingSources.Origin) {
        let name = line.setting.rawValue
        switch line.setting {
        case .databaseURL: return (name, location.told, line.origin)
        case .jwtSecret where keys == nil:
            let isKept = access(developmentSecretPath, F_OK) == 0
            return (name, isKept ? "<redacted>" : "<made at the first start>", .dataDirectory)
        // What was read is kept without its password.
        case .smtpURL: return (name, line.text, line.origin)
        case let setting where setting.isSecret: return (name, line.text.isEmpty ? "" : "<redacted>", line.origin)
        default: return (name, line.text, line.origin)
        }
    }
}
