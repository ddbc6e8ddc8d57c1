/// How a round ends its sessions.
enum ProbeEnding: String, CaseIterable, Sendable {
    case revoke
    case logOut
    case revokeAll

    /// For people.
    var name: String {
        switch self {
        case .revoke: "revocation"
        case .logOut: "log-out"
        case .revokeAll: "revocation of all"
        }
    }
}

/// What one round does through which node.
struct ProbePlan: Hashable, Sendable {
    let ending: ProbeEnding
    /// The number of the node that opens the sessions.
    let opener: Int
    /// The number of the node that ends them.
    let ender: Int
    private let nodeCount: Int

    /// Plans a round; rounds are counted from 0.
    ///
    /// Every kind of ending comes in three rounds, through every node in three times as many as there are nodes, and with every
    /// node as the opener in so many more.
    init(round: Int, nodes nodeCount: Int) {
        let kinds = ProbeEnding.allCases
        let turn = round / kinds.count
        ending = kinds[round % kinds.count]
        ender = turn % nodeCount
        opener = (round + turn / nodeCount) % nodeCount
        self.nodeCount = nodeCount
    }

    /// All nodes in the order in which they are tried, from the given one on.
    func order(from first: Int) -> [Int] {
        (0..<nodeCount).map { (first + $0) % nodeCount }
    }
}
