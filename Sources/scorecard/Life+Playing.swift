import Sessions

extension Life {
    /// What came of the visits.
    struct Played: Sendable {
        var actions: [Action] = []
        /// The sessions, in the order of their numbers.
        var sessions: [Session] = []
        /// How many jars of cookies there have been.
        var jars = 0
    }

    /// A session of the owner's: its machine, and when it lived.
    struct Session: Sendable {
        let machine: Int
        let opened: Int64
        /// When it was ended, or when its lifetime is over.
        var ended: Int64
        let isRemembered: Bool
        /// Whether somebody ended it, instead of its lifetime.
        var wasEnded = false
    }

    /// Plays the visits in the order of time: whoever has no live session logs in.
    func played() -> Played {
        var player = VisitPlayer(life: self)
        for visit in visits.sorted(by: { ($0.at, $0.machine) < ($1.at, $1.machine) }) { player.play(visit) }
        player.played.actions.sort { $0.at < $1.at }
        return player.played
    }

    /// The client of a visit at an instant of it.
    func client(of visit: Visit, at seconds: Int64) -> Client {
        var software = machines[visit.machine].software
        if visit.asksForDesktopSite { software = software.askingForDesktopSite }
        let address = lines[visit.line].address(at: seconds, device: visit.machine, in: world)
        return Client(address: address, userAgent: software.userAgent(day: Int(seconds / 86_400)))
    }
}

/// What the machines hold while visits are played.
private struct VisitPlayer {
    let life: Life
    var played = Life.Played()
    /// Chance of its own: what a persona draws stays the same when this draws more.
    private var random: SeededGenerator
    private var jars: [Int?]
    private var live: [Int?]
    /// Until when a machine is busy, so that visits of one machine do not overlap.
    private var free: [Int64]

    init(life: Life) {
        self.life = life
        random = SeededGenerator(seed: life.world.seed, stream: 3, UInt64(life.person))
        jars = life.machines.map { _ in nil }
        live = jars
        free = life.machines.map { _ in 0 }
    }

    mutating func play(_ visit: Life.Visit) {
        let machine = life.machines[visit.machine]
        var now = max(visit.at, free[visit.machine])
        if liveSession(of: visit.machine, at: now) == nil { now = logIn(visit, at: now) }
        guard let session = live[visit.machine] else { return }
        // A log-in is followed by a page; a longer visit by another one, perhaps from another address.
        now += Int64(random.integer(1...4))
        add(.request(session: session, client(visit, at: now)), at: now)
        if random.chance(0.35) {
            now += Int64(random.integer(30...900))
            if now < played.sessions[session].ended { add(.request(session: session, client(visit, at: now)), at: now) }
        }
        end(visit, machine: machine, session: session, at: now + 1)
        free[visit.machine] = now + 2
    }

    private func client(_ visit: Life.Visit, at now: Int64) -> Client {
        life.client(of: visit, at: now)
    }

    /// The machine's session when it will live through a visit.
    private func liveSession(of machine: Int, at now: Int64) -> Int? {
        guard let session = live[machine], now + 5 < played.sessions[session].ended else { return nil }
        return session
    }

    private mutating func logIn(_ visit: Life.Visit, at start: Int64) -> Int64 {
        let machine = life.machines[visit.machine]
        var now = start
        if machine.forgetsCookies {
            jars[visit.machine] = nil
        } else if jars[visit.machine] == nil {
            jars[visit.machine] = played.jars
            played.jars += 1
        }
        if random.chance(machine.failureChance) {
            for _ in 0..<random.integer(1...machine.failuresMax) {
                add(.failedLogin(client(visit, at: now), browser: jars[visit.machine]), at: now)
                now += Int64(random.integer(5...60))
            }
        }
        let session = played.sessions.count
        let lifetime = SessionPolicy.lifetimeSeconds(isRemembered: machine.isRemembered)
        played.sessions.append(
            Life.Session(
                machine: visit.machine,
                opened: now,
                ended: now + lifetime,
                isRemembered: machine.isRemembered
            )
        )
        live[visit.machine] = session
        let remembered = machine.isRemembered
        add(
            .login(session: session, client(visit, at: now), browser: jars[visit.machine], remembered: remembered),
            at: now
        )
        return now
    }

    private mutating func end(_ visit: Life.Visit, machine: Machine, session: Int, at now: Int64) {
        switch visit.ending {
        case .logOut:
            end(session, of: visit.machine, at: now, by: .logout(session: session))
        case .revoke(let other):
            guard let session = liveSession(of: other, at: now), free[other] <= now else { break }
            end(session, of: other, at: now, by: .revoke(session: session))
        case .clear:
            (jars[visit.machine], live[visit.machine]) = (nil, nil)
        case .none:
            if random.chance(machine.logoutChance) {
                end(session, of: visit.machine, at: now, by: .logout(session: session))
            }
        }
        if machine.forgetsCookies { live[visit.machine] = nil }
    }

    private mutating func end(_ session: Int, of machine: Int, at now: Int64, by event: Action.Event) {
        guard now < played.sessions[session].ended else { return }
        add(event, at: now)
        played.sessions[session].ended = now
        played.sessions[session].wasEnded = true
        live[machine] = nil
    }

    private mutating func add(_ event: Action.Event, at seconds: Int64) {
        let at = Timeline.start.adding(seconds: seconds)
        played.actions.append(Action(at: at, event: event, truth: .honest))
    }
}
