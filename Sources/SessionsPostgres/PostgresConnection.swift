import CPostgreSQL
import Sessions
import SessionsSQL

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A connection of libpq's, for one thread at a time.
///
/// It is always in pipeline mode: what needs no answer (BEGIN, locks) travels with the next statement, and an answer that nobody waits
/// for (the COMMIT of a reading transaction) is read before the next one. No wait is longer than the connection's patience; when that is
/// over the connection is broken, and whoever asked does not know what became of it.
final class PostgresConnection {
    /// How many statements are kept prepared; beyond, all are forgotten.
    private static let preparedMax = 500

    /// How long it waits for an answer, in milliseconds.
    var patienceMilliseconds: Int64

    private let handle: OpaquePointer
    private var prepared: [Statement: String] = [:]
    private var preparedCount = 0
    /// Set when statements may be there or not: one that failed, or came after one that did.
    private var mustForgetPrepared = false
    /// What was sent and not answered yet, in order.
    private var unanswered: [Message] = []
    /// Warnings since they were last taken, by SQLSTATE.
    private let warnings = Warnings()

    private struct Statement: Hashable {
        let text: String
        let types: [SQLType]
    }

    private enum Message {
        case statement
        case sync
    }

    private final class Warnings {
        var states: [String] = []
    }

    /// What a statement came to.
    struct Answer {
        var rows: [[SQLValue]] = []
        var changed = 0
    }

    /// Connects.
    ///
    /// - Parameters:
    ///   - url: A connection URI or key/value string of libpq's.
    ///   - name: What the server shows as `application_name`, unless the URL has one.
    ///   - patienceMilliseconds: How long it waits for an answer.
    /// - Throws: ``PostgresFailure``; its text is libpq's without what stands in quotes there, which may be a part of a password.
    init(url: String, name: String, patienceMilliseconds: Int64) throws {
        self.patienceMilliseconds = patienceMilliseconds
        let settings: [(String, String)] = [
            ("fallback_application_name", name),
            ("client_encoding", "UTF8"),
            ("connect_timeout", "3"),
            ("tcp_user_timeout", "5000"),
            ("keepalives_idle", "5"), ("keepalives_interval", "2"), ("keepalives_count", "3"),
            ("target_session_attrs", "read-write"),
            // Last, so that what the URL says counts.
            ("dbname", url),
        ]
        let connection = withCStrings(settings.map(\.0)) { keys in
            withCStrings(settings.map(\.1)) { values in PQconnectdbParams(keys, values, 1) }
        }
        guard let connection else { throw PostgresFailure("out of memory") }
        // From here on `deinit` closes it, also when this fails.
        handle = connection
        guard PQstatus(handle) == CONNECTION_OK else {
            let reason = Self.withoutQuoted(text(PQerrorMessage(handle)))
            throw PostgresFailure(reason.isEmpty ? "no connection" : reason)
        }
        PQsetNoticeReceiver(
            handle,
            { context, result in
                guard let context, let state = PQresultErrorField(result, Int32(UInt8(ascii: "C"))) else { return }
                Unmanaged<Warnings>.fromOpaque(context).takeUnretainedValue().states.append(String(cString: state))
            },
            Unmanaged.passUnretained(warnings).toOpaque()
        )
        guard PQenterPipelineMode(handle) == 1, PQsetnonblocking(handle, 1) == 0 else {
            let reason = text(PQerrorMessage(handle))
            throw PostgresFailure(reason)
        }
    }

    deinit {
        PQfinish(handle)
    }

    /// Which server answers; `nil` until somebody has asked it.
    var server: ServerIdentity?

    /// The last number that a transaction on this connection has got in the log of revocations.
    var revokedLast: Int64 = 0

    /// Whether it can be used for another transaction.
    ///
    /// One may just be ending: its answer has not been read.
    var isUsable: Bool {
        guard PQstatus(handle) == CONNECTION_OK else { return false }
        return !unanswered.isEmpty || PQtransactionStatus(handle) == PQTRANS_IDLE
    }

    /// Whether the server is gone, as far as is known.
    var isBroken: Bool { PQstatus(handle) != CONNECTION_OK }

