import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A file that one process holds locked until it closes the database: two on one would each vouch for what the other has ended.
final class LockFile: Sendable {
    private let descriptor: Mutex<Int32?>

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
        self.descriptor = Mutex(descriptor)
    }

    /// Lets another process have the database; again is nothing.
    func release() {
        descriptor.withLock { descriptor in
            if let held = descriptor { close(held) }
            descriptor = nil
        }
    }

    deinit {
        release()
    }
}
