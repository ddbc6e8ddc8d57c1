extension Life {
    /// A VPN always, or now and then; exits in data centres, half of them in other countries.
    ///
    /// Most users of such services choose the nearest exit, since it is the fastest; others look for films or freedom elsewhere.
    mutating func liveWithVPN() {
        let (homeLine, mobile) = (addHomeLine(), addMobileLine())
        let phone = addPhone()
        let computer = addComputer()
        let exits = addExits()
        let share = random.chance(0.4) ? 0.95 : random.number(0.1...0.5)
        for day in 0..<Timeline.days {
            // One exit for a day: applications stay connected, or connect to the last one again.
            let exit = exits[random.chance(0.7) ? 0 : random.integer(0..<exits.count)]
            let isOn = random.chance(share)
            spend(day, 7...23.5, visits: visitsPerDay * 0.7, on: [computer, phone], over: isOn ? exit : homeLine)
            spend(day, 8...20, visits: visitsPerDay * 0.3, on: [phone], over: isOn && share > 0.9 ? exit : mobile)
        }
    }

    private mutating func addExits() -> [Int] {
        let own = world.country(of: home).code
        let centres = world.dataCentreCities
        let position = world.places.cities[home].position
        let nearest = centres.min {
            world.places.cities[$0].position.kilometres(to: position)
                < world.places.cities[$1].position.kilometres(to: position)
        }
        let foreign = centres.filter { world.places.cities[$0].countryCode != own }
        var cities = (0..<random.integer(1...3)).map { _ in random.pick(foreign) }
        if let nearest, random.chance(0.5) { cities.insert(nearest, at: 0) }
        return cities.map { city in
            // A provider has several servers in a city: each connection may end at another one.
            var line = world.serverLine(in: city, random: &random)
            line.leaseSeconds = 43_200
            line.poolAddresses = random.integer(2...12)
            return add(line)
        }
    }
}
