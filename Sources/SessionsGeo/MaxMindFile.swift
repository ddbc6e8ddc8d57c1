import CMaxMindDB
import Sessions

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// An open file in MaxMind's format, as it was when it was opened; closed with its last reader.
///
/// It is read from a copy in memory. The library maps what it opens, and a mapped file that somebody truncates ends the process at
/// the next look-up (SIGBUS); the copy is no file that anybody else can open by a name.
final class MaxMindFile: Sendable {
    /// What the file was when it was copied.
    let stamp: FileStamp
    /// The kind that the file says it is, such as "DBIP-City-Lite".
    let databaseType: String
    /// When the file was made, in seconds since 1970.
    let builtAtSeconds: UInt64

    // Nothing writes to it between `init` and `deinit`, and the library's look-ups take it as const and keep no state.
    private nonisolated(unsafe) let handle: UnsafeMutablePointer<MMDB_s>

    /// Opens a file.
    ///
    /// - Throws: ``LocationFileFailure`` when there is none, when it is no database, or when it changes while it is read.
    init(path: String) throws(LocationFileFailure) {
        let copy = try MemoryCopy(ofFile: path)
        let handle = UnsafeMutablePointer<MMDB_s>.allocate(capacity: 1)
        let code = MMDB_open(copy.path, UInt32(MMDB_MODE_MMAP), handle)
        // The library leaves nothing to be closed when it fails.
        guard code == MMDB_SUCCESS else {
            handle.deallocate()
            throw LocationFileFailure(path: path, reason: Self.sentence(code))
        }
        self.handle = handle
        stamp = copy.stamp
        databaseType = handle.pointee.metadata.database_type.map { LocationText.bounded(cString: $0) } ?? ""
        builtAtSeconds = handle.pointee.metadata.build_epoch
    }

    deinit {
        MMDB_close(handle)
        handle.deallocate()
    }

    /// What the file says of an address; `nil` when it says nothing, or cannot be read there.
    func record(of address: IPAddress) -> MaxMindRecord? {
        var code = MMDB_SUCCESS
        let result = address.withSocketAddress { MMDB_lookup_sockaddr(handle, $0, &code) }
        guard code == MMDB_SUCCESS, result.found_entry else { return nil }
        return MaxMindRecord(file: self, entry: result.entry)
    }

    private static func sentence(_ code: Int32) -> String {
        switch code {
        case MMDB_INVALID_METADATA_ERROR: "it is no MaxMind database, or only a part of one"
        default: MMDB_strerror(code).map { String(cString: $0) } ?? "error \(code) of libmaxminddb"
        }
    }
}

extension IPAddress {
    /// IPv4 as such, since a file may hold IPv4 alone.
    fileprivate func withSocketAddress<Result>(_ body: (UnsafePointer<sockaddr>) -> Result) -> Result {
        if isIPv4 {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(truncatingIfNeeded: low).bigEndian
            return withUnsafePointer(to: address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0) }
            }
        }
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        withUnsafeMutableBytes(of: &address.sin6_addr) {
            $0.storeBytes(of: high.bigEndian, as: UInt64.self)
            $0.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        return withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0) }
        }
    }
}
