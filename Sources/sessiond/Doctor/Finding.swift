import Sessions

/// What one look of the doctor has found.
struct Finding: Sendable {
    enum State: String, Sendable {
        case ok
        case warning
        case failure
    }

    /// What was looked at, in a word.
    let subject: String
    let state: State
    /// What is so; it holds no secret.
    let sentence: String
    /// What to mend; `nil` where nothing is to be mended.
    let remedy: String?

    static func ok(_ subject: String, _ sentence: String) -> Finding {
        Finding(subject: subject, state: .ok, sentence: sentence, remedy: nil)
    }

    static func warning(_ subject: String, _ sentence: String, mend remedy: String) -> Finding {
        Finding(subject: subject, state: .warning, sentence: sentence, remedy: remedy)
    }

    static func failure(_ subject: String, _ sentence: String, mend remedy: String) -> Finding {
        Finding(subject: subject, state: .failure, sentence: sentence, remedy: remedy)
    }

    var json: JSON {
        [
            "check": .string(subject), "state": .string(state.rawValue), "finding": .string(sentence),
            "mend": .text(remedy),
        ]
    }

    /// The lines that people read.
    var lines: [String] {
        let width = 10
        let mark = state.rawValue + String(repeating: " ", count: max(0, width - state.rawValue.count))
        let indent = String(repeating: " ", count: width)
        return ["\(mark)\(subject): \(sentence)"] + (remedy.map { ["\(indent)\($0)"] } ?? [])
    }
}
