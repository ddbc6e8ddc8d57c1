import Sessions
import Synchronization

/// Tells on standard error how many sessions have been ended: a bar on a terminal, now and then a line elsewhere.
final class EndingProgress: Sendable {
    private let total: Int
    private let isTerminal: Bool
    private let state = Mutex((done: 0, told: 0))

    init(of total: Int) {
        self.total = total
        isTerminal = StandardStream.error.isTerminal
    }

    /// How many have been ended.
    var done: Int { state.withLock(\.done) }

    /// Runs what ends them, and ends the bar's line whatever comes of it.
    func watch(
        _ body: (@escaping @Sendable ([JSON]) -> Void) async throws(CommandFailure) -> String
    ) async -> Result<String, CommandFailure> {
        defer { if isTerminal, done > 0 { StandardStream.error.write("\n".utf8) } }
        do throws(CommandFailure) {
            return .success(try await body { rows in rows.compactMap { $0["ended"]?.integer }.forEach(self.note) })
        } catch {
            return .failure(error)
        }
    }

    private func note(_ count: Int64) {
        let done = Int(count)
        let told = state.withLock { state in
            state.done = done
            let isDue = isTerminal || ProgressText.isDue(done, after: state.told, of: total)
            if isDue { state.told = done }
            return isDue
        }
        guard told else { return }
        if isTerminal {
            StandardStream.error.write("\r\(ProgressText.bar(done, of: total))".utf8)
        } else {
            StandardStream.error.write(line: ProgressText.line(done, of: total))
        }
    }
}

/// How far something has come, in characters.
enum ProgressText {
    private static let width = 30
    /// Where nobody watches, a line comes for each of so many parts of the whole.
    private static let parts = 10

    /// `[=====     ] 500 of 1000 sessions ended`.
    static func bar(_ done: Int, of total: Int) -> String {
        let whole = max(total, done, 1)
        let filled = done * width / whole
        let bar = String(repeating: "=", count: filled) + String(repeating: " ", count: width - filled)
        return "[\(bar)] \(line(done, of: total))"
    }

    /// `500 of 1000 sessions ended`; there may be more by now than were counted before.
    static func line(_ done: Int, of total: Int) -> String { "\(done) of \(max(total, done)) sessions ended" }

    /// Whether another part of the whole is done since something was told.
    static func isDue(_ done: Int, after told: Int, of total: Int) -> Bool {
        let whole = max(total, 1)
        return done > told && (done >= total || done * parts / whole > told * parts / whole)
    }
}
