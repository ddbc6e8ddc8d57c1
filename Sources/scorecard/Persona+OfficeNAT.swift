extension Life {
    /// At work only, from one address for the whole office; for a third it is the gateway of a security service.
    ///
    /// Such gateways stand in data centres, often in another city and now and then in another country, and move between those.
    mutating func liveBehindOfficeNAT() {
        let office: [Int]
        if random.chance(0.33) {
            let position = world.places.cities[home].position
            let near = world.dataCentreCities.sorted {
                world.places.cities[$0].position.kilometres(to: position)
                    < world.places.cities[$1].position.kilometres(to: position)
            }
            office = near.prefix(2).map { city in
                var line = world.serverLine(in: city, random: &random)
                line.leaseSeconds = 86_400
                line.poolAddresses = random.integer(2...8)
                return add(line)
            }
        } else {
            office = [add(world.officeLine(in: home, random: &random))]
        }
        let mobile = addMobileLine()
        let computer = addComputer()
        let phone = addPhone()
        for day in 0..<Timeline.days where !isWeekend(day) && !random.chance(0.08) {
            let line = office[random.chance(0.95) ? 0 : office.count - 1]
            spend(day, 8.5...17.5, visits: visitsPerDay, on: [computer], over: line)
            spend(day, 18...22, visits: visitsPerDay * 0.1, on: [phone], over: mobile)
        }
    }
}
