/// What a probe has seen since it began, in a bounded memory.
struct ProbeTally: Sendable {
    /// What it has seen of one node.
    struct Node: Sendable {
        let name: String
        var accepted = 0
        var refused = 0
        /// Requests of any kind without an answer that says something.
        var unavailable = 0
        var checks = 0
        var latencies = LatencyRing()

        init(name: String) {
            self.name = name
        }
    }

    var nodes: [Node]
    var rounds = 0
    /// Endings that were answered.
    var revocations = 0
    var revocationLatencies = LatencyRing()
    var violations = 0
    var falseLogouts = 0

    init(nodes names: [String]) {
        nodes = names.map(Node.init)
    }

    /// Counts a check.
    mutating func count(_ check: SessionCheck, by node: Int) {
        nodes[node].checks += 1
        switch check.answer {
        case .accepted: nodes[node].accepted += 1
        case .refused: nodes[node].refused += 1
        case .unavailable: nodes[node].unavailable += 1
        }
        // How long a node was waited for in vain says nothing about how fast it is.
        if check.answer != .unavailable { nodes[node].latencies.append(check.latency) }
    }

    /// The table: a line for each node, and one for all.
    var table: [String] {
        let titles = ["NODE", "CHECKS", "ACCEPTED", "REFUSED", "UNAVAILABLE", "P50 MS", "P99 MS"]
        let rows = nodes.map { node in
            [node.name, "\(node.checks)", "\(node.accepted)", "\(node.refused)", "\(node.unavailable)"]
                + [50, 99].map { Self.text(node.latencies.percentile($0)) }
        }
        let all = [titles] + rows
        let widths = titles.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        let lines = all.map { cells in
            zip(cells, widths).enumerated().map { index, cell in
                let space = String(repeating: " ", count: cell.1 - cell.0.count)
                return index == 0 ? cell.0 + space : space + cell.0
            }.joined(separator: "  ")
        }
        return lines + ["", totals]
    }

    /// The line for all nodes.
    var totals: String {
        let latencies = [50, 99].map { "p\($0) \(Self.text(revocationLatencies.percentile($0)))" }
        let unavailable = nodes.reduce(0) { $0 + $1.unavailable }
        return "rounds \(rounds)  revocations \(revocations)  \(latencies.joined(separator: "  "))  "
            + "longest \(Self.text(revocationLatencies.longest)) ms  unavailable \(unavailable)  "
            + "VIOLATIONS \(violations)  false log-outs \(falseLogouts)"
    }

    private static func text(_ latency: Duration?) -> String { latency?.milliseconds ?? "-" }
}
