public import Hummingbird
import NIOCore
import Sessions

/// What a request brings along besides its head and body: the address at the other end of its connection.
public struct SessionRequestContext: RequestContext {
    /// What the framework keeps of a request.
    public var coreContext: CoreRequestContextStorage
    /// The peer's address; `nil` on a Unix socket.
    let peer: IPAddress?

    /// Creates a context for a request of a connection.
    public init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        peer = source.channel.remoteAddress.flatMap(IPAddress.init)
    }
}

extension IPAddress {
    /// The address of a socket, from its bytes; `nil` on a Unix socket.
    ///
    /// Linux lays `sockaddr_in` out as family, port, address, and `sockaddr_in6` as family, port, flow, address (ip(7), ipv6(7)).
    init?(_ socket: SocketAddress) {
        switch socket {
        case .v4(let address):
            let word = withUnsafeBytes(of: address.address) { $0.loadUnaligned(fromByteOffset: 4, as: UInt32.self) }
            self.init(high: 0, low: 0xFFFF << 32 | UInt64(UInt32(bigEndian: word)))
        case .v6(let address):
            let words = withUnsafeBytes(of: address.address) { bytes in
                (
                    bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
                    bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
                )
            }
            self.init(high: UInt64(bigEndian: words.0), low: UInt64(bigEndian: words.1))
        case .unixDomainSocket: return nil
        }
    }
}
