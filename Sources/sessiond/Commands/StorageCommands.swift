import ArgumentParser

/// Copies the database.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the database, as it is at one instant, into a new file; the server may run."
    )

    @Argument(help: "The file to make.", completion: .file()) var file: String
    @OptionGroup var options: OperatorOptions

    func run() async throws {
        try await options.perform(.backUp(to: file.absolutePath))
    }
}

/// Puts a copy in the place of the database.
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Put a backup in the place of the database and end all sessions in it; the server must not run."
    )

    @Argument(help: "A file that backup has made.", completion: .file()) var file: String
    @OptionGroup var options: OperatorOptions

    func run() async throws {
        let settings = try options.settings.settings()
        let ended = try await settings.restore(from: file.absolutePath)
        StandardStream.output.write(
            line:
                "Restored; \(Operator.sessions(ended)). What was there before is beside it, with .before-restore at its end."
        )
    }
}

/// Makes a restored PostgreSQL database safe to serve.
struct FinishRestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore-finish",
        abstract:
            "After a backup was put in the place of the PostgreSQL database: end all sessions in it, before nodes are started."
    )

    @OptionGroup var options: OperatorOptions

    func run() async throws {
        try await options.perform(.finishRestore)
    }
}

/// Brings the schema up to date.
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Make the database, or bring its schema up to date; the server does so at its start."
    )

    @OptionGroup var options: OperatorOptions

    func run() async throws {
        try await options.perform(.migrate)
    }
}
