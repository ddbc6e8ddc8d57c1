import ArgumentParser
import Sessions

/// Commands about accounts.
struct UserCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user",
        abstract:
            "Add, list, disable and delete users, set their passwords, turn off a second factor that was lost, and move users here.",
        subcommands: [
            Add.self, List.self, SetPassword.self, ResetTwoFactor.self, Disable.self, Enable.self, Delete.self,
            Import.self, Export.self,
        ]
    )

    func run() async throws {
        throw ValidationError(
            """
            Say what to do with users: add, list, set-password, reset-two-factor, disable, enable, delete, import or export.
            """
        )
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a user; the password is read from standard input, one line. Prints the user's id."
        )

        @Option(help: "The e-mail address.") var email: String
        @Option(help: "The name to log in with.") var username: String
        @OptionGroup var options: OperatorOptions

        func run() async throws {
            try await options.perform(.addUser(email: email, username: username, password: PasswordPrompt.read()))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List all users, oldest first.")

        @Flag(help: "Print a JSON array.") var json = false
        @OptionGroup var options: OperatorOptions

        func run() async throws {
            let columns = [
                ("id", "ID"), ("username", "USERNAME"), ("email", "EMAIL"), ("status", "STATUS"),
                ("twoFactor", "TWO-FACTOR"),
                ("created", "CREATED"),
                ("passwordChanged", "PASSWORD CHANGED"),
            ]
            try await options.list(.listUsers, as: RowList(columns, json: json))
        }
    }

    struct SetPassword: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set a user's password, read from standard input, and end all their sessions."
        )

        @Argument(help: "An e-mail address, user name or user id.") var user: String
        @OptionGroup var options: OperatorOptions

        func run() async throws {
            try await options.perform(.setPassword(of: user, to: PasswordPrompt.read()))
        }
    }

    struct ResetTwoFactor: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "reset-two-factor",
            abstract: "Turn off the second factor of a user who has lost it, and end all their sessions."
        )

        @Argument(help: "An e-mail address, user name or user id.") var user: String
        @OptionGroup var options: OperatorOptions

        func run() async throws {
            try await options.perform(.resetTwoFactor(of: user))
        }
    }

    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End all sessions of a user and let them log in no more."
        )

        @Argument(help: "An e-mail address, user name or user id.") var user: String
        @OptionGroup var options: OperatorOptions

        func run() async throws {
            try await options.perform(.disableUser(user))
        }
    }

    struct Enable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let a disabled user log in again.")

        @Argument(help: "An e-mail address, user name or user id.") var user: String
        @OptionGroup var options: OperatorOptions

        func run() async throws {
            try await options.perform(.enableUser(user))
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Delete a user with all their sessions, for ever.")

        @Argument(help: "An e-mail address, user name or user id.") var user: String
        @Flag(help: "Do not ask for confirmation.") var yes = false
        @OptionGroup var options: OperatorOptions

        func run() async throws {
            guard yes || Confirmation.isGiven("Delete \(user) with all their sessions, for ever?") else {
                throw CommandFailure.refused("nothing was deleted")
            }
            try await options.perform(.deleteUser(user))
        }
    }
}
