extension Strike {
    /// A program tries a password from another service's leak, and it is right: at once, or after up to three old ones.
    ///
    /// Checkers try what they have for a name once each, from address to address, and let go of it then; of a thousand pairs one to twenty
    /// are right. They go through residential proxies since servers' addresses are blocked, mostly without caring for the country. What
    /// they send ranges from a bare library to a full copy of a common browser. One hit of four is sold: a person looks in days later.
    mutating func stuff() {
        let begin = beginning()
        let origins: [(Origin, Double)] = [
            (.foreignHome, 55), (.foreignServer, 30), (.sameCountry, 8), (.domesticServer, 5), (.sameCity, 2),
        ]
        var line = line(random.pick(origins, weight: \.1).0, rotates: true)
        let userAgent: String? =
            switch random.unit() {
            case ..<0.2: random.pick(Program.scripts)
            case ..<0.35: random.pick(Program.bots)
            case ..<0.37: nil
            default: ownUserAgent(at: begin - 120 * 86_400)
            }
        var now = begin
        for _ in 0..<random.integer(0...3) {
            add(.failedLogin(client(userAgent, over: line, at: now), browser: nil), at: now)
            now += Int64(5 + random.wait(mean: 900))
            if random.chance(0.5) { line = self.line(random.pick(origins, weight: \.1).0, rotates: true) }
        }
        now = takeOver(
            newSession(),
            as: userAgent,
            over: line,
            jar: nil,
            remembered: random.chance(0.3),
            at: now,
            requests: 1...4
        )
        guard random.chance(0.25) else { return }
        now += Int64(random.number(0.5...6) * 86_400)
        let buyer = self.line(random.chance(0.7) ? .foreignHome : .sameCountry)
        let buyersAgent = ownUserAgent(at: now)
        let jar = newJar()
        _ = takeOver(newSession(), as: buyersAgent, over: buyer, jar: jar, remembered: random.chance(0.5), at: now)
    }
}
