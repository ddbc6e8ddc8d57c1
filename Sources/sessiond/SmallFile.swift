#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The system's answer to a call that failed.
struct SystemFailure: Error, CustomStringConvertible {
    let code: Int32

    /// The failure of the call just made.
    static var last: SystemFailure { SystemFailure(code: errno) }

    var description: String { String(cString: strerror(code)) }
}

/// A file that is read or written as a whole.
struct SmallFile {
    /// What is in it.
    let bytes: [UInt8]
    /// Whether somebody but its owner may read or change it.
    let isOpenToOthers: Bool

    /// More than any file of settings needs.
    static let bytesMax = 1 << 20

    /// Reads a file.
    ///
    /// - Throws: The system's failure; `EFBIG` beyond ``bytesMax``.
    init(path: String) throws(SystemFailure) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .last }
        defer { close(descriptor) }
        // Of the file that was opened, not of what the name means a moment later.
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .last }
        isOpenToOthers = status.st_mode & 0o077 != 0
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count >= 0 else { throw .last }
            if count == 0 { break }
            bytes += buffer[..<count]
            guard bytes.count <= Self.bytesMax else { throw SystemFailure(code: EFBIG) }
        }
        self.bytes = bytes
    }

    /// Makes a file that only its owner can read.
    ///
    /// - Throws: The system's failure; `EEXIST` when there is one already.
    static func create(_ bytes: [UInt8], path: String) throws(SystemFailure) {
        let descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .last }
        defer { close(descriptor) }
        guard write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
            let failure = SystemFailure.last
            unlink(path)
            throw failure
        }
    }

    /// Makes a directory, and those above it, that only its owner can enter.
    ///
    /// One that exists is left as it is.
    ///
    /// - Throws: The system's failure.
    static func createDirectory(path: String) throws(SystemFailure) {
        if mkdir(path, 0o700) == 0 { return }
        let failure = SystemFailure.last
        switch failure.code {
        case EEXIST:
            var status = stat()
            guard stat(path, &status) == 0 else { throw .last }
            guard status.st_mode & S_IFMT == S_IFDIR else { throw SystemFailure(code: ENOTDIR) }
        case ENOENT:
            guard let slash = path.utf8.dropLast().lastIndex(of: UInt8(ascii: "/")), slash > path.startIndex else {
                throw failure
            }
            try createDirectory(path: String(path[..<slash]))
            guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw .last }
        default:
            throw failure
        }
    }
}
