import SessionsSQL

/// One run of one server.
///
/// A standby that was promoted, and a server that was started anew, are other ones: what was read from the one before is worth nothing more.
struct ServerIdentity: Hashable, Sendable {
    let system: Int64
    /// In microseconds since 1970, by the server's clock.
    let startedAt: Int64

    /// Two columns that ``init(_:)`` reads.
    static let columns: SQL = """
        (SELECT system_identifier FROM pg_control_system()),
        CAST(extract(epoch FROM pg_postmaster_start_time()) * 1000000 AS BIGINT)
        """

}

extension ServerIdentity {
    init(_ row: inout SQLRow) throws {
        self.init(system: try row.integer(), startedAt: try row.integer())
    }
}
