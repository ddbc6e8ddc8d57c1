import HTTPTypes
import Hummingbird
import Sessions

/// `GET /api/account/export`: all that is held of the caller, as one JSON document without secrets (GDPR, articles 15 and 20).
struct ExportRoute: Sendable {
    let gate: SessionGate
    let authority: SessionAuthority
    let security: AccountSecurity

    static let path = "/api/account/export"

    var routes: [Route] {
        [Route(method: .get, path: Self.path, kind: .api, handler: gate.api(export))]
    }

    private func export(_ call: Call, _ current: LiveSession) async throws -> Response {
        try gate.requireFreshAuthentication(current)
        guard let user = try await security.user(of: current) else { throw Problem.sessionRevoked }
        let head: JSON = [
            "exportedAt": .time(authority.now), "user": .user(user),
            "recoveryCodesLeft": .integer(Int64(try await security.recoveryCodesLeft(of: current))),
            "knownBrowsers": .array(
                try await authority.browsersSeen(of: user.id).map { ["lastLogin": .time($0)] }
            ),
            "seen": .array(try await authority.sightings(of: user.id).map(JSON.sighting)),
        ]
        // What fails before the first byte is a 503; afterwards the connection is cut, so that half is not taken for all.
        let sessions = try await authority.allSessions(of: user.id, after: nil)
        return Response(
            status: .ok,
            headers: [
                .contentType: "application/json; charset=utf-8", .cacheControl: "no-store",
                .contentDisposition: "attachment; filename=\"account.json\"",
            ],
            body: call.request.method == .head ? .init() : body(head, sessions, current)
        )
    }

    /// Written batch by batch: a long history is never held as a whole.
    private func body(_ head: JSON, _ first: [Session], _ current: LiveSession) -> ResponseBody {
        ResponseBody { writer in
            var text = head.utf8
            text.removeLast()
            text += Array(#","sessions":["#.utf8)
            try await writer.write(ByteBuffer(bytes: text))
            var separator = ""
            var batch = first
            while !batch.isEmpty {
                let now = authority.now
                try await writer.write(
                    Self.items(batch.map { .session($0, current: current.id, at: now) }, after: &separator)
                )
                batch = try await authority.allSessions(of: current.userID, after: batch.last?.id)
            }
            try await writer.write(ByteBuffer(string: #"],"events":["#))
            separator = ""
            var last: AuditEventID?
            while true {
                let activity = try await authority.activity(
                    of: current.userID,
                    before: last,
                    limit: SessionAuthority.activityPageMax
                )
                guard let oldest = activity.last else { break }
                try await writer.write(Self.items(activity.map(JSON.activity), after: &separator))
                last = oldest.event.id
            }
            try await writer.write(ByteBuffer(string: "]}"))
            try await writer.finish(nil)
        }
    }

    private static func items(_ items: [JSON], after separator: inout String) -> ByteBuffer {
        var buffer = ByteBuffer()
        for item in items {
            buffer.writeString(separator)
            buffer.writeBytes(item.utf8)
            separator = ","
        }
        return buffer
    }
}

extension JSON {
    fileprivate static func sighting(_ sighting: Sighting) -> JSON {
        [
            "at": .time(sighting.at), "sessionId": .id(sighting.sessionID),
            "network": .text(sighting.network?.description),
            "location": sighting.location.map(JSON.location) ?? .null, "deviceInfo": .string(sighting.device.info),
            "browserKnown": .bool(sighting.isBrowserKnown),
        ]
    }
}
