import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Takes the operator's commands while the server runs: the server alone writes to its database.
///
/// A request is one line of JSON; the answer is a line for each row and one for the outcome. Whoever may connect may do everything:
/// the socket is the owner's alone, and the system is asked who is at its other end.
struct OperatorSocket: Service {
    /// The longest request: 500 accounts to be imported, each with names and a hash of a few hundred bytes.
    static let requestBytesMax = 1 << 20
    /// How many may be connected at once.
    static let connectionsMax = 16
    /// How long a connection may stay silent, in seconds.
    static let silenceSecondsMax: Int64 = 60
    /// How long a server that stops waits for the other end to read its answer, in seconds.
    private static let farewellSecondsMax: Int64 = 2
    /// How often a connection is told that its command still runs, in seconds.
    private static let pulseSeconds: Int64 = 15

    typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    private let path: String
    private let listener: NIOAsyncChannel<Connection, Never>
    private let `operator`: Operator
    private let logger: Logger
    private let connections = ConnectionCount()

    /// Starts to listen, in the place of a socket that a killed server has left behind.
    ///
    /// - Parameters:
    ///   - path: At most 107 bytes. The caller holds the database's lock: nobody else listens there.
    ///   - operator: Does what is asked.
    ///   - logger: Is told of each command that may change something.
    /// - Returns: The service that answers; those who connect before it runs wait.
    /// - Throws: The system's failure.
    static func listen(at path: String, for operator: Operator, logger: Logger) async throws -> OperatorSocket {
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let silence = IdleStateHandler(allTimeout: .seconds(silenceSecondsMax))
                    try channel.pipeline.syncOperations.addHandlers(silence, SilenceHandler())
                    return try Connection(wrappingChannelSynchronously: channel)
                }
            }
        chmod(path, 0o600)
        return OperatorSocket(path: path, listener: listener, operator: `operator`, logger: logger)
    }

    private init(path: String, listener: NIOAsyncChannel<Connection, Never>, operator: Operator, logger: Logger) {
        self.path = path
        self.listener = listener
        self.operator = `operator`
        self.logger = logger
    }

    /// Serves until the service group shuts down; a command that runs then is finished first.
    func run() async throws {
        defer { unlink(path) }
        try await listener.executeThenClose { inbound in
            try await withThrowingDiscardingTaskGroup { group in
                for try await connection in inbound.cancelOnGracefulShutdown() {
                    group.addTask { await serve(connection) }
                }
            }
        }
    }

    private func serve(_ connection: Connection) async {
        let isAdmitted = connections.enter()
        defer { connections.leave() }
        do {
            try await connection.executeThenClose { inbound, outbound in
                guard try await OperatorPeer.isAllowed(connection.channel) else {
                    logger.warning("operator_refused", metadata: ["reason": "another user's process"])
                    return
                }
                guard isAdmitted else {
                    return try await outbound.write(.outcome(.unavailable("too many commands run at once; try again")))
                }
                let request = try await cancelWhenGracefulShutdown { try await Self.line(from: inbound) }
                guard let request, let command = OperatorCommand(request) else {
                    return try await outbound.write(.outcome(.refused("the server does not know this command")))
                }
                try await answer(command, to: outbound)
                try await waitForHangUp(of: connection.channel)
            }
        } catch {
            // The other end went away, or the server is stopping: nobody is left to be told.
            logger.debug("operator_gone", metadata: ["error": "\(type(of: error))"])
        }
    }

    /// Waits until the other end has read to the outcome and gone: a channel that is closed throws away what it has not sent yet.
    ///
    /// One that does not go is closed for its silence, or a while after the server was told to stop.
    private func waitForHangUp(of channel: any Channel) async throws {
        try await withGracefulShutdownHandler {
            try await channel.closeFuture.get()
        } onGracefulShutdown: {
            channel.eventLoop.scheduleTask(in: .seconds(Self.farewellSecondsMax)) { channel.close(promise: nil) }
        }
    }

    private func answer(_ command: OperatorCommand, to outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>) async throws
    {
        logger.log(
            level: command.isReading ? .debug : .notice,
            "operator_command",
            metadata: ["command": "\(command.name)"]
        )
        let outcome = await withTaskGroup(of: Void.self) { group in
            group.addTask {
                // An empty line: a command that takes long is not a silent connection, for either end.
                while (try? await Task.sleep(for: .seconds(Self.pulseSeconds))) != nil {
                    try? await outbound.write(ByteBuffer(string: "\n"))
                }
            }
            defer { group.cancelAll() }
            return await `operator`.run(command) { rows in try await outbound.write(.rows(rows)) }
        }
        try await outbound.write(.outcome(outcome))
    }

    /// The first line that comes; `nil` when the connection ends or the line is too long.
    private static func line(from inbound: NIOAsyncChannelInboundStream<ByteBuffer>) async throws -> [UInt8]? {
        var received: [UInt8] = []
        for try await buffer in inbound {
            let searched = received.count
            received += buffer.readableBytesView
            if let end = received[searched...].firstIndex(of: UInt8(ascii: "\n")) { return Array(received[..<end]) }
            guard received.count <= requestBytesMax else { return nil }
        }
        return nil
    }
}

/// How many connections are open.
private final class ConnectionCount: Sendable {
    private let count = Atomic(0)

    /// Counts one more, and says whether it is within the limit.
    func enter() -> Bool {
        count.add(1, ordering: .relaxed).newValue <= OperatorSocket.connectionsMax
    }

    func leave() {
        count.subtract(1, ordering: .relaxed)
    }
}

/// Closes a connection on which nothing moves.
private final class SilenceHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }
}
