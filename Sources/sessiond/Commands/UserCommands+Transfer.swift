import ArgumentParser
import Sessions

extension UserCommands {
    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take accounts over from another system, with the hashes of their passwords.",
            discussion: """
                An account has the fields username and email, and may have email_verified, password_hash, created_at \
                and disabled. Hashes are those of Argon2id, bcrypt, scrypt ($scrypt$ln=...) and pbkdf2_sha256. Nobody \
                gets mail. Accounts are made 500 at a time, all of them or none.
                """
        )

        @OptionGroup var file: TransferFile
        @Flag(help: "Pass over accounts whose name or address is taken, instead of stopping at them.")
        var skipExisting = false
        @Flag(help: "Change nothing; tell what could be imported, and what is wrong.") var dryRun = false
        @OptionGroup var options: OperatorOptions

        func validate() throws {
            guard !(skipExisting && dryRun) else {
                throw ValidationError("--dry-run tells what --skip-existing would skip; say one of them.")
            }
        }

        func run() async throws {
            let rule: Accounts.ImportRule = dryRun ? .trial : skipExisting ? .skip : .refuse
            let settings = try options.settings.settings()
            let sentence = try await AccountImport(of: file, settings: settings, rule: rule).run()
            StandardStream.output.write(line: sentence)
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write all accounts into a new file that only you can read.",
            discussion: "The fields are those of user import. Second factors and sessions are not in it."
        )

        @OptionGroup var file: TransferFile
        @Flag(help: "Write the hashes of passwords too: whoever has them can guess at passwords.")
        var withPasswordHashes = false
        @OptionGroup var options: OperatorOptions

        func run() async throws {
            let settings = try options.settings.settings()
            let export = try AccountExport(to: file, withHashes: withPasswordHashes)
            let count: Int
            do {
                _ = try await settings.perform(.exportUsers(withHashes: withPasswordHashes)) { export.append($0) }
                count = try export.finish()
            } catch {
                export.abandon()
                throw error
            }
            if file.file != "-" { StandardStream.output.write(line: "\(count) accounts are in \(file.file).") }
        }
    }
}
