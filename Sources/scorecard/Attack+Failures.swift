extension Strike {
    /// Many wrong passwords and no right one: from one address in minutes, or from many over hours.
    mutating func failOnly() {
        let begin = beginning()
        let isSlow = random.chance(0.4)
        var line = line(random.chance(0.6) ? .foreignServer : .foreignHome, rotates: isSlow)
        let userAgent = random.chance(0.5) ? random.pick(Program.scripts) : ownUserAgent(at: begin - 120 * 86_400)
        var now = begin
        for _ in 0..<random.integer(8...60) {
            add(.failedLogin(client(userAgent, over: line, at: now), browser: nil), at: now)
            now += Int64(1 + random.wait(mean: isSlow ? 600 : 5))
            if isSlow, random.chance(0.5) { line = self.line(.foreignHome, rotates: true) }
        }
    }
}
