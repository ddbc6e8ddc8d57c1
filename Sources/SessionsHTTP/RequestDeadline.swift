import NIOCore

/// Gives each request its time: 10 s for the head from its first byte, 30 s more for the body.
///
/// The first in the pipeline, because only here a byte is seen when it comes.
final class RequestDeadline: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    enum Part {
        case head
        case body

        var limit: TimeAmount {
            switch self {
            case .head: .seconds(10)
            case .body: .seconds(30)
            }
        }
    }

    var onTimeout: (() -> Void)?
    private var part: Part?
    private var timer: Scheduled<Void>?

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if part == nil { begin(.head, on: context.eventLoop) }
        context.fireChannelRead(data)
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func begin(_ part: Part, on eventLoop: any EventLoop) {
        end()
        self.part = part
        let loopBound = NIOLoopBound(self, eventLoop: eventLoop)
        timer = eventLoop.scheduleTask(in: part.limit) {
            loopBound.value.end()
            loopBound.value.onTimeout?()
        }
    }

    func end() {
        timer?.cancel()
        timer = nil
        part = nil
    }
}
