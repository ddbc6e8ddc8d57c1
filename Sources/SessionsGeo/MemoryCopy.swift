import CMaxMindDB

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A file's content in memory that has a path of its own while this lives, and is freed when nothing maps it any more.
struct MemoryCopy: ~Copyable {
    /// The largest file that is read, in bytes; the largest that are sold are below 1 GiB.
    static let bytesMax = 2 << 30

    /// What the file was before the first byte was read.
    let stamp: FileStamp
    private let descriptor: Int32

    /// Where the copy can be opened, in this process.
    var path: String { "/proc/self/fd/\(descriptor)" }

    /// Copies a regular file.
    ///
    /// - Throws: ``LocationFileFailure`` when it cannot be read, or changes meanwhile.
    init(ofFile path: String) throws(LocationFileFailure) {
        // Not to wait for ever for somebody to write to a pipe.
        let source = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard source >= 0 else { throw .last(path) }
        defer { close(source) }
        guard let stamp = FileStamp(descriptor: source) else { throw .last(path) }
        guard stamp.isRegular else { throw LocationFileFailure(path: path, reason: "it is no regular file") }
        guard stamp.size > 0 else { throw LocationFileFailure(path: path, reason: "it is empty") }
        guard stamp.size <= Self.bytesMax else { throw LocationFileFailure(path: path, reason: "it is too large") }
        let descriptor = memfd_create("location-database", 1)  // MFD_CLOEXEC
        guard descriptor >= 0 else { throw .last(path) }
        do throws(LocationFileFailure) {
            try Self.copy(source, to: descriptor, path: path)
            // Whoever writes into the file in place leaves a mixture; the next look at it finds what became of it.
            guard FileStamp(descriptor: source) == stamp else {
                throw LocationFileFailure(path: path, reason: "it changed while it was read")
            }
        } catch {
            close(descriptor)
            throw error
        }
        self.stamp = stamp
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    private static func copy(_ source: Int32, to target: Int32, path: String) throws(LocationFileFailure) {
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        var total = 0
        while true {
            let count = read(source, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .last(path) }
            if count == 0 { return }
            total += count
            guard total <= bytesMax else { throw LocationFileFailure(path: path, reason: "it is too large") }
            // Memory takes all of it or fails.
            guard write(target, buffer, count) == count else { throw .last(path) }
        }
    }
}
