import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTPTypesHTTP1

/// Hummingbird's HTTP/1.1 connection with our limits, and with ``ConnectionGuard`` before its first layer.
struct GuardedHTTP1Channel: ServerChildChannel {
    private let channel: HTTP1Channel

    /// The largest header block, in bytes, and the most fields in it.
    static let headerBytesMax = 16 * 1_024
    static let headerFieldsMax = 100
    /// How long a connection may be without a request.
    static let idleTimeout = TimeAmount.seconds(30)

    init(responder: @escaping HTTPChannelHandler.Responder) {
        channel = HTTP1Channel(
            responder: responder,
            configuration: .init(
                idleTimeout: Self.idleTimeout,
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: Self.headerBytesMax,
                    maxHeaderListSize: Self.headerBytesMax,
                    maxHeaderFieldCount: Self.headerFieldsMax
                )
            )
        )
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
        self.channel.setup(channel: channel, logger: logger).flatMapThrowing { value in
            let pipeline = channel.pipeline.syncOperations
            let deadline = RequestDeadline()
            let codec = try pipeline.handler(type: HTTP1ToHTTPServerCodec.self)
            try pipeline.addHandler(ConnectionGuard(deadline: deadline), position: .before(codec))
            try pipeline.addHandler(deadline, position: .first)
            return value
        }
    }

    func handle(value: HTTP1Channel.Value, logger: Logger) async {
        await channel.handle(value: value, logger: logger)
    }
}
