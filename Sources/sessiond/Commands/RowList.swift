import Sessions
import Synchronization

/// Prints a list while it comes: as an aligned table, or as one JSON array.
final class RowList: Sendable {
    /// A column of the table: a member of the rows and its heading.
    typealias Column = (key: String, title: String)

    private struct State {
        var isBegun = false
        var widths: [Int]
    }

    private let columns: [Column]
    private let isJSON: Bool
    private let state: Mutex<State>

    init(_ columns: [Column], json isJSON: Bool) {
        self.columns = columns
        self.isJSON = isJSON
        state = Mutex(State(widths: columns.map(\.title.count)))
    }

    /// Prints rows.
    ///
    /// Nothing is printed before the first: what is refused prints nothing.
    func append(_ rows: [JSON]) {
        if rows.isEmpty { return }
        state.withLock { state in
            var output = ""
            for row in isJSON ? rows : [] {
                output += (state.isBegun ? ",\n" : "[\n") + String(decoding: row.utf8, as: UTF8.self)
                state.isBegun = true
            }
            if !isJSON { output = table(rows, &state) }
            StandardStream.output.write(output.utf8)
        }
    }

    /// Prints what ends the list.
    ///
    /// A JSON array that was cut short stays open: it is then no JSON.
    func finish() {
        state.withLock { state in
            let end = isJSON ? (state.isBegun ? "\n]\n" : "[]\n") : state.isBegun ? "" : table([], &state)
            StandardStream.output.write(end.utf8)
        }
    }

    private func table(_ rows: [JSON], _ state: inout State) -> String {
        let cells = rows.map { row in columns.map { Self.cell(row[$0.key]) } }
        for row in cells {
            for (index, cell) in row.enumerated() { state.widths[index] = max(state.widths[index], cell.count) }
        }
        let lines = (state.isBegun ? [] : [columns.map(\.title)]) + cells
        state.isBegun = true
        return lines.map { line(of: $0, state.widths) }.joined()
    }

    private static func cell(_ value: JSON?) -> String {
        (value?.string ?? value?.integer.map(String.init) ?? "-").printable
    }

    private func line(of cells: [String], _ widths: [Int]) -> String {
        var line = ""
        for (cell, width) in zip(cells, widths) { line += cell + String(repeating: " ", count: width - cell.count + 2) }
        while line.last == " " { line.removeLast() }
        return line + "\n"
    }
}
