import Synchronization

/// Tokens of ended sessions that were used, until somebody looks at who used them.
///
/// It can be lost at any instant: whoever uses such a token is refused all the same.
final class EndedTokenLog: Sendable {
    /// How many uses are kept; beyond, a flood of them tells nothing new.
    private static let usesMax = 1_000

    private let uses = Mutex<Set<Use>>([])

    /// A token, and who used it.
    struct Use: Hashable {
        let token: [UInt8]
        let client: Client
    }

    func add(_ token: [UInt8], from client: Client) {
        uses.withLock { uses in
            if uses.count < Self.usesMax { uses.insert(Use(token: token, client: client)) }
        }
    }

    /// Takes all of them.
    func take() -> [Use] {
        uses.withLock { uses in
            defer { uses = [] }
            return Array(uses)
        }
    }
}
