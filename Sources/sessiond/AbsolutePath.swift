#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension String {
    /// The path as seen from the root, so that it means the same to a server with another working directory.
    var absolutePath: String {
        if utf8.first == UInt8(ascii: "/") { return self }
        guard let current = getcwd(nil, 0) else { return self }
        defer { free(current) }
        let relative = utf8.starts(with: "./".utf8) ? String(dropFirst(2)) : self
        let base = String(cString: current)
        return base == "/" ? "/\(relative)" : "\(base)/\(relative)"
    }
}
