/// Why PostgreSQL did not do what it was asked.
///
/// The words are for the operator's log; they hold no value that was stored or given.
public struct PostgresFailure: Error, CustomStringConvertible {
    /// A sentence.
    public let description: String
    /// The server's SQLSTATE; `nil` when the connection failed, and then it is not known what became of the statement.
    package let state: String?

    /// Whether the transaction came to nothing for a reason that may be over, so that it may be run again.
    package let isWorthAnotherTry: Bool

    package init(_ description: String, state: String? = nil, isWorthAnotherTry: Bool = false) {
        self.description = description
        self.state = state
        // serialization_failure, deadlock_detected: it only met another one.
        self.isWorthAnotherTry = isWorthAnotherTry || state == "40001" || state == "40P01"
    }

    /// The same, of a transaction that was not told to commit: with its connection it is gone.
    var undone: PostgresFailure { PostgresFailure(description, state: state, isWorthAnotherTry: true) }
}
