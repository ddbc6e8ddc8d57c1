import Sessions

/// One attack as it is made: the victim's life, and what the attacker adds to it.
struct Strike: Sendable {
    let attack: Attack
    let number: Int
    var life: Life
    var random: SeededGenerator
    private(set) var played: Life.Played
    private var own: [Action] = []
    private var sessions: Int
    private var jars: Int

    /// Draws the attack's chance from a stream of its own.
    init(_ attack: Attack, number: Int, on life: Life) {
        (self.attack, self.number, self.life) = (attack, number, life)
        random = SeededGenerator(seed: life.world.seed, stream: 4, UInt64(number))
        played = life.played()
        (sessions, jars) = (played.sessions.count, played.jars)
    }

    /// Makes the attack.
    mutating func play() {
        switch attack {
        case .stuffing: stuff()
        case .failures: failOnly()
        case .phishedLogin: logInPhished()
        case .phishingProxy: logInThroughProxy()
        case .cookieTheft: replayCookie()
        case .endedToken: useEndedToken()
        case .insider: logInAsInsider()
        }
    }

    /// The owner's and the attacker's actions, in the order of time.
    var actions: [Action] {
        (played.actions + own).enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
            .map(\.element)
    }
}

extension Strike {
    /// The first and the last second at which an attack may begin: there is a month before it, and some days are left for it.
    static let beginnings = (Int64(Timeline.monthDays) * 86_400 + 3_600)...(Int64(Timeline.days - 4) * 86_400)

    /// Some instant at which an attack begins.
    mutating func beginning() -> Int64 {
        Self.beginnings.lowerBound
            + Int64(random.number(0...1) * Double(Self.beginnings.upperBound - Self.beginnings.lowerBound))
    }

    /// Lives the victim's life anew, after it was changed for the attack's sake.
    mutating func replay() {
        played = life.played()
        (sessions, jars) = (played.sessions.count, played.jars)
    }

    /// A session that is the attacker's own.
    mutating func newSession() -> Int {
        sessions += 1
        return sessions - 1
    }

    /// A jar that is the attacker's own.
    mutating func newJar() -> Int {
        jars += 1
        return jars - 1
    }

    /// Adds an action of the attacker's; what lies beyond the world's time is left out.
    mutating func add(_ event: Action.Event, at seconds: Int64) {
        guard seconds < Int64(Timeline.days) * 86_400 else { return }
        let at = Timeline.start.adding(seconds: seconds)
        own.append(Action(at: at, event: event, truth: .attack(attack, number: number)))
    }

    /// A client on one of the attacker's lines.
    func client(_ userAgent: String?, over line: Line, at seconds: Int64) -> Client {
        Client(address: line.address(at: seconds, device: 1_000, in: life.world), userAgent: userAgent)
    }

    /// A log-in and what an attacker looks at then, in some minutes; returns when it is over.
    ///
    /// Manual hijackers looked around for three minutes on average, and stayed for about twenty where it seemed worth it (Google, 2014).
    mutating func takeOver(
        _ session: Int,
        as userAgent: String?,
        over line: Line,
        jar: Int?,
        remembered: Bool,
        at start: Int64,
        requests: ClosedRange<Int> = 2...12
    ) -> Int64 {
        let visitor = client(userAgent, over: line, at: start)
        add(.login(session: session, visitor, browser: jar, remembered: remembered), at: start)
        var now = start + 1
        for _ in 0..<random.integer(requests) {
            now += Int64(1 + random.wait(mean: 120))
            add(.request(session: session, client(userAgent, over: line, at: now)), at: now)
        }
        return now
    }

    /// An attacker's own browser: mostly a Windows computer, now and then a phone.
    mutating func ownUserAgent(at seconds: Int64) -> String {
        let software: Software = random.chance(0.8) ? .computer(random: &random) : .phone(random: &random)
        return software.userAgent(day: Int(seconds / 86_400))
    }

    /// What one of the victim's browsers calls itself at an instant; an attacker who copied it keeps it as it was.
    mutating func victimsUserAgent(at seconds: Int64) -> String {
        life.machines[random.integer(0..<life.machines.count)].software.userAgent(day: Int(seconds / 86_400))
    }
}
