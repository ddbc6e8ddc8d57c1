import HTTPTypes
import NIOCore
import NIOHTTP1
import Sessions

/// Stands between the parser and everything else: what is not an ordinary request in time ends here, with an answer and a closed
/// connection.
///
/// It sees what later layers cannot: how many `Host` headers there were, and that the parser gave up. Its answers carry the same
/// headers as all others.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let deadline: RequestDeadline
    /// Requests whose head was passed on and whose answer is not complete.
    private var inFlight = 0
    /// Whether the newest of them still has a body coming.
    private var isBodyOpen = false
    private var isAnswerBegun = false
    /// Whether the parser stops after the newest of them: it takes what follows for another protocol.
    ///
    /// The connection must not be kept then, or a proxy would give it to somebody else, whose request nobody reads.
    private var isParserDone = false
    /// Set once the connection is not read any more.
    private var refusal: Problem?
    private var mustClose = false

    init(deadline: RequestDeadline) {
        self.deadline = deadline
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let loopBound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        deadline.onTimeout = {
            let (handler, context) = loopBound.value
            handler.refuse(.requestTimeout, context)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline.onTimeout = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard refusal == nil else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            isBodyOpen = true
            deadline.begin(.body, on: context.eventLoop)
            // Two hosts, or none: a proxy and we would disagree about whose request it is (RFC 9112 section 3.2).
            let hosts = head.headers["host"]
            guard hosts.count == 1, Host(hosts[0]) != nil else { return refuse(.invalidHost, context) }
            // Only the origin form: the others name a host of their own (RFC 9112 section 3.2.1).
            guard head.uri.utf8.first == UInt8(ascii: "/") else { return refuse(.malformedRequest, context) }
            inFlight += 1
            isParserDone = head.method == .CONNECT || head.headers.contains(name: "upgrade")
        case .body: break
        case .end:
            isBodyOpen = false
            deadline.end()
        }
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case HTTPParserError.headerOverflow: refuse(.headersTooLarge, context)
        case is HTTPParserError: refuse(.malformedRequest, context)
        default: context.fireErrorCaught(error)
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard refusal == nil || inFlight > 0 else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(var head):
            if head.status.code >= 200 {
                isAnswerBegun = true
                if isParserDone, inFlight == 1 { head.headers.replaceOrAdd(name: "Connection", value: "close") }
                mustClose = mustClose || head.headers["connection"].contains("close")
            }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body: context.write(data, promise: promise)
        case .end:
            context.write(data, promise: promise)
            inFlight -= 1
            isAnswerBegun = false
            if let refusal, inFlight == 0 {
                answer(refusal, context)
            } else if mustClose {
                finish(context)
            }
        }
    }

    /// Stops reading, and answers as soon as the answers before are out.
    private func refuse(_ problem: Problem, _ context: ChannelHandlerContext) {
        guard refusal == nil else { return }
        refusal = problem
        deadline.end()
        let concernsNewest = isBodyOpen && inFlight == 1
        if inFlight == 0 || (concernsNewest && !isAnswerBegun) {
            inFlight = 0
            answer(problem, context)
        } else if concernsNewest {
            finish(context)
        }
    }

    private func answer(_ problem: Problem, _ context: ChannelHandlerContext) {
        let body = context.channel.allocator.buffer(bytes: problem.json.utf8)
        var headers: HTTPHeaders = [
            "Content-Type": "application/problem+json; charset=utf-8", "Content-Length": "\(body.readableBytes)",
            "Connection": "close",
        ]
        for field in problem.headers { headers.add(name: field.name.rawName, value: field.value) }
        for field in SecurityHeaders.fields { headers.add(name: field.name.rawName, value: field.value) }
        let status = HTTPResponseStatus(statusCode: problem.status.code, reasonPhrase: problem.status.reasonPhrase)
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        context.write(wrapOutboundOut(.end(nil)), promise: nil)
        finish(context)
    }

    /// How long a peer may take to read the last answer, in seconds, before the connection is cut.
    private static let lingerSeconds: Int64 = 2

    /// Closes our side first: cutting a connection with unread data would take the answer from the peer.
    private func finish(_ context: ChannelHandlerContext) {
        context.flush()
        context.close(mode: .output, promise: nil)
        let loopBound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: .seconds(Self.lingerSeconds)) { loopBound.value.close(promise: nil) }
    }
}
