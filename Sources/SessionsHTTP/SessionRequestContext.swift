public import Hummingbird
import NIOCore
import Sessions

/// What a request brings along besides its head and body: the address at the other end of its connection.
public struct SessionRequestContext: RequestContext {
    /// What the framework keeps of a request.
    public var coreContext: CoreRequestContextStorage
    /// The peer's address; `nil` on a Unix socket.
    let peer: SocketAddress?

    /// Creates a context for a request of a connection.
    public init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        peer = source.channel.remoteAddress
    }
}
