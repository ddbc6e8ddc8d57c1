import Foundation

/// The score of some seeds in one line, as `docs/detection.md` keeps it.
struct KeptScore: CustomStringConvertible {
    let seeds: ClosedRange<UInt64>
    let caught: Int
    let takeovers: Int
    /// Of honest people.
    let alarms: Int

    init(of scoring: Scoring, seeds: ClosedRange<UInt64>) {
        let rows = scoring.attacks.filter { $0.key.isTakeover }.map(\.value)
        self.seeds = seeds
        caught = rows.reduce(0) { $0 + $1.caught }
        takeovers = rows.reduce(caught) { $0 + $1.missed }
        alarms = scoring.personas.values.flatMap(\.counts).reduce(0, +)
    }

    /// Reads the line out of a file; `nil` when there is none.
    init?(in path: String) throws {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let line = /seeds (\d+) to (\d+): (\d+) of (\d+) caught, (\d+) alarms/
        guard let found = text.firstMatch(of: line)?.output, let first = UInt64(found.1), let last = UInt64(found.2),
            first <= last, let caught = Int(found.3), let takeovers = Int(found.4), let alarms = Int(found.5)
        else { return nil }
        (seeds, self.caught, self.takeovers, self.alarms) = (first...last, caught, takeovers, alarms)
    }

    var description: String {
        "seeds \(seeds.lowerBound) to \(seeds.upperBound): \(caught) of \(takeovers) caught, \(alarms) alarms"
    }

    func isWorse(than kept: KeptScore) -> Bool {
        caught < kept.caught || takeovers != kept.takeovers || alarms > kept.alarms
    }
}
