extension Strike {
    /// A person with a password from a phishing page or a stealer's log, in a browser of their own.
    ///
    /// Google's decoys were tried within half an hour for a fifth of them, within seven hours for half. Most hijackers came from other
    /// countries than their victims; those who know better buy an address in the same country or city, which proxy sellers offer by the
    /// megabyte. Of the kits that Google and Berkeley looked at in 2017 four of five recorded where the victim was, one of six what their
    /// browser was: so copies of the user agent are the exception, though sellers of profiles make them easier each year.
    mutating func logInPhished() {
        let origins: [(Origin, Double)] = [
            (.foreignHome, 34), (.foreignServer, 24), (.sameCountry, 20), (.domesticServer, 7), (.sameCity, 15),
        ]
        let begin = beginning()
        let line = line(random.pick(origins, weight: \.1).0)
        let userAgent = random.chance(0.25) ? victimsUserAgent(at: begin) : ownUserAgent(at: begin)
        var now = begin
        if random.chance(0.12) {
            add(.failedLogin(client(userAgent, over: line, at: now), browser: nil), at: now)
            now += Int64(random.integer(8...40))
        }
        let jar = newJar()
        let session = newSession()
        let isRemembered = random.chance(0.4)
        now = takeOver(session, as: userAgent, over: line, jar: jar, remembered: isRemembered, at: now)
        guard random.chance(0.4), isRemembered else { return }
        for _ in 0..<random.integer(1...4) {
            now += Int64(random.wait(mean: 43_200))
            add(.request(session: session, client(userAgent, over: line, at: now)), at: now)
        }
    }
}
