// Its methods are documented at the protocol.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension MemoryStore {
    public func add(_ challenge: LoginChallenge, settling: [AttemptSettlement], noting event: AuditEvent) {
        // One whose password was changed, or whose account was ended, while it was being made is void from the start.
        if let account = accounts[challenge.userID], !account.isDisabled,
            account.credentialVersion == challenge.credentialVersion, account.epoch == challenge.epoch
        {
            challenges[challenge.digest] = challenge
        }
        settle(settling)
        note(failure: event)
    }

    public func challenge(_ digest: ChallengeDigest) -> LoginChallenge? { challenges[digest] }

    public func sweepChallenges(at now: Timestamp, limit: Int) -> Int {
        let old = challenges.values.filter { $0.expiresAt <= now }.prefix(limit)
        for challenge in old { challenges[challenge.digest] = nil }
        let oldSeeds = pendingSecondFactors.values.filter { $0.expiresAt <= now }.prefix(limit - old.count)
        for pending in oldSeeds { pendingSecondFactors[pending.userID] = nil }
        let oldLinks = links.values.filter { $0.expiresAt <= now }.prefix(limit - old.count - oldSeeds.count)
        for link in oldLinks { links[link.id] = nil }
        return old.count + oldSeeds.count + oldLinks.count
    }

    func deleteChallenges(of user: UserID) {
        challenges = challenges.filter { $0.value.userID != user }
    }
}
