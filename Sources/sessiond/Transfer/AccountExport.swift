import Sessions
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Writes accounts into a file that only its owner can read, page by page.
final class AccountExport: Sendable {
    private let path: String
    private let format: TransferFormat
    private let hasHashes: Bool
    private let descriptor: Int32
    private let state = Mutex(State())

    private struct State {
        var count = 0
        var failure: SystemFailure?
    }

    private var fields: [AccountField] { AccountField.allCases.filter { hasHashes || $0 != .passwordHash } }

    /// Makes the file.
    ///
    /// - Throws: ``CommandFailure``; a file that is there already is left as it is.
    init(to file: TransferFile, withHashes hasHashes: Bool) throws(CommandFailure) {
        path = file.file
        format = file.chosenFormat ?? .jsonl
        self.hasHashes = hasHashes
        descriptor = path == "-" ? dup(1) : open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .refused("\(path) cannot be made: \(SystemFailure.last)") }
        if format == .csv { write(CSV.record(fields.map(\.rawValue))) }
    }

    deinit {
        close(descriptor)
    }

    /// Writes accounts.
    func append(_ rows: [JSON]) {
        write(rows.flatMap(record))
        state.withLock { $0.count += rows.count }
    }

    /// Makes sure that all is in the file.
    ///
    /// - Returns: How many accounts there are.
    /// - Throws: ``CommandFailure``; there is no file then.
    func finish() throws(CommandFailure) -> Int {
        if path != "-", fsync(descriptor) != 0 { fail(.last) }
        let state = state.withLock(\.self)
        if let failure = state.failure {
            abandon()
            throw .unavailable("\(path) cannot be written: \(failure)")
        }
        return state.count
    }

    /// Takes away a file that does not hold everything.
    func abandon() {
        if path != "-" { unlink(path) }
    }

    private func record(_ row: JSON) -> [UInt8] {
        switch format {
        case .jsonl:
            let members = fields.map { JSON.Member(key: $0.rawValue, value: row[$0.rawValue] ?? .null) }
            return JSON.object(members).utf8 + [UInt8(ascii: "\n")]
        case .csv:
            return CSV.record(
                fields.map { field in
                    switch row[field.rawValue] {
                    case .string(let text): text
                    case .bool(let value): value ? "true" : "false"
                    default: ""
                    }
                }
            )
        }
    }

    private func write(_ bytes: [UInt8]) {
        guard state.withLock({ $0.failure == nil }) else { return }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                return fail(.last)
            }
        }
    }

    private func fail(_ failure: SystemFailure) {
        state.withLock { $0.failure = $0.failure ?? failure }
    }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
