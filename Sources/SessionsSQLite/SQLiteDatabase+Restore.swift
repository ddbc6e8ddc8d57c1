import GRDB
public import Sessions

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension SQLiteDatabase {
    /// Puts a backup in the place of the database, ends every session in it and drops whatever was only begun.
    ///
    /// A backup is older than what has happened since: a session that was ended after it was made lives in it. So none survives,
    /// and no log-in or second factor that somebody was half-way through.
    /// The database that was there before is kept beside the new one, as `.before-restore`.
    ///
    /// - Parameters:
    ///   - backup: A file that ``backup(to:)`` made.
    ///   - path: The database's path. No process may have it open.
    ///   - now: When the sessions end.
    /// - Returns: How many sessions were ended.
    /// - Throws: ``OpeningFailure`` when a process has the database open or the backup is not a whole database of ours.
    public static func restore(from backup: String, to path: String, at now: Timestamp) async throws -> Int {
        let lock = try LockFile(path: path + ".lock")
        defer { withExtendedLifetime(lock) {} }
        let staged = path + ".restoring"
        let suffixes = ["", "-wal", "-shm", ".lock"]
        for suffix in suffixes { unlink(staged + suffix) }
        try copy(backup, to: staged)
        let ended: Int
        do {
            ended = try await prepare(staged, at: now)
        } catch {
            for suffix in suffixes { unlink(staged + suffix) }
            throw error
        }
        unlink(staged + ".lock")
        // An older log beside a newer file would be replayed into it.
        if access(path, F_OK) == 0 { for suffix in ["-wal", "-shm"] { unlink(path + ".before-restore" + suffix) } }
        // First the file, then its log: a log without its file is dropped by SQLite, a file without its log has lost commits.
        for suffix in ["", "-wal", "-shm"] { rename(path + suffix, path + ".before-restore" + suffix) }
        guard rename(staged, path) == 0 else {
            throw OpeningFailure(description: "\(path): \(String(cString: strerror(errno)))")
        }
        return ended
    }

    /// Checks a copy, brings it up to date, ends all its sessions and drops whatever was only begun.
    private static func prepare(_ path: String, at now: Timestamp) async throws -> Int {
        do {
            let queue = try DatabaseQueue(path: path)
            try await queue.writeWithoutTransaction { database in
                guard try Int.fetchOne(database, sql: "PRAGMA application_id") == SQLiteSchema.applicationID else {
                    throw OpeningFailure(description: "the backup is not a database of this program")
                }
                guard try String.fetchOne(database, sql: "PRAGMA integrity_check") == "ok" else {
                    throw OpeningFailure(description: "the backup is damaged")
                }
            }
            try queue.close()
        } catch let error as DatabaseError {
            throw OpeningFailure(description: "the backup cannot be read: \(error.resultCode)")
        }
        let database = try SQLiteDatabase(path: path)
        var count = 0
        while true {
            let ended = try await database.store.end(
                .everyones(before: Timestamp(milliseconds: .max), limit: 500),
                Session.Ending(at: now, reason: .revoked, by: .operator),
                AuditEvent(.sessionRevoked, at: now, user: nil, by: .operator)
            )
            if ended.isEmpty { break }
            count += ended.active.count
        }
        while try await database.store.sweepChallenges(at: Timestamp(milliseconds: .max), limit: 500) > 0 {}
        try database.close()
        return count
    }

    private static func copy(_ source: String, to target: String) throws {
        let input = open(source, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw OpeningFailure(description: "\(source): \(String(cString: strerror(errno)))") }
        defer { Glibc.close(input) }
        let output = open(target, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard output >= 0 else { throw OpeningFailure(description: "\(target): \(String(cString: strerror(errno)))") }
        defer { Glibc.close(output) }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = Glibc.read(input, &buffer, buffer.count)
            guard count >= 0 else {
                throw OpeningFailure(description: "\(source): \(String(cString: strerror(errno)))")
            }
            if count == 0 { break }
            var written = 0
            while written < count {
                let step = buffer[written..<count].withUnsafeBytes { Glibc.write(output, $0.baseAddress, $0.count) }
                guard step > 0 else {
                    throw OpeningFailure(description: "\(target): \(String(cString: strerror(errno)))")
                }
                written += step
            }
        }
        guard fsync(output) == 0 else {
            throw OpeningFailure(description: "\(target): \(String(cString: strerror(errno)))")
        }
    }
}
