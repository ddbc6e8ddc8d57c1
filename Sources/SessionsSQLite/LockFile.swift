#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A file that one process holds locked for as long as it lives: two on one database would each vouch for what the other has ended.
final class LockFile: Sendable {
    private let descriptor: Int32

    /// - Throws: ``SQLiteDatabase/OpeningFailure`` when another process holds it.
    init(path: String) throws {
        let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw SQLiteDatabase.OpeningFailure(description: "\(path): \(String(cString: strerror(errno)))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw SQLiteDatabase.OpeningFailure(
                description: "another process has the database open (\(path) is locked)"
            )
        }
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }
}
