import Sessions
import Synchronization

/// Takes accounts over from a file, batch by batch.
struct AccountImport: ~Copyable {
    /// How many problems are told one by one.
    private static let toldMax = 100

    private let settings: Settings
    private let rule: Accounts.ImportRule
    private var reader: AccountReader
    private var names = NamesSeen()
    private var progress = ImportProgress()
    private var batch = Batch()
    private var addedCount = 0
    private var skippedCount = 0
    private var faultCount = 0
    /// The last line whose batch is done.
    private var lastLine = 0

    /// Accounts that are made together, and what keeps them from it.
    private struct Batch {
        var lines: [Int] = []
        var records: [AccountRecord] = []
        var faults: [String] = []
        var skipped: [String] = []
    }

    init(of file: TransferFile, settings: Settings, rule: Accounts.ImportRule) throws(CommandFailure) {
        self.settings = settings
        self.rule = rule
        reader = try AccountReader(path: file.file, format: file.chosenFormat ?? .jsonl, at: WallClock.system.now)
    }

    /// Imports all, or up to the first batch in which something is wrong.
    ///
    /// - Returns: What there is to say.
    /// - Throws: ``CommandFailure``; what was imported before stays.
    consuming func run() async throws(CommandFailure) -> String {
        var isAtEnd = false
        while !isAtEnd {
            isAtEnd = readBatch()
            try await importBatch()
            progress.show(addedCount + skippedCount, reader.progress)
        }
        progress.end()
        guard faultCount == 0 else {
            throw .refused("\(Self.lines(faultCount)) cannot be imported, and \(addedCount) can")
        }
        let others = skippedCount == 0 ? "" : "; \(Self.accounts(skippedCount)) skipped"
        if rule == .trial { return "All \(addedCount) can be imported." }
        return "\(Self.accounts(addedCount)) imported\(others)."
    }

    /// - Returns: Whether nothing comes after it.
    private mutating func readBatch() -> Bool {
        batch = Batch()
        while batch.records.count + batch.faults.count + batch.skipped.count < Accounts.importMax {
            do {
                guard let entry = try reader.next() else { return true }
                take(entry)
            } catch {
                batch.faults.append(error.message)
                return true
            }
        }
        return false
    }

    private mutating func take(_ entry: AccountReader.Entry) {
        switch entry.content {
        case .failure(let failure):
            batch.faults.append("line \(entry.line): \(failure.field.map { "\($0) " } ?? "")\(failure.message)")
        case .success(let record):
            guard let (field, line) = names.note(record, line: entry.line) else {
                batch.lines.append(entry.line)
                batch.records.append(record)
                return
            }
            let sentence = "line \(entry.line): \(field.rawValue) is that of line \(line)"
            rule == .skip ? batch.skipped.append(sentence) : batch.faults.append(sentence)
        }
    }

    private mutating func importBatch() async throws(CommandFailure) {
        if batch.faults.isEmpty || rule == .trial, !batch.records.isEmpty { try await addBatch() }
        tell(batch.skipped.map { "\($0); skipped" }, after: skippedCount)
        skippedCount += batch.skipped.count
        tell(batch.faults, after: faultCount)
        faultCount += batch.faults.count
        guard batch.faults.isEmpty || rule == .trial else {
            progress.end()
            let before = addedCount == 0 ? "nothing was imported" : "\(Self.accounts(addedCount)) imported before them"
            throw .refused(
                "\(Self.lines(batch.faults.count)) after line \(lastLine) cannot be imported, and none of their batch was; \(before)"
                    + (addedCount == 0 ? "" : ". Mend the file and run this again with --skip-existing")
            )
        }
        lastLine = batch.lines.last ?? lastLine
    }

    private mutating func addBatch() async throws(CommandFailure) {
        let taken = TakenNames()
        let text: String
        do {
            text = try await settings.perform(.importUsers(batch.records, rule)) { taken.append($0) }
        } catch {
            progress.end()
            guard addedCount > 0 else { throw error }
            throw CommandFailure(
                kind: error.kind,
                sentence:
                    "\(error.sentence). \(Self.accounts(addedCount)) imported before; run this again with --skip-existing"
            )
        }
        addedCount += Int(text) ?? 0
        for (index, field) in taken.all where batch.lines.indices.contains(index) {
            let sentence = "line \(batch.lines[index]): \(field) is taken"
            rule == .skip ? batch.skipped.append(sentence) : batch.faults.append(sentence)
        }
    }

    private func tell(_ sentences: [String], after told: Int) {
        let rest = max(0, Self.toldMax - told)
        guard !sentences.isEmpty, rest > 0 else { return }
        progress.clear()
        for sentence in sentences.prefix(rest) { StandardStream.error.write(line: sentence) }
        if sentences.count > rest { StandardStream.error.write(line: "... and more that are not told") }
    }

    private static func accounts(_ count: Int) -> String { count == 1 ? "1 account was" : "\(count) accounts were" }
    private static func lines(_ count: Int) -> String { count == 1 ? "1 line" : "\(count) lines" }
}

/// The names that a batch could not have, as they come.
private final class TakenNames: Sendable {
    private let rows = Mutex<[(index: Int, field: String)]>([])

    var all: [(index: Int, field: String)] { rows.withLock(\.self) }

    func append(_ rows: [JSON]) {
        let read = rows.compactMap { row -> (index: Int, field: String)? in
            guard let index = row["index"]?.integer, let field = row["field"]?.string else { return nil }
            return (Int(index), field)
        }
        self.rows.withLock { $0 += read }
    }
}
