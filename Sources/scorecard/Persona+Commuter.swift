extension Life {
    /// Home, the way with the phone, an office with a computer of its own: five days a week.
    ///
    /// For a third the office is in a town nearby.
    mutating func liveAsCommuter() {
        let (homeLine, mobile) = (addHomeLine(), addMobileLine())
        let town = random.chance(0.33) ? world.neighbours(of: home, count: 1)[0] : home
        let distance = world.places.cities[home].position.kilometres(to: world.places.cities[town].position)
        let workplace = distance < 60 ? town : home
        let office = add(world.officeLine(in: workplace, random: &random))
        let phone = addPhone()
        let work = addComputer()
        let atHome = random.chance(0.6) ? [phone, addComputer()] : [phone]
        for day in 0..<Timeline.days {
            if isWeekend(day) || random.chance(0.1) {
                spend(day, 8...23, visits: visitsPerDay * 0.6, on: atHome, over: homeLine)
                spend(day, 10...20, visits: visitsPerDay * 0.2, on: [phone], over: mobile)
                continue
            }
            spend(day, 6.5...7.5, visits: visitsPerDay * 0.1, on: atHome, over: homeLine)
            spend(day, 7.5...8.2, visits: visitsPerDay * 0.1, on: [phone], over: mobile)
            spend(day, 9...17, visits: visitsPerDay * 0.35, on: [work], over: office, in: workplace)
            spend(day, 9...17, visits: visitsPerDay * 0.1, on: [phone], over: mobile, in: workplace)
            spend(day, 18...18.5, visits: visitsPerDay * 0.1, on: [phone], over: mobile)
            spend(day, 19...23, visits: visitsPerDay * 0.25, on: atHome, over: homeLine)
        }
    }
}
