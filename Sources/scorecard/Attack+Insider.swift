extension Strike {
    /// Somebody near, such as a former partner, who knows or guesses the password: same city, a machine of their own, for weeks.
    ///
    /// Studies of intimate partner abuse find that most of it is done through the ordinary page with a known password, not with malware. A
    /// part of them sits on the victim's own line.
    mutating func logInAsInsider() {
        let begin = beginning()
        let atHome = random.chance(0.15)
        let home = line(atHome ? .victimsLine : .sameCity)
        let mobile = life.world.mobileLine(in: life.home, random: &random)
        let line = random.chance(0.3) ? mobile : home
        let software: Software = random.chance(0.6) ? .phone(random: &random) : .computer(random: &random)
        let jar = newJar()
        var now = begin
        if random.chance(0.4) {
            for _ in 0..<random.integer(1...3) {
                let visitor = client(software.userAgent(day: Int(now / 86_400)), over: line, at: now)
                add(.failedLogin(visitor, browser: nil), at: now)
                now += Int64(random.integer(10...90))
            }
        }
        let remembered = random.chance(0.6)
        let first = newSession()
        let end = now + 29 * 86_400
        for visit in 0..<random.integer(1...6) {
            let userAgent = software.userAgent(day: Int(now / 86_400))
            if visit > 0, remembered {
                guard now < end else { break }
                add(.request(session: first, client(userAgent, over: line, at: now)), at: now)
            } else {
                let session = visit == 0 ? first : newSession()
                now = takeOver(
                    session,
                    as: userAgent,
                    over: line,
                    jar: jar,
                    remembered: remembered,
                    at: now,
                    requests: 2...6
                )
            }
            now += Int64(86_400 + random.wait(mean: 86_400))
        }
    }
}
