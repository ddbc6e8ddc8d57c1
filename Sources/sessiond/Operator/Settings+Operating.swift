import Sessions
import SessionsPostgres
import SessionsSQLite

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension Settings {
    /// Has a command done: by the running server when there is one, else in this process.
    ///
    /// - Parameters:
    ///   - command: What to do.
    ///   - rows: Is given the rows of a list as they come.
    /// - Returns: What there is to say.
    /// - Throws: ``CommandFailure`` when it was not done.
    func perform(_ command: OperatorCommand, rows: @escaping @Sendable ([JSON]) -> Void = { _ in })
        async throws(CommandFailure) -> String
    {
        let outcome =
            if let connection = try OperatorConnection(path: socketPath) {
                try connection.run(command, rows: rows)
            } else {
                try await performAlone(command, rows: rows)
            }
        switch outcome {
        case .done(let text): return text
        case .refused(let sentence): throw .refused(sentence)
        case .unavailable(let sentence): throw .unavailable(sentence)
        }
    }

    private func performAlone(
        _ command: OperatorCommand,
        rows: @escaping @Sendable ([JSON]) -> Void
    ) async throws(CommandFailure) -> OperatorOutcome {
        if case .sqlite(let path) = location, !command.mayCreateDatabase, access(path, F_OK) != 0 {
            throw .unavailable("there is no database \(path); start the server, or run: sessiond migrate")
        }
        let rules = command.choosesPassword ? try passwordRules() : PasswordRules()
        try makeDataDirectory()
        let storage = try await openStorage(accepting: Set(DurabilityRisk.allCases))
        do {
            let serverKeys = try self.serverKeys()
            if case .migrate = command, let serverKeys {
                try await SeedRenewal(of: storage.store, keys: serverKeys).run()
            }
            // No token is signed or checked here. Without the server's keys the failures of guessers are not found, and stay.
            let keys = try serverKeys ?? SigningKeys(secret: Self.randomSecret())
            let authority = try await storage.authority(keys: keys)
            let accounts = Accounts(authority: authority, hasher: try PasswordHasher(width: 1), rules: rules)
            let alone = Operator(storage: storage, authority: authority, accounts: accounts, clock: storage.clock)
            let outcome = await alone.run(command) { rows($0) }
            try? await storage.close()  // What was done is durable, and the process ends.
            return outcome
        } catch let failure as CommandFailure {
            throw failure
        } catch let failure as SeedRenewal.UnknownSecret {
            throw .misconfigured("JWT_SECRET: \(failure)")
        } catch {
            throw .unavailable("the database \(location.told) cannot be used: \(type(of: error))")
        }
    }

    /// The server's keys, where this command is given them too.
    private func serverKeys() throws(CommandFailure) -> SigningKeys? {
        if let keys { return keys }
        guard isDevelopment, access(developmentSecretPath, F_OK) == 0 else { return nil }
        return try signingKeys()
    }

    /// Puts a backup in the place of the database.
    ///
    /// - Returns: How many sessions were ended.
    /// - Throws: ``CommandFailure`` when a server runs or the backup is not one.
    func restore(from backup: String) async throws(CommandFailure) -> Int {
        guard case .sqlite(let path) = location else {
            throw .refused("PostgreSQL has its own tools for backups; docs/operations.md says how")
        }
        guard try OperatorConnection(path: socketPath) == nil else {
            throw .refused("a server is running on \(dataDirectory); stop it first")
        }
        try makeDataDirectory()
        do {
            return try await SQLiteDatabase.restore(from: backup, to: path, at: WallClock.system.now)
        } catch let failure as SQLiteDatabase.OpeningFailure {
            throw .refused("nothing was restored: \(failure.description)")
        } catch {
            throw .unavailable("nothing was restored: \(error)")
        }
    }
}
