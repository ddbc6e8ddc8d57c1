/// Shows a probe's numbers: a table that is drawn anew in its place on a terminal, or else a line for each round.
struct ProbeScreen: Sendable {
    private let isTerminal: Bool
    /// How many lines the cursor stands below the table's first.
    private var linesDrawn = 0
    private var drawn: ContinuousClock.Instant?

    /// Quicker than anybody reads.
    private static let redrawInterval = Duration.milliseconds(200)

    init(isTerminal: Bool) {
        self.isTerminal = isTerminal
    }

    /// Draws the table, unless that was done a moment ago.
    mutating func refresh(_ tally: ProbeTally) {
        let now = ContinuousClock.now
        if let drawn, now - drawn < Self.redrawInterval { return }
        draw(tally)
    }

    /// Draws the table, or prints the line of a round.
    mutating func show(_ tally: ProbeTally, round: String) {
        if isTerminal {
            draw(tally)
        } else {
            StandardStream.output.write(line: round)
        }
    }

    /// Prints a line on standard error, above the table.
    mutating func tell(_ line: String, _ tally: ProbeTally) {
        if linesDrawn > 0 { StandardStream.output.write("\u{1B}[\(linesDrawn)A\u{1B}[J".utf8) }
        linesDrawn = 0
        StandardStream.error.write(line: line)
        draw(tally)
    }

    private mutating func draw(_ tally: ProbeTally) {
        guard isTerminal else { return }
        let lines = tally.table
        // Lines that are too long are cut off and not wrapped: else there would be more than were counted.
        var text = linesDrawn > 0 ? "\u{1B}[\(linesDrawn)A\u{1B}[?7l" : "\u{1B}[?7l"
        for line in lines { text += "\u{1B}[2K\(line.printable)\n" }
        StandardStream.output.write((text + "\u{1B}[?7h").utf8)
        linesDrawn = lines.count
        drawn = .now
    }
}
