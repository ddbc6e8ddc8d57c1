extension Strike {
    /// A copy of a token that is used after its owner has logged out, or has revoked the session: it is refused, and tells of a theft.
    mutating func useEndedToken() {
        let ended = endedSession()
        let session = played.sessions[ended]
        let origins: [(Origin, Double)] = [
            (.foreignHome, 35), (.foreignServer, 35), (.sameCountry, 20), (.sameCity, 10),
        ]
        let line = line(random.pick(origins, weight: \.1).0)
        let copied = life.machines[session.machine].software.userAgent(day: Int(session.opened / 86_400))
        let userAgent = random.chance(0.5) ? copied : ownUserAgent(at: session.ended)
        // While the token's own lifetime lasts: later it would be expired, and nothing of note.
        let expiry = session.opened + (session.isRemembered ? 30 : 1) * 86_400
        var now = session.ended + min(Int64(300 + random.wait(mean: 86_400)), max(60, (expiry - session.ended) / 2))
        for _ in 0..<random.integer(1...8) {
            add(.request(session: ended, client(userAgent, over: line, at: now)), at: now)
            now += Int64(1 + random.wait(mean: 60))
        }
    }

    /// A session that somebody has ended in the second or third month; if there is none, the owner logs out once.
    private mutating func endedSession() -> Int {
        if let found = pickEnded() { return found }
        let at = beginning()
        life.visit(at, on: 0, over: 0, in: life.home, ending: .logOut)
        life.machines[0].forgetsCookies = false
        replay()
        guard let found = pickEnded() else { preconditionFailure("a visit that ends with a log-out ends a session") }
        return found
    }

    private mutating func pickEnded() -> Int? {
        let found = played.sessions.indices.filter {
            played.sessions[$0].wasEnded && Self.beginnings.contains(played.sessions[$0].ended)
        }
        return found.isEmpty ? nil : random.pick(found)
    }
}
