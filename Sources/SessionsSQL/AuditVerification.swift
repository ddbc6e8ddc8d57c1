import Sessions

/// Reads the whole audit log and finds what is not as it was written, while the log goes on being written.
///
/// First the node's chain, which tells of purges, then all others, then the seals.
package struct AuditVerification: Sendable {
    /// How many rows one step reads, about.
    private static let stepMax = 2_000
    /// How many rows are read at once.
    private static let pageMax = 500

    /// How many events were read so far.
    package private(set) var events = 0
    /// How many seals were read so far.
    package private(set) var seals = 0
    /// Whether all was read.
    package var isDone: Bool { if case .done = stage { true } else { false } }

    private let driver: any SQLDriver
    private var stage = Stage.begin
    private var findings: [AuditFinding] = []
    /// How far the node's chain was searched for purges, and what the latest purge deleted: all from before that instant.
    private var node: (chain: [UInt8], number: Int64) = ([], 0)
    private var purgedBefore: Timestamp?
    /// The chains that a seal was found to disagree with: what follows from one fault is told once.
    private var told: Set<[UInt8]> = []

    private enum Stage: Sendable {
        case begin
        case next(after: [UInt8])
        case chain(Position, isNode: Bool)
        case seals(number: Int64, hash: [UInt8]?)
        case done
    }

    private struct Position: Sendable {
        let chain: [UInt8]
        var number: Int64 = 0
        /// The hash of the last event; `nil` when that is not there.
        var hash: [UInt8]?
        var isBegun = false
    }

    package init(_ log: AuditLog) {
        driver = log.driver
    }

    /// Reads on.
    ///
    /// - Returns: What was found on the way.
    /// - Throws: When the store fails.
    package mutating func step() async throws -> [AuditFinding] {
        self = try await driver.read { [self] database in
            var next = self
            next.findings = []
            try next.advance(database)
            return next
        }
        return findings
    }

    private mutating func advance(_ database: any SQLConnection) throws {
        guard try followPurges(database) < Self.stepMax else { return }
        var work = 0
        while work < Self.stepMax {
            switch stage {
            case .begin:
                stage = .chain(Position(chain: node.chain), isNode: true)
            case .next(let last):
                guard let chain = try Self.chain(after: last, database) else {
                    stage = .seals(number: 0, hash: AuditRow.origin)
                    continue
                }
                stage = chain == node.chain ? .next(after: chain) : .chain(Position(chain: chain), isNode: false)
            case .chain(let position, let isNode): work += try read(position, isNode: isNode, database)
            case .seals(let number, let hash): work += try readSeal(after: number, hash, database)
            case .done: return
            }
            work += 1
        }
    }

    /// Reads what purges have told since the last step: what is missing is judged by that.
    ///
    /// - Returns: How many rows were read.
    private mutating func followPurges(_ database: any SQLConnection) throws -> Int {
        if node.chain.isEmpty { node.chain = try database.nodeChain() }
        let rows = try database.rows(
            """
            SELECT number, kind, detail FROM audit_event WHERE chain = \(node.chain) AND number > \(node.number)
            ORDER BY number LIMIT \(Self.stepMax)
            """
        )
        for var row in rows {
            node.number = try row.integer()
            guard try row.text() == AuditEvent.Kind.auditPurged.rawValue else { continue }
            let instant = try row.optional { try $0.text() }.flatMap(Timestamp.init(rfc3339:))
            purgedBefore = [purgedBefore, instant].compactMap(\.self).max()
        }
        return rows.count
    }

    /// The next chain that has a head or an event.
    private static func chain(after last: [UInt8], _ database: any SQLConnection) throws -> [UInt8]? {
        let candidates = try ["audit_chain", "audit_event"].compactMap { table in
            try database.row(
                "SELECT chain FROM \(part: SQL(stringLiteral: table)) WHERE chain > \(last) ORDER BY chain LIMIT 1"
            )
        }.map { row in
            var row = row
            return try row.blob()
        }
        return candidates.min { $0.lexicographicallyPrecedes($1) }
    }

    // MARK: Chains

    private struct Head {
        let number: Int64
        let hash: [UInt8]
        let startNumber: Int64
        let startHash: [UInt8]
        let sealedNumber: Int64
    }

    private static func head(of chain: [UInt8], _ database: any SQLConnection) throws -> Head? {
        let found = try database.row(
            """
            SELECT number, hash, start_number, start_hash, sealed_number FROM audit_chain WHERE chain = \(chain)
            """
        )
        guard var row = found else { return nil }
        return Head(
            number: try row.integer(),
            hash: try row.blob(),
            startNumber: try row.integer(),
            startHash: try row.blob(),
            sealedNumber: try row.integer()
        )
    }

    private mutating func read(_ start: Position, isNode: Bool, _ database: any SQLConnection) throws -> Int {
        var position = start
        let chain = position.chain
        let head = try Self.head(of: chain, database)
        // At the beginning, or because a purge has come between two steps.
        if let head, !position.isBegun || head.startNumber > position.number {
            try begin(&position, head, database)
        }
        position.isBegun = true
        let rows = try database.rows(
            """
            SELECT \(part: auditRowColumns) FROM audit_event e WHERE e.chain = \(chain) AND e.number > \(position.number)
            ORDER BY e.number LIMIT \(Self.pageMax)
            """
        )
        for var row in rows { check(try row.auditRow(), &position) }
        events += rows.count
        guard rows.count < Self.pageMax else {
            stage = .chain(position, isNode: isNode)
            return rows.count
        }
        if let head, head.number > position.number {
            findings.append(.cut(chain: chain, position.number + 1...head.number))
        } else if head.map({ $0.number < position.number || $0.hash != position.hash || $0.sealedNumber > $0.number })
            ?? (position.number > 0)
        {
            findings.append(.headAltered(chain: chain))
        }
        stage = .next(after: isNode ? [] : chain)
        return rows.count
    }

    private mutating func begin(_ position: inout Position, _ head: Head, _ database: any SQLConnection) throws {
        let chain = position.chain
        position.number = head.startNumber
        position.hash = head.startHash
        guard head.startNumber > 0 else { return }
        if purgedBefore == nil { findings.append(.purgedUntold(chain: chain)) }
        let hidden = try database.row(
            "SELECT number FROM audit_event WHERE chain = \(chain) AND number <= \(head.startNumber) LIMIT 1"
        )
        if hidden != nil { findings.append(.headAltered(chain: chain)) }
    }

    private mutating func check(_ row: AuditRow, _ position: inout Position) {
        if row.number > position.number + 1 {
            findings.append(.missing(chain: row.chain, position.number + 1...row.number - 1))
            position.hash = nil
        }
        if let former = position.hash, row.hash(after: former) != row.hash {
            findings.append(.altered(chain: row.chain, number: row.number))
        }
        if !row.isAddressSound { findings.append(.addressAltered(chain: row.chain, number: row.number)) }
        position.number = row.number
        position.hash = row.hash
    }

    // MARK: Seals

    private mutating func readSeal(after last: Int64, _ hash: [UInt8]?, _ database: any SQLConnection) throws -> Int {
        let found = try database.row("SELECT number, hash, start_number, start_hash FROM audit_seals WHERE one = 1")
        guard var state = found else {
            findings.append(.sealHeadAltered)
            stage = .done
            return 0
        }
        let headNumber = try state.integer()
        let headHash = try state.blob()
        let startNumber = try state.integer()
        let startHash = try state.blob()
        var (number, former) = (last, hash)
        if startNumber > number {
            (number, former) = (startNumber, startHash)
            if purgedBefore == nil { findings.append(.sealHeadAltered) }
        }
        let following = try database.row(
            "SELECT \(part: auditSealColumns) FROM audit_seal s WHERE s.number > \(number) ORDER BY s.number LIMIT 1"
        )
        guard var next = following else {
            if headNumber > number {
                findings.append(.sealMissing(number + 1...headNumber))
            } else if headNumber < number || (former != nil && headHash != former) {
                findings.append(.sealHeadAltered)
            }
            stage = .done
            return 0
        }
        let seal = try next.auditSeal()
        if seal.number > number + 1 {
            findings.append(.sealMissing(number + 1...seal.number - 1))
            former = nil
        }
        let entries = try sealed(by: seal, database)
        if seal.ownHash != seal.hash || seal.entries != AuditSeal.digest(of: entries)
            || (former.map { $0 != seal.former } ?? false)
        {
            findings.append(.sealAltered(seal.number))
        }
        seals += 1
        stage = .seals(number: seal.number, hash: seal.hash)
        return entries.count
    }

    /// Compares what was sealed with what is there.
    private mutating func sealed(by seal: AuditSeal, _ database: any SQLConnection) throws -> [AuditSeal.Entry] {
        try database.rows(
            """
            SELECT s.chain, s.number, s.hash, s.at, e.hash, c.start_number, c.start_hash
            FROM audit_sealed s LEFT JOIN audit_event e ON e.chain = s.chain AND e.number = s.number
            LEFT JOIN audit_chain c ON c.chain = s.chain
            WHERE s.seal = \(seal.number) ORDER BY s.chain
            """
        ).map { row in
            var row = row
            let entry = try AuditSeal.Entry(&row)
            var hash = try row.optional { try $0.blob() }
            let startNumber = try row.optional { try $0.integer() } ?? 0
            let startHash = try row.optional { try $0.blob() }
            var isPurged = false
            if hash == nil, entry.number <= startNumber {
                // Deleted before its time is deleted by somebody else.
                isPurged = purgedBefore.map { entry.at < $0.milliseconds } ?? false
                if isPurged, entry.number == startNumber { hash = startHash }
            }
            guard hash != entry.hash, !(isPurged && hash == nil), told.insert(entry.chain).inserted else {
                return entry
            }
            findings.append(
                hash == nil
                    ? .sealedMissing(chain: entry.chain, number: entry.number, seal: seal.number)
                    : .sealedOtherwise(chain: entry.chain, number: entry.number, seal: seal.number)
            )
            return entry
        }
    }
}
