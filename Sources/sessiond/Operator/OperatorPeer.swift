import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Who is at the other end of the operator's socket.
enum OperatorPeer {
    /// Whether it is the server's own user, or root.
    ///
    /// The system says so; nothing the peer sends is believed.
    ///
    /// - Throws: When the connection has ended.
    static func isAllowed(_ channel: any Channel) async throws -> Bool {
        guard let socket = channel as? any SocketOptionProvider else { return false }
        let credentials: Credentials = try await socket.unsafeGetSocketOption(
            level: .socket,
            name: NIOBSDSocket.Option(rawValue: SO_PEERCRED)
        ).get()
        return credentials.user == geteuid() || credentials.user == 0
    }

    /// Linux's `struct ucred`.
    private struct Credentials: Sendable {
        var process: Int32 = 0
        var user: UInt32 = .max
        var group: UInt32 = .max
    }
}
