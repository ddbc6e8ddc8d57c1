import Sessions
import SessionsSQL
import Synchronization

/// A database that works, until it fails at one place.
final class FailingDriver<Base: SQLDriver>: SQLDriver {
    private let base: Base
    private let state = Mutex(State())

    private struct State {
        var outage: Outage?
        var transactions = 0
        var statements = 0
        var hasFailed = false
    }

    init(base: Base) {
        self.base = base
    }

    /// Whether the outage has come.
    var hasFailed: Bool { state.withLock(\.hasFailed) }

    /// Makes it fail from now on, counting from one; `nil` makes it work again.
    func fail(_ outage: Outage?) {
        state.withLock { $0 = State(outage: outage) }
    }

    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
        try await transaction {
            try await self.base.read($0)
        } body: {
            try body($0)
        }
    }

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
        try await transaction {
            try await self.base.write($0)
        } body: {
            try body($0)
        }
    }

    private func transaction<Result: Sendable>(
        _ run: (@escaping @Sendable (any SQLConnection) throws -> Result) async throws -> Result,
        body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
        let number = state.withLock { state in
            state.transactions += 1
            return state.transactions
        }
        try check(.beforeTransaction, number)
        let result = try await run { try body(FailingConnection(base: $0, check: self.checkStatement)) }
        try check(.afterTransaction, number)
        return result
    }

    private func checkStatement() throws {
        let number = state.withLock { state in
            state.statements += 1
            return state.statements
        }
        try check(.statement, number)
    }

    private func check(_ place: Outage.Place, _ number: Int) throws {
        try state.withLock { state in
            guard let outage = state.outage, outage.place == place else { return }
            guard outage.isLasting ? number >= outage.number : number == outage.number else { return }
            state.hasFailed = true
            throw Unavailable()
        }
    }

    /// Its words must reach nobody.
    struct Unavailable: Error {
        let secret = "SELECT password_hash FROM account"
    }
}

/// When a database fails.
struct Outage: Sendable, CustomStringConvertible {
    enum Place: CaseIterable {
        /// Nothing of the transaction is done.
        case beforeTransaction
        /// It is committed, and nobody gets to know.
        case afterTransaction
        /// In the middle of it.
        case statement
    }

    let place: Place
    let number: Int
    /// Whether everything after it fails too.
    let isLasting: Bool

    var description: String { "\(place) \(number)\(isLasting ? " and all after it" : "")" }
}

private struct FailingConnection: SQLConnection {
    let base: any SQLConnection
    let check: () throws -> Void

    var policy: NoticePolicy { base.policy }

    func rows(_ sql: SQL) throws -> [SQLRow] {
        try check()
        return try base.rows(sql)
    }

    func run(_ sql: SQL) throws -> Int {
        try check()
        return try base.run(sql)
    }

    func lock(_ locks: [SQLLock]) throws {
        try base.lock(locks)
    }

    func assureEndings() throws {
        try base.assureEndings()
    }
}
