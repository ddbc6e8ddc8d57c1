import Dispatch

/// A thread for transfers that block, one after the other: never one that answers requests, and none of Swift's few.
struct TransferThread: Sendable {
    private let queue: DispatchQueue

    init(named name: String) {
        queue = DispatchQueue(label: "sessions.notify.\(name)", qos: .utility)
    }

    /// Does something on the thread; cancelling the task cancels the transfer within about a second.
    func run<Value: Sendable>(_ work: @escaping @Sendable (Cancellation) -> Value) async -> Value {
        let cancellation = Cancellation()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                queue.async { continuation.resume(returning: work(cancellation)) }
            }
        } onCancel: {
            cancellation.cancel()
        }
    }
}
