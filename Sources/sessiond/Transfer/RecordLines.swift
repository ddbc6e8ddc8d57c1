#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A file, read a record at a time.
///
/// A record is a line; in CSV a quoted field may go on in the next.
struct RecordLines: ~Copyable {
    /// The longest record, in bytes: an account needs less than 2 KiB.
    static let recordBytesMax = 1 << 14

    /// A record, without its line end.
    struct Record {
        /// The number of its first line, from 1 on.
        let line: Int
        let bytes: [UInt8]
    }

    /// Why a file cannot be read on.
    struct Failure: Error {
        /// A sentence part about the line or the file.
        let message: String
    }

    private let descriptor: Int32
    private let isQuoting: Bool
    private var buffer: [UInt8] = []
    private var position = 0
    private var isAtEnd = false
    private var line = 1
    /// How many bytes were read so far.
    private(set) var bytesRead = 0
    /// How many there are; `nil` for what is no file.
    let bytesTotal: Int?

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: `-` is standard input.
    ///   - format: Decides where a record ends.
    /// - Throws: ``CommandFailure``.
    init(path: String, format: TransferFormat) throws(CommandFailure) {
        let descriptor = path == "-" ? dup(0) : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .refused("\(path) cannot be read: \(SystemFailure.last)") }
        var status = stat()
        let isFile = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        bytesTotal = isFile ? Int(status.st_size) : nil
        self.descriptor = descriptor
        isQuoting = format == .csv
    }

    deinit {
        close(descriptor)
    }

    /// The next record; `nil` at the end.
    ///
    /// Empty lines are passed over.
    ///
    /// - Throws: ``Failure`` when it cannot be read, or is too long: what comes after it is not found then.
    mutating func next() throws(Failure) -> Record? {
        while let record = try nextLine() {
            if !record.bytes.isEmpty { return record }
        }
        return nil
    }

    private mutating func nextLine() throws(Failure) -> Record? {
        let first = line
        var bytes: [UInt8] = []
        var isQuoted = false
        while let byte = try nextByte() {
            if byte == UInt8(ascii: "\n") {
                line += 1
                if !isQuoted { return Record(line: first, bytes: bytes.last == 0x0D ? bytes.dropLast() : bytes) }
            }
            if isQuoting, byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            guard bytes.count < Self.recordBytesMax else {
                throw Failure(message: "line \(first) is longer than \(Self.recordBytesMax) bytes")
            }
            bytes.append(byte)
        }
        guard !isQuoted else { throw Failure(message: "line \(first): a quotation mark is not closed") }
        return bytes.isEmpty ? nil : Record(line: first, bytes: bytes.last == 0x0D ? bytes.dropLast() : bytes)
    }

    private mutating func nextByte() throws(Failure) -> UInt8? {
        if position == buffer.count {
            guard !isAtEnd else { return nil }
            try fill()
            guard !buffer.isEmpty else { return nil }
        }
        defer { position += 1 }
        return buffer[position]
    }

    private mutating func fill() throws(Failure) {
        buffer = [UInt8](repeating: 0, count: 1 << 16)
        position = 0
        var count: Int
        repeat { count = read(descriptor, &buffer, buffer.count) } while count < 0 && errno == EINTR
        guard count >= 0 else { throw Failure(message: "the file cannot be read: \(SystemFailure.last)") }
        buffer.removeSubrange(count...)
        isAtEnd = count == 0
        // Spreadsheets write a byte order mark before the first column's name.
        if bytesRead == 0, buffer.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        bytesRead += count
    }
}
