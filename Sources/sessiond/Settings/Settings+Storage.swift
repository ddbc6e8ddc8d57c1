import Sessions
import SessionsPostgres
import SessionsSQLite

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension Settings {
    /// Makes the data directory, readable by its owner alone, unless it exists.
    ///
    /// - Throws: ``CommandFailure`` that names it.
    func makeDataDirectory() throws(CommandFailure) {
        do {
            try SmallFile.createDirectory(path: dataDirectory)
        } catch {
            throw .unavailable("DATA_DIR \(dataDirectory) cannot be used: \(error)")
        }
        var status = stat()
        // Files that root makes in a server's directory are files that the server cannot open later.
        guard geteuid() != 0 || stat(dataDirectory, &status) != 0 || status.st_uid == 0 else {
            throw .unavailable(
                "DATA_DIR \(dataDirectory) belongs to user \(status.st_uid): run this as that user, not as root"
            )
        }
    }

    /// Opens the database and brings its schema up to date.
    ///
    /// - Parameter acceptedRisks: In which ways a PostgreSQL server may lose what it acknowledges.
    /// - Returns: The database, ready for use.
    /// - Throws: ``CommandFailure`` with a sentence for the operator.
    func openStorage(accepting acceptedRisks: Set<DurabilityRisk>) async throws(CommandFailure) -> Storage {
        do {
            switch location {
            case .sqlite(let path): return .sqlite(try SQLiteDatabase(path: path, telling: notices.policy))
            case .postgres(let url):
                return .postgres(
                    try await PostgresDatabase(url: url, accepting: acceptedRisks, telling: notices.policy)
                )
            }
        } catch let failure as DurabilityAtRisk {
            throw .misconfigured("\(failure). ACCEPT_REVOCATION_LOSS accepts that by its name")
        } catch let failure as SQLiteDatabase.OpeningFailure {
            throw .unavailable("the database \(location.told) cannot be opened: \(failure.description)")
        } catch {
            throw .unavailable("the database \(location.told) cannot be opened: \(error)")
        }
    }

    /// The keys that sign tokens; in development they are made once and kept beside the data.
    ///
    /// - Throws: ``CommandFailure`` when the kept secret cannot be read or made.
    func signingKeys() throws(CommandFailure) -> SigningKeys {
        if let keys { return keys }
        try checkServing()
        let path = developmentSecretPath
        do {
            let secret = Self.randomSecret()
            try SmallFile.create(Array(secret.utf8), path: path)
            return try SigningKeys(secret: secret)
        } catch let failure as SystemFailure where failure.code == EEXIST {
            return try keptKeys(path: path)
        } catch {
            throw .unavailable("the secret for development cannot be kept in \(path): \(error)")
        }
    }

    /// Where the secret of a development server is kept.
    var developmentSecretPath: String { "\(dataDirectory)/jwt-secret" }

    /// 48 random bytes as text.
    static func randomSecret() -> String {
        var random = SystemRandomNumberGenerator()
        let bytes = (0..<48).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        return String(decoding: Base64URL.encode(bytes), as: UTF8.self)
    }

    private func keptKeys(path: String) throws(CommandFailure) -> SigningKeys {
        do {
            let file = try SmallFile(path: path)
            guard !file.isOpenToOthers else {
                throw CommandFailure.misconfigured("\(path) can be read by other users; run: chmod 600 \(path)")
            }
            let text = String(decoding: file.bytes, as: UTF8.self)
            return try SigningKeys(secret: String(text.prefix { !$0.isNewline }))
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw .misconfigured("\(path) holds no usable secret (\(error)); delete it, and a new one is made")
        }
    }
}
