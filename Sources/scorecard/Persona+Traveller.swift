extension Life {
    /// One to four trips in the three months, most of them abroad: for business some days, for holidays a week or two.
    ///
    /// 1.4 thousand million arrivals abroad a year (UN Tourism, 2024) over 5.5 thousand million people online is one trip for sixteen of
    /// them in a quarter of a year, and the same people travel again and again.
    mutating func liveAsTraveller() {
        let (homeLine, mobile) = (addHomeLine(), addMobileLine())
        let phone = addPhone()
        let laptop = addComputer()
        spendDays(machines: [phone, laptop], phones: [phone], home: homeLine, mobile: mobile)
        var day = random.integer(1...25)
        for _ in 0..<random.integer(1...4) {
            let isBusiness = random.chance(0.5)
            let nights = isBusiness ? random.integer(1...4) : random.integer(5...14)
            guard day + nights + 3 < Timeline.days else { break }
            let city = random.chance(0.75) ? foreignCity() : random.pick(world.country(of: home).cities)
            travel(Trip(member: 0, from: day, days: nights, city: city, visitsPerDay: visitsPerDay * 0.8))
            day += nights + random.integer(5...25)
        }
    }

    /// A city abroad: most trips lead to near countries (four of five stay in their part of the world).
    mutating func foreignCity() -> Int {
        let own = world.country(of: home).code
        let position = world.places.cities[home].position
        let country = random.pick(world.places.countries) { country in
            guard country.code != own else { return 0 }
            let distance = world.places.cities[country.mainCity].position.kilometres(to: position)
            return country.users.squareRoot() / (400 + distance)
        }
        return random.chance(0.6) ? country.mainCity : random.pick(country.cities)
    }
}
