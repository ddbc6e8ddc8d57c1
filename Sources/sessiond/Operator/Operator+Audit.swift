import Sessions
import SessionsSQL

extension Operator {
    /// How many events one step reads.
    private static let eventsMax = 500

    func listEvents(of user: String?, since: Timestamp?, limit: Int, rows: Rows) async throws -> OperatorOutcome {
        var owner: UserID?
        if let user {
            // The events of a deleted account are still there, under its id.
            guard let id = try await self.user(user)?.id ?? UserID(user) else { return Self.noSuchUser }
            owner = id
        }
        var last: AuditEventID?
        var rest = limit
        while rest > 0 {
            let page = try await storage.auditLog.newest(
                of: owner,
                since: since,
                before: last,
                limit: min(rest, Self.eventsMax)
            )
            guard let next = page.last, let id = AuditEventID(bytes: next.row.id) else { break }
            try await rows(page.map(\.json))
            last = id
            rest -= page.count
        }
        return .done("")
    }

    /// Gives each finding as a row, and now and then how far it has come.
    func verifyEvents(rows: Rows) async throws -> OperatorOutcome {
        var verification = AuditVerification(storage.auditLog)
        var findings = 0
        while !verification.isDone {
            guard !Task.isCancelled else { return .unavailable("the server is stopping; not all was read") }
            let found = try await verification.step()
            findings += found.count
            try await rows(found.map { ["finding": .string("\($0)")] })
            try await rows([["events": .integer(Int64(verification.events))]])
        }
        let read = "\(verification.events) events and \(verification.seals) seals were read"
        switch findings {
        case 0: return .done("The audit log is sound: \(read), and all are as they were written.")
        case 1: return .refused("the audit log is not sound: 1 finding; \(read)")
        default: return .refused("the audit log is not sound: \(findings) findings; \(read)")
        }
    }

    func exportEvents(since: Timestamp?, rows: Rows) async throws -> OperatorOutcome {
        var last: AuditEventID?
        while true {
            let page = try await storage.auditLog.oldest(since: since, after: last, limit: Self.eventsMax)
            guard let next = page.last, let id = AuditEventID(bytes: next.row.id) else { break }
            try await rows(page.map(\.exported))
            last = id
        }
        guard let seal = try await storage.auditLog.newestSeal() else { return .done("") }
        try await rows([
            [
                "seal": .integer(seal.number), "at": .time(Timestamp(milliseconds: seal.at)),
                "former": .hexadecimal(seal.former), "entries": .hexadecimal(seal.entries),
                "hash": .hexadecimal(seal.hash),
            ]
        ])
        return .done("")
    }
}

extension AuditLog.Record {
    /// What a list shows.
    fileprivate var json: JSON {
        [
            "id": .id(AuditEventID(bytes: row.id)),
            "at": .time(Timestamp(milliseconds: row.at)),
            "event": .text(AuditEvent.Kind(rawValue: row.kind)?.owaspName),
            "kind": .string(row.kind),
            "user": .text(username ?? row.userID.flatMap { UserID(bytes: $0) }.map { "\($0)" }),
            "by": .string(row.actor),
            "session": .id(row.sessionID.flatMap { SessionID(bytes: $0) }),
            "ip": .text(row.printedAddress),
            "device": .text(row.deviceInfo),
            "detail": .text(row.detail),
            "ended": .integer(row.endedCount),
            "count": .integer(row.count),
        ]
    }

    /// All there is, with what it takes to check the chains elsewhere.
    fileprivate var exported: JSON {
        [
            "id": .id(AuditEventID(bytes: row.id)),
            "at": .time(Timestamp(milliseconds: row.at)),
            "event": .text(AuditEvent.Kind(rawValue: row.kind)?.owaspName),
            "kind": .string(row.kind),
            "userId": .id(row.userID.flatMap { UserID(bytes: $0) }),
            "username": .text(username),
            "sessionId": .id(row.sessionID.flatMap { SessionID(bytes: $0) }),
            "by": .string(row.actor),
            "bySession": .id(row.actorSession.flatMap { SessionID(bytes: $0) }),
            "address": .text(row.printedAddress),
            "deviceInfo": .text(row.deviceInfo),
            "endedCount": .integer(row.endedCount),
            "detail": .text(row.detail),
            "count": .integer(row.count),
            "chain": .id(UserID(bytes: row.chain)),
            "number": .integer(row.number),
            "addressCommitment": row.commitment.map(JSON.hexadecimal) ?? .null,
            "addressSalt": row.salt.map(JSON.hexadecimal) ?? .null,
            "hash": .hexadecimal(row.hash),
        ]
    }
}

extension AuditRow {
    /// The address, or the network that is left of it: `203.0.113.0/24`.
    fileprivate var printedAddress: String? {
        guard addressState == AddressState.shortened.rawValue, let address else { return address }
        return address + (address.contains(":") ? "/48" : "/24")
    }
}

extension JSON {
    fileprivate static func hexadecimal(_ bytes: [UInt8]) -> JSON {
        .string(bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
    }
}
