extension Strike {
    /// A token out of the victim's browser, by a stealer whose log is sold, replayed elsewhere while the victim goes on using it.
    ///
    /// Logs hold the user agent, and sellers add a browser that copies it and a proxy near the victim: so half of the thieves look like the
    /// victim's browser, and a good part of them connects from the victim's country. A few go back through the infected machine itself,
    /// which nothing in a request tells from its owner.
    mutating func replayCookie() {
        let theft = theft()
        let origins: [(Origin, Double)] = [
            (.foreignHome, 28), (.foreignServer, 30), (.sameCountry, 18), (.domesticServer, 6), (.sameCity, 16),
            (.victimsLine, 2),
        ]
        let machine = played.sessions[theft.session].machine
        let line = line(random.pick(origins, weight: \.1).0)
        let copied = life.machines[machine].software.userAgent(day: Int(theft.at / 86_400))
        let userAgent: String? =
            switch random.unit() {
            case ..<0.5: copied
            case ..<0.58: random.pick(Program.scripts)
            default: ownUserAgent(at: theft.at)
            }
        var now = theft.at
        for _ in 0..<random.integer(1...15) where now < theft.end {
            add(.request(session: theft.session, client(userAgent, over: line, at: now)), at: now)
            now += Int64(1 + (random.chance(0.85) ? random.wait(mean: 90) : random.wait(mean: 40_000)))
        }
    }

    /// Whose session is stolen, when it is used, and until when it lives.
    private mutating func theft() -> (session: Int, at: Int64, end: Int64) {
        if let found = liveSession() { return found }
        // Nobody's token can be stolen who logs out each time: this victim forgot to, once.
        for machine in life.machines.indices {
            life.machines[machine].forgetsCookies = false
            life.machines[machine].isRemembered = true
            life.machines[machine].logoutChance = 0
        }
        life.visit(beginning(), on: 0, over: 0, in: life.home)
        replay()
        guard let found = liveSession() else {
            preconditionFailure("a remembered session lives for longer than an hour")
        }
        return found
    }

    private mutating func liveSession() -> (session: Int, at: Int64, end: Int64)? {
        let windows: [(session: Int, from: Int64, to: Int64)] = played.sessions.enumerated().compactMap {
            number,
            session in
            let from = max(session.opened + 900, Self.beginnings.lowerBound)
            let to = min(session.ended - 3_600, Self.beginnings.upperBound)
            return from < to ? (number, from, to) : nil
        }
        guard !windows.isEmpty else { return nil }
        let window = random.pick(windows) { Double($0.to - $0.from) }
        let at = window.from + Int64(random.unit() * Double(window.to - window.from))
        return (window.session, at, played.sessions[window.session].ended)
    }
}
