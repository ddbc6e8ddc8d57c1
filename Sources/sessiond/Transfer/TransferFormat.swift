import ArgumentParser

/// How accounts stand in a file.
enum TransferFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// JSON lines: an object for each account, in a line of its own.
    case jsonl
    /// RFC 4180, with a first line that names the columns.
    case csv

    /// The format that a file's name tells; `nil` when it tells none.
    init?(fileName: String) {
        let name = fileName.lowercased()
        if name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson") {
            self = .jsonl
        } else if name.hasSuffix(".csv") {
            self = .csv
        } else {
            return nil
        }
    }
}

/// A file of accounts on the command line.
struct TransferFile: ParsableArguments {
    @Argument(help: "The file; - is standard input or output.", completion: .file()) var file: String
    @Option(help: "How accounts stand in it; else its name tells, by .jsonl or .csv.") var format: TransferFormat?

    /// The format that was asked for, or that the name tells.
    var chosenFormat: TransferFormat? { format ?? TransferFormat(fileName: file) }

    func validate() throws {
        guard chosenFormat != nil else {
            throw ValidationError("Say --format jsonl or --format csv: the file's name does not tell.")
        }
    }
}
