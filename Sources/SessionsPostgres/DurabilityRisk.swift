import SessionsSQL

/// A way in which a server may lose what it has acknowledged: an ended session would come back.
public enum DurabilityRisk: String, CaseIterable, Sendable, CustomStringConvertible {
    /// `fsync = off`: lost when the machine stops.
    case fsyncOff = "fsync-off"
    /// `full_page_writes = off`: a page that was half written when the machine stopped stays so.
    case fullPageWritesOff = "full-page-writes-off"
    /// A standby follows, and no commit waits for one: lost when the standby takes the primary's place.
    case asynchronousStandby = "asynchronous-standby"

    /// What to do about it.
    public var description: String {
        switch self {
        case .fsyncOff: "\(rawValue): fsync is off; turn it on"
        case .fullPageWritesOff: "\(rawValue): full_page_writes is off; turn it on"
        case .asynchronousStandby:
            "\(rawValue): a standby follows, and synchronous_standby_names is empty; name the standby there"
        }
    }

    /// Those of a server, as it is now.
    ///
    /// Who has only a role of an application sees of a standby that there is one, and what it calls itself. Backups, archives of the log and
    /// logical subscribers are none.
    static func all(on connection: PostgresConnection) throws -> Set<DurabilityRisk> {
        var row = SQLRow(
            try connection.run(
                """
                SELECT CAST(current_setting('fsync') <> 'on' AS INTEGER),
                    CAST(current_setting('full_page_writes') <> 'on' AS INTEGER),
                    CAST(current_setting('synchronous_standby_names') = '' AND EXISTS (
                        SELECT 1 FROM pg_stat_replication r
                        WHERE r.application_name NOT IN ('pg_basebackup', 'pg_receivewal') AND NOT EXISTS (
                            SELECT 1 FROM pg_replication_slots s WHERE s.active_pid = r.pid AND s.slot_type = 'logical')
                    ) AS INTEGER)
                """
            ).rows.first ?? []
        )
        var risks: Set<DurabilityRisk> = []
        for risk in [fsyncOff, fullPageWritesOff, asynchronousStandby] where try row.bool() { risks.insert(risk) }
        return risks
    }
}

/// Thrown where a server may lose what it acknowledges, and nobody has said that this is accepted.
public struct DurabilityAtRisk: Error, CustomStringConvertible {
    /// How.
    public let risks: Set<DurabilityRisk>

    /// A sentence for the operator.
    public var description: String {
        "PostgreSQL may lose revocations that were answered: "
            + risks.map { "\($0)" }.sorted().joined(separator: "; ")
    }
}
