/// Why a command did not do what it was asked to: an exit code and a sentence.
struct CommandFailure: Error {
    /// The exit codes beside 0 (done) and 64 (wrong call, `EX_USAGE`, which the argument parser gives).
    enum Kind: Int32, Sendable {
        /// The input was refused, or what it names does not exist.
        case refused = 1
        /// The server or its storage does not answer (`EX_UNAVAILABLE`).
        case unavailable = 69
        /// A setting is missing or malformed (`EX_CONFIG`).
        case misconfigured = 78
    }

    /// The exit code.
    let kind: Kind
    /// For the operator.
    ///
    /// It names no secret.
    let sentence: String

    static func refused(_ sentence: String) -> CommandFailure { CommandFailure(kind: .refused, sentence: sentence) }
    static func unavailable(_ sentence: String) -> CommandFailure {
        CommandFailure(kind: .unavailable, sentence: sentence)
    }
    static func misconfigured(_ sentence: String) -> CommandFailure {
        CommandFailure(kind: .misconfigured, sentence: sentence)
    }
}
