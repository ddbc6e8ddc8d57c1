import ArgumentParser
import Sessions

/// What every command of the operator takes beside its own arguments.
struct OperatorOptions: ParsableArguments {
    @OptionGroup(title: "Settings", visibility: .hidden) var settings: SettingOptions

    /// Has a command done and prints what there is to say.
    func perform(_ command: OperatorCommand) async throws(CommandFailure) {
        let text = try await settings.settings().perform(command)
        StandardStream.output.write(line: text)
    }

    /// Has a list made and prints it.
    func list(_ command: OperatorCommand, as list: RowList) async throws(CommandFailure) {
        _ = try await settings.settings().perform(command) { list.append($0) }
        list.finish()
    }
}
