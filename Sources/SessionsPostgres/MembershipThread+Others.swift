import Logging
import Metrics
import Sessions
import SessionsSQL

extension MembershipThread {
    /// What another node looked like when it last moved.
    struct Sighting {
        let beat: Int64
        let applied: Int64
        let since: BootTime
    }

    /// Shows that this process is there, and looks after those that have fallen silent.
    func beat(_ connection: PostgresConnection, as row: Int64, _ membership: inout Membership) throws {
        let applied = membership.applied ?? 0
        let answer = try connection.run(
            """
            WITH own AS (
                UPDATE node SET beat = beat + 1, beat_at = clock_timestamp(), applied_seq = GREATEST(applied_seq, \(applied))
                WHERE id = \(row) AND state = 1
            )
            SELECT id, state, beat, applied_seq FROM node WHERE id <> \(row)
            """
        )
        let now = BootTime.now
        var others: [Int64: Sighting] = [:]
        var expelled: [Int64: BootTime] = [:]
        for values in answer.rows {
            var row = SQLRow(values)
            let id = try row.integer()
            let state = try row.integer()
            let sighting = Sighting(beat: try row.integer(), applied: try row.integer(), since: now)
            if state == 2 {
                // Who expelled it may be gone too; the time counts from when we have seen it, which is later.
                let since = membership.expelled[id] ?? now
                if now.milliseconds(since: since) > LeaseTerms.revocationWaitMilliseconds {
                    _ = try connection.run("DELETE FROM node WHERE id = \(id) AND state = 2")
                } else {
                    expelled[id] = since
                }
                continue
            }
            guard let last = membership.others[id], last.beat == sighting.beat, last.applied == sighting.applied else {
                others[id] = sighting
                continue
            }
            others[id] = last
            guard now.milliseconds(since: last.since) > LeaseTerms.silenceMilliseconds else { continue }
            let changed = try connection.run(
                "UPDATE node SET state = 2 WHERE id = \(id) AND state = 1 AND beat = \(last.beat)"
            ).changed
            if changed == 1 {
                logger.warning("node_expelled", metadata: ["node": "\(id)"])
                expelled[id] = .now
            }
        }
        membership.others = others
        membership.expelled = expelled
    }

    /// Cuts the log four times a minute, and looks whether the server may lose what it acknowledges.
    func lookAfterServer(_ connection: PostgresConnection, _ membership: inout Membership) throws {
        guard BootTime.now >= membership.cleanUpDue else { return }
        membership.cleanUpDue = BootTime.now.advanced(milliseconds: 15_000)
        let found = try DurabilityRisk.all(on: connection)
        risks.record(found.count)
        let unaccepted = found.subtracting(database.acceptedRisks)
        if !unaccepted.isEmpty {
            logger.error("revocations_at_risk", metadata: ["reason": "\(DurabilityAtRisk(risks: unaccepted))"])
        }
        _ = try connection.run(
            "DELETE FROM revocation WHERE at < clock_timestamp() - make_interval(secs => CAST(\(Self.keptSeconds) AS INTEGER))"
        )
    }
}
