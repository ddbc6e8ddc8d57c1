import SessionsGeo

extension Settings {
    /// Opens the files that tell where addresses are.
    ///
    /// - Returns: The database; `nil` when there is none to be used.
    /// - Throws: ``CommandFailure`` for the first file that cannot be used; it names the setting.
    func locationDatabase() throws(CommandFailure) -> LocationDatabase? {
        guard !locationDatabasePaths.isEmpty else { return nil }
        do {
            return try LocationDatabase(paths: locationDatabasePaths)
        } catch {
            throw .misconfigured("GEOIP_DATABASE \(error.path) cannot be used: \(error.reason)")
        }
    }
}
