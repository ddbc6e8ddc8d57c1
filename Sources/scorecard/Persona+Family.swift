extension Life {
    /// Several people with one account: machines of each, sometimes in two places, or two countries, on one day.
    mutating func liveAsFamily() {
        let homeLine = addHomeLine()
        let members = random.integer(2...4)
        for member in 0..<members {
            let mobile = addMobileLine()
            let phone = addPhone(member: member)
            var own = [phone]
            if random.chance(0.5) { own.append(addComputer(member: member)) }
            if random.chance(0.25) { own.append(add(.tablet(random: &random), member: member)) }
            for day in 0..<Timeline.days {
                let mean = visitsPerDay / Double(members) * 1.3
                spend(day, 7...17, visits: mean * 0.35, on: [phone], over: mobile)
                spend(day, 17.2...23, visits: mean * 0.65, on: own, over: homeLine)
            }
        }
        // One of them studies elsewhere, or travels while the others are at home.
        guard random.chance(0.5) else { return }
        let nights = random.integer(3...20)
        let city = random.chance(0.5) ? foreignCity() : random.pick(world.neighbours(of: home, count: 8))
        let from = random.integer(2...(Timeline.days - nights - 5))
        travel(Trip(member: members - 1, from: from, days: nights, city: city, visitsPerDay: visitsPerDay / 2))
    }
}
