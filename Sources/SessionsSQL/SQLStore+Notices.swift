package import Sessions

extension SQLStore {
    package func takeNotices(
        of lane: Notice.Lane,
        at now: Timestamp,
        until leaseEnd: Timestamp,
        limit: Int
    ) async throws -> [Notice] {
        // Asked every second, and there is mostly nothing: that shall not be a write.
        let due: [NoticeID] = try await driver.read { database in
            try database.rows(
                """
                SELECT id FROM outbox WHERE lane = \(lane.name) AND finished_at IS NULL AND due_at <= \(now)
                ORDER BY due_at LIMIT \(limit)
                """
            ).map { row in
                var row = row
                return try row.id()
            }
        }
        guard !due.isEmpty else { return [] }
        return try await driver.write { database in
            // What another process has taken meanwhile is not due any more.
            try database.rows(
                """
                UPDATE outbox SET due_at = \(leaseEnd), attempts = attempts + 1
                WHERE id IN (\(list: due)) AND finished_at IS NULL AND due_at <= \(now)
                RETURNING \(part: noticeColumns)
                """
            ).map { row in
                var row = row
                return try row.notice()
            }.sorted { $0.id < $1.id }
        }
    }

    package func putOff(_ notice: Notice, until instant: Timestamp) async throws {
        try await driver.write { database in
            _ = try database.run(
                """
                UPDATE outbox SET due_at = \(instant)
                WHERE id = \(notice.id) AND finished_at IS NULL AND attempts = \(notice.attempts)
                """
            )
        }
    }

    package func finish(_ notice: Notice, as outcome: Notice.Outcome, at now: Timestamp) async throws {
        try await driver.write { database in
            _ = try database.run(
                """
                UPDATE outbox SET finished_at = \(now), outcome = \(outcome.rawValue),
                    recipient = NULL, address = NULL, device_info = NULL, place = NULL
                WHERE id = \(notice.id) AND finished_at IS NULL
                """
            )
        }
    }

    package func waitingNotices(of lane: Notice.Lane, countingTo limit: Int) async throws -> Int {
        try await driver.read { database in
            let counted = try database.row(
                """
                SELECT count(*) FROM (
                    SELECT 1 FROM outbox WHERE lane = \(lane.name) AND finished_at IS NULL LIMIT \(limit)) AS waiting
                """
            )
            guard var row = counted else { return 0 }
            return Int(try row.integer())
        }
    }

    package func purgeNotices(before instant: Timestamp, limit: Int) async throws -> Int {
        try await driver.write { database in
            try database.lock([.sweep])
            return try database.run(
                "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE at < \(instant) LIMIT \(limit))"
            )
        }
    }
}

extension SQLConnection {
    /// Writes what is to be told of an event.
    func tell(
        _ event: AuditEvent,
        ended: [SessionID: UserID],
        familiarity: LoginFamiliarity,
        mailing addresses: [EmailAddress]?
    ) throws {
        if policy.isSilent { return }
        let drafts = policy.drafts(of: event, ended: ended, familiarity: familiarity, to: addresses)
        for draft in drafts where draft.lane == .mail { try mail(draft, of: event) }
        var signals = drafts.filter { $0.lane != .mail }[...]
        while !signals.isEmpty {
            try write(signals.prefix(signalsMax).map { ($0.notice(of: event), key: $0.key) })
            signals = signals.dropFirst(signalsMax)
        }
    }

    /// How many notices one statement writes: 17 values each, of 32,766 that SQLite takes.
    private var signalsMax: Int { 100 }

