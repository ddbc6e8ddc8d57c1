import Sessions

extension Operator {
    /// Gives a row for each account that is not made for its names, and says how many were made.
    func importUsers(_ records: [AccountRecord], _ rule: Accounts.ImportRule, rows: Rows) async throws
        -> OperatorOutcome
    {
        let outcome = try await accounts.add(records, rule)
        try await rows(
            outcome.taken.map { ["index": .integer(Int64($0.index)), "field": .string($0.field.rawValue)] }
        )
        return .done("\(outcome.addedCount)")
    }

    func exportUsers(withHashes: Bool, rows: Rows) async throws -> OperatorOutcome {
        var last: UserID?
        while true {
            let page = try await accounts.page(after: last)
            guard let next = page.last else { return .done("") }
            try await rows(
                page.map { account in
                    var record = AccountRecord(account)
                    if !withHashes { record.passwordHash = nil }
                    return record.json
                }
            )
            last = next.id
        }
    }
}
