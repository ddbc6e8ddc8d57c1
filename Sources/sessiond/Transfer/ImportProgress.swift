/// Shows at a terminal how far an import has come: a bar, drawn anew in its line.
struct ImportProgress {
    private static let width = 30

    private let isWatched = StandardStream.error.isTerminal
    private var isDrawn = false

    /// Draws the bar.
    ///
    /// - Parameters:
    ///   - count: How many accounts are done.
    ///   - share: How much of the file is, from 0 to 1; `nil` when that is not known.
    mutating func show(_ count: Int, _ share: Double?) {
        guard isWatched else { return }
        var text = "\r\u{1B}[K"
        if let share {
            let filled = Int(share * Double(Self.width))
            let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: Self.width - filled)
            text += "[\(bar)] \(Int(share * 100)) %  "
        }
        StandardStream.error.write("\(text)\(count) accounts".utf8)
        isDrawn = true
    }

    /// Makes room for a line of its own; the bar comes back below it.
    func clear() {
        if isDrawn { StandardStream.error.write("\r\u{1B}[K".utf8) }
    }

    /// Leaves the bar as it is, and goes on below it.
    mutating func end() {
        if isDrawn { StandardStream.error.write("\n".utf8) }
        isDrawn = false
    }
}
