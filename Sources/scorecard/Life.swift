import Sessions

/// Where somebody lives, what they own, and when they visit: what a persona fills in.
///
/// Times are seconds since ``Timeline/start``.
struct Life: Sendable {
    let person: Int
    let persona: Persona
    let world: World
    var random: SeededGenerator
    /// The city of the home.
    let home: Int
    /// How often they visit, on average, a day.
    let visitsPerDay: Double
    var machines: [Machine] = []
    var lines: [Line] = []
    var visits: [Visit] = []

    /// One visit: who, whence, when, and whether it ends the session.
    struct Visit: Sendable {
        let at: Int64
        var machine: Int
        var line: Int
        let city: Int
        var ending: Ending = .none
        /// Whether the phone or tablet asks for the page of computers, and calls itself one.
        var asksForDesktopSite = false
    }

    /// What becomes of a session at the end of a visit.
    enum Ending: Sendable, Hashable {
        /// It lives on.
        case none
        /// As the owner's habits have it.
        case logOut
        /// The owner revokes the session of another machine.
        case revoke(machine: Int)
        /// The cookies of the machine are deleted.
        case clear
    }

    /// Draws who it is: home, activity, and nothing else yet.
    init(person: Int, persona: Persona, in world: World) {
        var random = SeededGenerator(seed: world.seed, stream: 2, UInt64(person))
        // The root flattens the weight of the largest countries: a service has users in many of them, not half of them in two.
        let country = random.pick(world.places.countries) { $0.users.squareRoot() }
        // The first cities of a country are the largest.
        home = country.cities[Int(Double(country.cities.count) * random.unit() * random.unit())]
        visitsPerDay = max(0.3, min(8, random.wait(mean: 2.2)))
        (self.person, self.persona, self.world, self.random) = (person, persona, world, random)
    }

    /// Local midnight of a day at home, in seconds since the start.
    func midnight(_ day: Int) -> Int64 {
        Int64(day) * 86_400 - world.places.cities[home].position.zoneSeconds
    }

    /// Whether a day is a Saturday or a Sunday; the first day is a Monday.
    func isWeekend(_ day: Int) -> Bool { day % 7 > 4 }

    /// Where the people really were.
    var whereabouts: [Timeline.Whereabouts] {
        visits.sorted { $0.at < $1.at }.map { visit in
            Timeline.Whereabouts(
                at: Timeline.start.adding(seconds: visit.at),
                member: machines[visit.machine].member,
                position: world.places.cities[visit.city].position
            )
        }
    }
}

extension Life {
    /// Adds a line and returns its number.
    mutating func add(_ line: Line) -> Int {
        lines.append(line)
        return lines.count - 1
    }

    /// Adds a machine with ordinary habits and returns its number.
    ///
    /// Habits: about half tick "remember me" where it is offered; few log out on machines of their own; one log-in of twenty begins with a
    /// wrong password (Florencio and Herley, 2007, saw 1.5 % of Yahoo's users forget theirs in a month, and mistyping on top).
    mutating func add(_ software: Software, member: Int = 0) -> Int {
        let isPhone = software.platform.isPhone
        machines.append(
            Machine(
                software: software,
                member: member,
                isRemembered: random.chance(isPhone ? 0.75 : 0.55),
                logoutChance: random.chance(0.15) ? 0.4 : 0.01,
                failureChance: random.number(0.01...0.08)
            )
        )
        return machines.count - 1
    }

    mutating func addPhone(member: Int = 0) -> Int { add(.phone(random: &random), member: member) }
    mutating func addComputer(member: Int = 0) -> Int { add(.computer(random: &random), member: member) }

    /// A home line as they are: of three, one steady, one leased; behind a carrier's NAT the third at most.
    mutating func addHomeLine() -> Int {
        let shapes: [(World.HomeLine, Double)] = [(.steady, 40), (.leased, 45), (.carrierNAT, 15)]
        let shape = random.pick(shapes, weight: \.1).0
        return add(world.homeLine(in: home, as: shape, ipv6Chance: 0.45, random: &random))
    }

    mutating func addMobileLine() -> Int { add(world.mobileLine(in: home, random: &random)) }

    /// Adds the visits of some hours of a day.
    ///
    /// - Parameters:
    ///   - day: The day.
    ///   - hours: From when to when, by the clock at home.
    ///   - mean: How many visits on average.
    ///   - machines: From which, each as likely.
    ///   - line: Over which line.
    ///   - city: Where they really are; `nil` for home.
    mutating func spend(
        _ day: Int,
        _ hours: ClosedRange<Double>,
        visits mean: Double,
        on machines: [Int],
        over line: Int,
        in city: Int? = nil
    ) {
        let city = city ?? home
        // By the clock at home: whoever works across the line between two hours would else be in both at once.
        for _ in 0..<random.count(mean: mean) {
            let at = midnight(day) + Int64(random.number(hours) * 3_600)
            visit(at, on: random.pick(machines), over: line, in: city)
        }
    }

    /// Adds one visit; those outside of the world's time are not made.
    mutating func visit(_ at: Int64, on machine: Int, over line: Int, in city: Int, ending: Ending = .none) {
        guard (0..<Int64(Timeline.days) * 86_400).contains(at) else { return }
        visits.append(Visit(at: at, machine: machine, line: line, city: city, ending: ending))
    }
}