    /// The socket, to wait for notifications on.
    var socket: Int32 { PQsocket(handle) }

    // MARK: Statements

    /// Sends a statement; its answer is read later.
    func send(_ sql: SQL) throws {
        let statement = Statement(text: sql.text, types: sql.arguments.map(\.type))
        let name = try prepare(statement)
        // Fetched before the pointers are made.
        let bytes = sql.arguments.map { Self.bytes(of: $0.value) }
        let formats = sql.arguments.map { $0.type == .text ? Int32(0) : 1 }
        let sent = withByteStrings(bytes) { values in
            PQsendQueryPrepared(
                handle,
                name,
                Int32(bytes.count),
                values,
                bytes.map { Int32(($0?.count ?? 1) - 1) },
                formats,
                1
            )
        }
        guard sent == 1 else { throw broken() }
        unanswered.append(.statement)
    }

    /// Sends a statement and waits for its answer, and for those of all that was sent before.
    func run(_ sql: SQL) throws -> Answer {
        try send(sql)
        return try answer()
    }

    /// Sends what was not sent yet without waiting for an answer.
    func flush() throws {
        try sync()
        _ = PQflush(handle)
    }

    /// Waits for the answers to all that was sent.
    ///
    /// - Returns: The last one.
    /// - Throws: The first failure among them.
    @discardableResult
    func answer() throws -> Answer {
        try sync()
        let deadline = BootTime.now.advanced(milliseconds: patienceMilliseconds)
        var last = Answer()
        var failure: PostgresFailure?
        while let message = unanswered.first {
            guard let result = try nextResult(before: deadline) else {
                // The end of one statement's results.
                unanswered.removeFirst()
                continue
            }
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_PIPELINE_SYNC:
                guard case .sync = message else { throw broken() }
                unanswered.removeFirst()
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK: last = try Self.read(result)
            case PGRES_PIPELINE_ABORTED: break
            default: failure = failure ?? Self.failure(result)
            }
        }
        if let failure {
            mustForgetPrepared = true
            throw failure
        }
        return last
    }

    /// The SQLSTATEs of warnings since this was last asked.
    func takeWarnings() -> [String] {
        defer { warnings.states = [] }
        return warnings.states
    }

    // MARK: Notifications

    /// The channels of notifications that have come, without waiting.
    func notifications() throws -> [String] {
        guard PQconsumeInput(handle) == 1 else { throw broken() }
        var channels: [String] = []
        while let notification = PQnotifies(handle) {
            channels.append(String(cString: notification.pointee.relname))
            PQfreemem(notification)
        }
        return channels
    }

    // MARK: Within

    private func prepare(_ statement: Statement) throws -> String {
        if !mustForgetPrepared, let name = prepared[statement] { return name }
        if mustForgetPrepared || prepared.count >= Self.preparedMax {
            mustForgetPrepared = false
            prepared = [:]
            guard PQsendQueryParams(handle, "DEALLOCATE ALL", 0, nil, nil, nil, nil, 1) == 1 else { throw broken() }
            unanswered.append(.statement)
        }
        preparedCount += 1
        let name = "s\(preparedCount)"
        let types = statement.types.map(\.oid)
        let sent = PQsendPrepare(handle, name, Self.numbered(statement.text), Int32(types.count), types)
        guard sent == 1 else { throw broken() }
        unanswered.append(.statement)
        prepared[statement] = name
        return name
    }

    private func sync() throws {
        if case .sync? = unanswered.last { return }
        guard !unanswered.isEmpty else { return }
        guard PQpipelineSync(handle) == 1 else { throw broken() }
        unanswered.append(.sync)
    }

    /// The next result; `nil` at the end of a statement's results.
    private func nextResult(before deadline: BootTime) throws -> OpaquePointer? {
        var mustFlush = true
        while true {
            if mustFlush {
                let state = PQflush(handle)
                guard state >= 0 else { throw broken() }
                mustFlush = state == 1
            }
            if PQisBusy(handle) == 0 { return PQgetResult(handle) }
            let left = deadline.milliseconds(since: BootTime.now)
            guard left > 0 else { throw broken("no answer within \(patienceMilliseconds) ms") }
            var descriptor = pollfd(fd: socket, events: Int16(POLLIN | (mustFlush ? POLLOUT : 0)), revents: 0)
            let ready = poll(&descriptor, 1, Int32(clamping: left))
            guard ready >= 0 || errno == EINTR else { throw broken() }
            if descriptor.revents & Int16(POLLIN | POLLHUP | POLLERR) != 0, PQconsumeInput(handle) == 0 {
                throw broken()
            }
        }
    }

    /// Makes the connection unusable, and tells why.
    private func broken(_ reason: String? = nil) -> PostgresFailure {
        let reason = reason ?? text(PQerrorMessage(handle))
        // The server ends the transaction when the socket is gone; it must not live on behind a connection that nobody reads.
        shutdown(socket, Int32(SHUT_RDWR))
        _ = PQconsumeInput(handle)
        return PostgresFailure(reason.isEmpty ? "the connection is broken" : reason)
    }

    /// A message without what stands in quotes.
    ///
    /// libpq takes a password with a `/`, `@` or `%` in it for a host, a port or a bad escape, and says so with it.
    static func withoutQuoted(_ message: String) -> String {
        let parts = message.split(separator: "\"", omittingEmptySubsequences: false)
        return parts.enumerated().map { $0.offset.isMultiple(of: 2) ? $0.element : "\"...\"" }.joined()
    }

    private static func failure(_ result: OpaquePointer) -> PostgresFailure {
        let state = PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map { String(cString: $0) }
        let primary = PQresultErrorField(result, Int32(UInt8(ascii: "M"))).map { String(cString: $0) }
        return PostgresFailure("\(primary ?? "unknown failure") (\(state ?? "-"))", state: state)
    }

    private static func read(_ result: OpaquePointer) throws -> Answer {
        let columns = PQnfields(result)
        let types = (0..<columns).map { PQftype(result, $0) }
        let rows = try (0..<PQntuples(result)).map { row in
            try (0..<columns).map { column -> SQLValue in
                guard PQgetisnull(result, row, column) == 0 else { return .null }
                let bytes = UnsafeRawBufferPointer(
                    start: PQgetvalue(result, row, column),
                    count: Int(PQgetlength(result, row, column))
                )
                return try value(of: bytes, type: types[Int(column)])
            }
        }
        return Answer(rows: rows, changed: PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0)
    }

    private static func value(of bytes: UnsafeRawBufferPointer, type: Oid) throws -> SQLValue {
        switch type {
        case 16, 20, 21, 23:  // bool, int8, int2, int4: big-endian
            let negative = bytes.first.map { $0 >= 0x80 } ?? false
            return .integer(bytes.reduce(type != 16 && negative ? -1 : 0) { $0 << 8 | Int64($1) })
        case 17: return .blob(Array(bytes))
        case 19, 25, 1043: return .text(String(decoding: bytes, as: UTF8.self))
        case 2278: return .null
        default: throw PostgresFailure("a column has the type \(type), which no table of ours has")
        }
    }

    /// A value as libpq takes it, with a byte behind it, which ends a text.
    private static func bytes(of value: SQLValue) -> [UInt8]? {
        switch value {
        case .null: nil
        case .integer(let value): withUnsafeBytes(of: value.bigEndian) { Array($0) } + [0]
        case .text(let value): Array(value.utf8) + [0]
        case .blob(let value): value + [0]
        }
    }

    /// The statement with its places numbered, as PostgreSQL wants them.
    ///
    /// No statement of ours has a question mark in a literal.
    private static func numbered(_ text: String) -> String {
        var numbered = ""
        var count = 0
        for part in text.split(separator: "?", omittingEmptySubsequences: false) {
            if count > 0 { numbered += "$\(count)" }
            numbered += part
            count += 1
        }
        return numbered
    }
}

extension SQLType {
    /// The type's number in PostgreSQL's catalogue, where it is fixed.
    fileprivate var oid: Oid {
        switch self {
        case .blob: 17
        case .integer: 20
        case .text: 25
        }
    }
}

private func text(_ message: UnsafeMutablePointer<CChar>?) -> String {
    let lines = message.map { String(cString: $0) } ?? ""
    return lines.split(separator: "\n").joined(separator: "; ")
}
