extension Strike {
    /// A page in between that passes the victim's log-in on, second factor and user agent included, and keeps the token.
    ///
    /// Such kits (Evilginx and those for rent) run on rented servers, mostly in the United States and western Europe, whatever the victim's
    /// country is. The victim's own cookies are not there, since the name in the address bar is another one. Two of three operators then
    /// carry the token to a browser of their own, elsewhere.
    mutating func logInThroughProxy() {
        let (begin, machine) = victimsMoment()
        let proxy = line(random.chance(0.85) ? .foreignServer : .domesticServer)
        let userAgent = life.machines[machine].software.userAgent(day: Int(begin / 86_400))
        let session = newSession()
        let remembered = random.chance(0.5)
        var now = takeOver(
            session,
            as: userAgent,
            over: proxy,
            jar: nil,
            remembered: remembered,
            at: begin,
            requests: 1...3
        )
        guard random.chance(0.66) else { return }
        let origins: [(Origin, Double)] = [
            (.foreignHome, 40), (.foreignServer, 35), (.sameCountry, 15), (.sameCity, 10),
        ]
        let line = line(random.pick(origins, weight: \.1).0)
        let carried = random.chance(0.4) ? userAgent : ownUserAgent(at: begin)
        now += Int64(random.wait(mean: 7_200))
        // Beyond its life the token would be refused as any old one.
        let end = begin + (remembered ? 30 : 1) * 86_400 - 60
        for _ in 0..<random.integer(2...12) where now < end {
            add(.request(session: session, client(carried, over: line, at: now)), at: now)
            now += Int64(1 + random.wait(mean: 300))
        }
    }

    /// An instant at which the victim is at one of their machines, and reads what they should not believe.
    private mutating func victimsMoment() -> (at: Int64, machine: Int) {
        let found = life.visits.filter { Self.beginnings.contains($0.at + 300) }
        guard !found.isEmpty else { return (beginning(), 0) }
        let visit = random.pick(found)
        return (visit.at + Int64(random.integer(60...300)), visit.machine)
    }
}