    /// Writes a mail to the owner, unless it was written before or is held back.
    private func mail(_ draft: NoticeDraft, of event: AuditEvent) throws {
        let user = draft.userID
        let known = try row("SELECT 1 FROM outbox WHERE lane = \(draft.lane.name) AND dedupe_key = \(draft.key)")
        guard known == nil else { return }
        guard var owner = try row("SELECT email, credential_version FROM account WHERE id = \(user)") else { return }
        let address = try owner.value(EmailAddress.init)
        let credentialVersion = try owner.integer()
        let isRequested = draft.kind.isRequested
        guard NoticeLimit.admits(draft.kind, at: event.at, after: try recentMail(to: user, before: event.at)) else {
            if isRequested { return }
            try run(
                """
                INSERT INTO notice_withheld (user_id, count) VALUES (\(user), 1)
                ON CONFLICT (user_id) DO UPDATE SET count = notice_withheld.count + 1
                """
            )
            return
        }
        var withheld =
            isRequested ? nil : try row("DELETE FROM notice_withheld WHERE user_id = \(user) RETURNING count")
        let notice = draft.notice(
            of: event,
            to: draft.recipient ?? address,
            place: try draft.sessionID.flatMap { try place(of: $0, user) },
            withheldCount: Int(try withheld?.integer() ?? 0)
        )
        try write([(notice, key: draft.key)])
        if let link = MailedLink(with: notice, credentialVersion: credentialVersion) { try keep(link) }
    }

    private func recentMail(to user: UserID, before now: Timestamp) throws -> [(kind: Notice.Kind, at: Timestamp)] {
        try rows(
            """
            SELECT kind, at FROM outbox
            WHERE user_id = \(user) AND lane = \(Notice.Lane.mail.name)
                AND at > \(now.adding(seconds: -NoticeLimit.daySeconds))
            ORDER BY at DESC LIMIT \(NoticeLimit.recentMax)
            """
        ).map { row in
            var row = row
            return (kind: try row.value(Notice.Kind.init(rawValue:)), at: try row.time())
        }
    }

    private func place(of session: SessionID, _ user: UserID) throws -> String? {
        var found = try row("SELECT location FROM session WHERE id = \(session) AND user_id = \(user)")
        return try found?.optional { try $0.value(Location.init(encoded:)) }?.summary
    }

    private func write(_ notices: [(Notice, key: String)]) throws {
        let values = notices.enumerated().reduce("" as SQL) { values, entry in
            let (notice, key) = entry.element
            let separator: SQL = entry.offset == 0 ? "" : ", "
            return """
                \(part: values)\(part: separator)(\(notice.id), \(notice.lane.name), \(key), \(notice.kind.rawValue),
                    \(notice.userID), \(notice.recipient?.description), \(notice.eventID), \(notice.eventKind.rawValue),
                    \(notice.at), \(notice.sessionID), \(notice.initiator.rawValue), \(notice.address?.description),
                    \(notice.deviceInfo), \(notice.place), \(notice.withheldCount), \(notice.attempts), \(notice.at))
                """
        }
        try run(
            """
            INSERT INTO outbox (id, lane, dedupe_key, kind, user_id, recipient, event_id, event_kind, at, session_id,
                initiator, address, device_info, place, withheld, attempts, due_at)
            VALUES \(part: values) ON CONFLICT (lane, dedupe_key) DO NOTHING
            """
        )
    }

    /// Deletes what an account's owner was to be told: nobody is there to hear it.
    func forgetMail(to user: UserID) throws {
        try run("DELETE FROM outbox WHERE user_id = \(user) AND lane = \(Notice.Lane.mail.name)")
    }
}

/// The columns that ``SQLRow/notice()`` reads.
private let noticeColumns: SQL = """
    id, lane, kind, user_id, recipient, event_id, event_kind, at, session_id, initiator, address, device_info, place,
    withheld, attempts
    """

extension SQLRow {
    fileprivate mutating func notice() throws -> Notice {
        Notice(
            id: try id(),
            lane: Notice.Lane(name: try text()),
            kind: try value(Notice.Kind.init(rawValue:)),
            userID: try id(),
            recipient: try optional { try $0.value(EmailAddress.init) },
            eventID: try id(),
            eventKind: try value(AuditEvent.Kind.init(rawValue:)),
            at: try time(),
            sessionID: try optional { try $0.id() },
            initiator: try value(Notice.Initiator.init(rawValue:)),
            address: try optional { try $0.value(IPAddress.init) },
            deviceInfo: try optional { try $0.text() },
            place: try optional { try $0.text() },
            withheldCount: Int(try integer()),
            attempts: Int(try integer())
        )
    }
}
