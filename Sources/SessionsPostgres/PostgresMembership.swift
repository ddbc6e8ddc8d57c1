public import Logging
public import ServiceLifecycle
public import Sessions

/// This process's part in the protocol: it follows the log of revocations, and may vouch from memory for as long as it does.
///
/// One thread and one connection of its own, so that nothing else holds it up. In each turn it asks for what it has not applied yet, takes that
/// out of memory, grants the lease from the instant at which it asked, and only then acknowledges.
public struct PostgresMembership: Service {
    private let thread: MembershipThread

    /// Creates the part of a process; it begins with ``run()``.
    ///
    /// - Parameters:
    ///   - database: Whose log is followed.
    ///   - authority: Whose memory and open pages are told.
    ///   - name: What the member is called in lists.
    ///   - logger: Told when the lease is lost and had again.
    public init(of database: PostgresDatabase, authority: SessionAuthority, name: String, logger: Logger) {
        thread = MembershipThread(database: database, authority: authority, name: name, logger: logger)
    }

    /// Follows the log until the process is told to stop; then takes the lease back and leaves.
    public func run() async throws {
        await thread.start()
        try? await gracefulShutdown()
        await thread.stop()
    }
}
