/// Passwords that nobody may choose, such as those of a published breach.
///
/// It costs 8 bytes a password: what is kept is a sorted 64-bit hash of each, under a key that is made when the process starts. That a
/// password which is not on the list is refused has a chance of one in 10^12 with ten million lines.
public struct PasswordBlocklist: Sendable, CustomStringConvertible, CustomReflectable {
    private let hashes: [UInt64]

    /// Why a list cannot be used; it tells the line, never what stands in it.
    public struct Malformed: Error, CustomStringConvertible {
        /// A sentence's end, after the name of the list.
        public let description: String
    }

    /// Reads a list: one password a line, in UTF-8, in any case.
    ///
    /// Lines end with LF or CR LF. Empty ones count for nothing, and those too short to be chosen anyway are not kept.
    ///
    /// - Parameters:
    ///   - bytes: How long the list is, if that is known: room for it is taken once, and memory is used as it fills.
    ///   - next: The next bytes; none at the end.
    /// - Throws: ``Malformed`` when a line is not UTF-8 or longer than ``Password/bytesMax``, or when there is no password at all;
    ///   what `next` throws.
    public init(ofBytes bytes: Int = 0, reading next: () throws -> ArraySlice<UInt8>) throws {
        var list = Reading()
        list.hashes.reserveCapacity(bytes / (PasswordRules.charactersMin + 1))
        while case let bytes = try next(), !bytes.isEmpty {
            for byte in bytes { try list.take(byte) }
        }
        try list.endLine()
        guard list.hasPassword else { throw Malformed(description: "holds no password") }
        list.hashes.sort()
        hashes = list.hashes
    }

    /// How many passwords there are: whoever prints what holds the list is spared a text of millions of numbers.
    public var description: String { "\(hashes.count) passwords" }
    /// Shows nothing of the list.
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// Whether a password is on the list, in any case.
    func contains(_ text: String) -> Bool {
        let hash = Self.hash(Array(text.lowercased().utf8))
        var low = 0
        var high = hashes.count
        while low < high {
            let middle = (low + high) / 2
            if hashes[middle] < hash { low = middle + 1 } else { high = middle }
        }
        return low < hashes.count && hashes[low] == hash
    }

    private static func hash(_ bytes: [UInt8]) -> UInt64 {
        var hasher = Hasher()
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
        return UInt64(truncatingIfNeeded: hasher.finalize())
    }

    /// A list that is being read.
    private struct Reading {
        var hashes: [UInt64] = []
        var hasPassword = false
        private var line: [UInt8] = []
        private var number = 1
        private var isASCII = true

        mutating func take(_ byte: UInt8) throws(Malformed) {
            if byte == UInt8(ascii: "\n") {
                try endLine()
                number += 1
                return
            }
            guard line.count <= Password.bytesMax else {
                throw Malformed(description: "has a line longer than any password, line \(number)")
            }
            if byte >= 0x80 { isASCII = false }
            line.append(byte)
        }

        mutating func endLine() throws(Malformed) {
            defer {
                line.removeAll(keepingCapacity: true)
                isASCII = true
            }
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            if number == 1, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
            guard !line.isEmpty else { return }
            if isASCII {
                for index in line.indices where (0x41...0x5A).contains(line[index]) { line[index] += 0x20 }
            } else {
                guard let text = String(validating: line, as: UTF8.self) else {
                    throw Malformed(description: "is not UTF-8 in line \(number)")
                }
                line = Array(text.lowercased().utf8)
            }
            hasPassword = true
            // As many bytes as there are characters, or more.
            if line.count >= PasswordRules.charactersMin { hashes.append(PasswordBlocklist.hash(line)) }
        }
    }
}
