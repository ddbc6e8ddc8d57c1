import Sessions
import SessionsHTTP

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension Settings {
    /// The largest list of passwords that is read, in bytes: at most 30 million passwords.
    static let passwordBlocklistBytesMax = 256 << 20

    /// Which passwords may be chosen, with the operator's own list.
    ///
    /// - Throws: ``CommandFailure`` when the list cannot be read; it names the setting.
    func passwordRules() throws(CommandFailure) -> PasswordRules {
        var blocklist: PasswordBlocklist?
        if let path = passwordBlocklistPath {
            do {
                blocklist = try Self.passwordBlocklist(path: path)
            } catch let flaw as PasswordBlocklist.Malformed {
                throw .misconfigured("PASSWORD_BLOCKLIST \(path) cannot be used: it \(flaw)")
            } catch {
                throw .misconfigured("PASSWORD_BLOCKLIST \(path) cannot be read: \(error)")
            }
        }
        let name = publicURL.map { String($0.authority.prefix { $0 != ":" }) } ?? host
        return PasswordRules(appName: appName, host: name, blocklist: blocklist)
    }

    private static func passwordBlocklist(path: String) throws -> PasswordBlocklist {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemFailure.last }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw SystemFailure.last }
        guard status.st_size <= passwordBlocklistBytesMax else { throw SystemFailure(code: EFBIG) }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var total = 0
        return try PasswordBlocklist(ofBytes: Int(status.st_size)) {
            let count = read(descriptor, &buffer, buffer.count)
            guard count >= 0 else { throw SystemFailure.last }
            total += count
            guard total <= passwordBlocklistBytesMax else { throw SystemFailure(code: EFBIG) }
            return buffer[..<count]
        }
    }
}
