import Sessions
import SessionsSQL

extension MembershipThread {
    /// What the log and the server say at one instant.
    struct News {
        let head: Int64
        let state: Int64?
        let isPrimary: Bool
        let instance: InstanceID
        let server: ServerIdentity
        /// Whether a commit waits for a standby.
        let isReplicated: Bool
        let time: Int64
        let entries: [Entry]

        /// Whether the entries are all that came after a number.
        func follows(_ applied: Int64) -> Bool {
            guard entries.count <= MembershipThread.entriesMax else { return false }
            var last = applied
            for entry in entries where entry.sequence != last {
                guard entry.sequence == last + 1 else { return false }
                last = entry.sequence
            }
            return last == head
        }
    }

    struct Entry {
        let sequence: Int64
        let change: SessionAuthority.ForeignChange
    }

    /// Asks for the log's news.
    ///
    /// With a standby it writes as well, and has the answer when the standby has the write: a primary that was cut off, while the standby took
    /// its place, answers whoever reads, and nobody who writes.
    ///
    /// - Returns: The news, of one instant.
    func renew(
        _ connection: PostgresConnection,
        as row: Int64,
        after applied: Int64,
        replicated: Bool
    ) throws -> News {
        _ = connection.takeWarnings()
        if replicated {
            // In one transaction with the reading; both travel together.
            try connection.send(
                """
                UPDATE node SET beat = beat + 1, beat_at = clock_timestamp()
                FROM (SELECT set_config('synchronous_commit', 'on', true)) AS own WHERE id = \(row) AND state = 1
                """
            )
        }
        let news = try read(connection, as: row, after: applied)
        // 01000: the wait for the standby was cancelled. Whether it has the write is not known.
        guard !replicated || !connection.takeWarnings().contains("01000") else {
            throw PostgresFailure("the wait for the standby was cancelled")
        }
        return news
    }

    /// One statement, so that all of it is of one instant.
    private func read(_ connection: PostgresConnection, as row: Int64, after applied: Int64) throws -> News {
        let answer = try connection.run(
            """
            SELECT h.seq, (SELECT n.state FROM node n WHERE n.id = \(row)), CAST(pg_is_in_recovery() AS INTEGER),
                (SELECT i.id FROM instance i), \(part: ServerIdentity.columns),
                CAST(current_setting('synchronous_standby_names') <> '' AS INTEGER),
                CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT),
                r.seq, r.session_id, r.user_id, r.reason
            FROM revocation_head h LEFT JOIN LATERAL (
                SELECT * FROM revocation e WHERE e.seq > \(applied) ORDER BY e.seq, e.item LIMIT \(Self.entriesMax + 1)
            ) r ON true
            """
        )
        var entries: [Entry] = []
        var news: News?
        for values in answer.rows {
            var row = SQLRow(values)
            let head = try row.integer()
            let state = try row.optional { try $0.integer() }
            let isPrimary = try !row.bool()
            let instance: InstanceID = try row.id()
            let server = try ServerIdentity(&row)
            let isReplicated = try row.bool()
            let time = try row.integer()
            if let sequence = try row.optional({ try $0.integer() }) {
                let change = SessionAuthority.ForeignChange(
                    session: try row.id(),
                    user: try row.id(),
                    reason: try row.optional { try $0.value(Session.EndReason.init) }
                )
                entries.append(Entry(sequence: sequence, change: change))
            }
            news = News(
                head: head,
                state: state,
                isPrimary: isPrimary,
                instance: instance,
                server: server,
                isReplicated: isReplicated,
                time: time,
                entries: entries
            )
        }
        guard let news else { throw PostgresFailure("the log of revocations is gone") }
        return news
    }
}
