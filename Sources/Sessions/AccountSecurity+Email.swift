extension AccountSecurity {
    /// Mails a link to an address, which makes it the account's; for the address that it has, the link confirms it.
    ///
    /// Whether another account has the address is not told: none is mailed then.
    ///
    /// - Parameters:
    ///   - address: The address.
    ///   - password: The account's password, as typed.
    ///   - code: A code of the second factor; needed where that is on, and used up.
    ///   - caller: Who asks.
    /// - Returns: Nothing, or why not.
    /// - Throws: When the store or the hasher fails. It is then unknown whether a link is mailed.
    public func requestEmail(
        _ address: EmailAddress,
        password: Password,
        code: String?,
        by caller: Caller
    ) async throws -> Result<Void, Refusal> {
        try await withAccount(of: caller) { record in
            try await confirming(.passwordAndCode(password, code: code), of: record, by: caller) { confirmed in
                let budget = verifier.budgets.emailRequests(record.account.id)
                if case .refused(let until) = try await store.admit([budget], at: clock.now) {
                    return .failure(.throttled(retryAfterSeconds: verifier.seconds(until: until)))
                }
                let made = try await make(
                    .emailRequest(address),
                    .emailChangeRequested,
                    confirmed,
                    at: clock.now,
                    by: caller
                )
                return made.map { _ in }
            }
        }
    }
}
