import HTTPTypes
import Hummingbird
import ServiceLifecycle
import Sessions

/// `GET /api/sessions/events`: what happens to the caller's sessions, as server-sent events (HTML, "Server-sent events").
struct EventStreamRoute: Sendable {
    let gate: SessionGate
    let authority: SessionAuthority

    /// How often a comment is sent, in seconds, so that proxies keep the stream open.
    private static let commentSeconds: Int64 = 15

    var routes: [Route] {
        [Route(method: .get, path: "/api/sessions/events", kind: .api, handler: gate.api(follow))]
    }

    private func follow(_ call: Call, _ current: LiveSession) async throws -> Response {
        guard let subscription = authority.feed.subscribe(current) else { throw Problem.tooManyStreams }
        // Subscribed first, verified again afterwards: an ending in between is seen by one or the other.
        _ = try await gate.session(of: call)
        let headers: HTTPFields = [
            .contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store", .accelBuffering: "no",
        ]
        if call.request.method == .head { return Response(status: .ok, headers: headers) }
        return Response(status: .ok, headers: headers, body: body(of: call.request, subscription, current))
    }

    private func body(
        of request: Request,
        _ subscription: SessionFeed.Subscription,
        _ current: LiveSession
    ) -> ResponseBody {
        ResponseBody { writer in
            let (frames, sink) = AsyncStream.makeStream(of: ByteBuffer.self, bufferingPolicy: .bufferingNewest(64))
            sink.yield(ByteBuffer(string: ": open\n\n"))
            // A reader that goes away, or a server that stops, ends the stream at once, not with the next comment.
            try await request.body.consumeWithInboundCloseHandler { _ in
                try await withGracefulShutdownHandler {
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask { await relay(subscription.events, to: sink, current) }
                        group.addTask { await comment(to: sink, until: current.expiresAt) }
                        for await frame in frames { try await writer.write(frame) }
                        group.cancelAll()
                    }
                } onGracefulShutdown: {
                    sink.finish()
                }
            } onInboundClosed: {
                sink.finish()
            }
            try await writer.finish(nil)
        }
    }

    private func relay(
        _ events: AsyncStream<SessionFeed.Event>,
        to sink: AsyncStream<ByteBuffer>.Continuation,
        _ current: LiveSession
    ) async {
        for await event in events {
            if let frame = await frame(event, current) { sink.yield(frame) }
        }
        sink.finish()
    }

    /// Sends comments, and ends the stream with its session's time: the sweep may be a little later.
    private func comment(to sink: AsyncStream<ByteBuffer>.Continuation, until end: Timestamp) async {
        while authority.now < end {
            let remaining = end.milliseconds - authority.now.milliseconds
            let pause = Duration.milliseconds(min(Self.commentSeconds * 1_000, max(1, remaining)))
            guard (try? await Task.sleep(for: pause)) != nil else { return }
            sink.yield(ByteBuffer(string: ": still here\n\n"))
        }
        sink.yield(Self.frame("signed-out", ["reason": .string(Session.EndReason.expired.rawValue)]))
        sink.finish()
    }

    /// An event as it is written; `nil` when there is nothing to tell any more.
    private func frame(_ event: SessionFeed.Event, _ current: LiveSession) async -> ByteBuffer? {
        switch event {
        case .started(let id):
            // When the store cannot be read the page hears of it with the next event, or when it is looked at again.
            guard let session = try? await authority.session(id, of: current.userID),
                let findings = try? await authority.findings(of: current.userID)
            else { return nil }
            let json = JSON.session(session, current: current.id, at: authority.now, findings: findings)
            return Self.frame("session-started", ["session": json])
        case .ended(let id, let reason):
            return Self.frame("session-ended", ["id": .id(id), "reason": .string(reason.rawValue)])
        case .tokenReplaced: return Self.frame("token-replaced", [:])
        case .signedOut(let reason):
            // The browser that is logged in anew has ended its older session itself.
            let told = reason == .replaced ? Session.EndReason.loggedOut : reason
            return Self.frame("signed-out", ["reason": .string(told.rawValue)])
        }
    }

    private static func frame(_ name: StaticString, _ data: JSON) -> ByteBuffer {
        var buffer = ByteBuffer(string: "event: \(name)\ndata: ")
        buffer.writeBytes(data.utf8)
        buffer.writeString("\n\n")
        return buffer
    }
}
