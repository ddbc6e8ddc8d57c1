extension Life {
    /// What befalls everybody now and then, whatever their persona, each at its chance in three months.
    mutating func liveThroughIncidents() {
        // Surveys of the European Union count about one trip in the own country for each adult in a quarter; most leave the account alone.
        if persona != .traveller, persona != .family, random.chance(0.3) { leaveForWeekend() }
        // A phone every three years and a computer every five are 14 %; the persona has its share of them, here is the rest.
        if persona != .newMachine, random.chance(0.08) { replaceMachine() }
        // People move every ten years or so and change their provider or carrier rather more often.
        if random.chance(0.06) { changeLine() }
        // The rest are estimates: no source counts them, but whoever runs a service meets them.
        if random.chance(0.3) { connectElsewhere() }
        if random.chance(0.08) { borrowMachine() }
        if random.chance(0.05) { openInApplication() }
        if random.chance(0.05) { askForDesktopSites() }
        if persona != .vpn, random.chance(0.06) { connectThroughRelay() }
    }

    private mutating func leaveForWeekend() {
        let day = random.integer(0..<(Timeline.days / 7)) * 7 + 4
        let city = random.pick(world.neighbours(of: home, count: 8))
        travel(Trip(member: 0, from: day, days: 2, city: city, visitsPerDay: visitsPerDay / 2))
    }

    /// From some day on another provider at home, or another carrier.
    private mutating func changeLine() {
        let since = Int64(random.integer(5..<Timeline.days)) * 86_400
        let kind: World.Owner.Kind = random.chance(0.5) ? .home : .mobile
        guard let old = lines.firstIndex(where: { world.blocks[$0.blocks[0]].owner.kind == kind }) else { return }
        let new = kind == .home ? addHomeLine() : addMobileLine()
        for index in visits.indices where visits[index].line == old && visits[index].at >= since {
            visits[index].line = new
        }
    }

    /// Some visits over the Wi-Fi of a café, a train or a friend, with one's own machine.
    private mutating func connectElsewhere() {
        for _ in 0..<random.integer(1...4) {
            guard let index = someVisit() else { return }
            visits[index].line = strangersLine(in: visits[index].city)
        }
    }

    /// A line of a café, a hotel or a friend: an office's in some places, a home's in others.
    mutating func strangersLine(in city: Int) -> Int {
        random.chance(0.5)
            ? add(world.officeLine(in: city, random: &random))
            : add(world.homeLine(in: city, as: .leased, ipv6Chance: 0.4, random: &random))
    }

    /// One visit from somebody else's computer: at a friend's, at a library, at the desk of a hotel.
    ///
    /// Takes the place of a visit, so that nobody is in two places.
    private mutating func borrowMachine() {
        guard let index = someVisit() else { return }
        let borrowed = add(.computer(random: &random), member: machines[visits[index].machine].member)
        machines[borrowed].isRemembered = false
        machines[borrowed].logoutChance = 0.7
        visits[index].machine = borrowed
        visits[index].line = strangersLine(in: visits[index].city)
    }

    /// A link that opens within an application: a view without the browser's cookies, with a name of its own.
    private mutating func openInApplication() {
        let phones = machines.indices.filter { machines[$0].software.platform.isPhone }
        guard let phone = phones.first else { return }
        var software = machines[phone].software
        software.browser = .application
        let view = add(software, member: machines[phone].member)
        for _ in 0..<random.integer(1...4) {
            let own = visits.indices.filter { visits[$0].machine == phone }
            guard !own.isEmpty else { return }
            visits[random.pick(own)].machine = view
        }
    }

    private mutating func someVisit() -> Int? { visits.isEmpty ? nil : random.integer(0..<visits.count) }

    /// Now and then a phone asks for the page of computers, and changes its user agent within a session.
    private mutating func askForDesktopSites() {
        for index in visits.indices where machines[visits[index].machine].software.platform.isPhone {
            visits[index].asksForDesktopSite = random.chance(0.05)
        }
    }

    /// Safari through a relay, as iCloud's Private Relay: addresses that change within the hour, of another owner, near the city.
    ///
    /// It is part of every paid iCloud, and off in most offices.
    private mutating func connectThroughRelay() {
        let block = world.block(.office, near: home, random: &random)
        let relay = add(
            Line(seed: random.next(), blocks: [block], leaseSeconds: 2_400, poolAddresses: 200, isPerDevice: true)
        )
        let isSafari = machines.map { $0.software.browser == .safari }
        for index in visits.indices where isSafari[visits[index].machine] && visits[index].city == home {
            visits[index].line = relay
        }
    }
}
