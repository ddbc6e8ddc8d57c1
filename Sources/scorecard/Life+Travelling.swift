/// Some days of one of an account's people somewhere else.
struct Trip: Sendable {
    let member: Int
    /// The day of departure.
    let from: Int
    /// How many nights.
    let days: Int
    let city: Int
    let visitsPerDay: Double
}

extension Life {
    /// Sends somebody away: their visits in that time are made there, none on the way.
    ///
    /// Phones abroad mostly keep the address of the carrier at home, since roaming traffic is carried back there; a third use a local card.
    /// So a traveller's phone and laptop are in two countries at once.
    mutating func travel(_ trip: Trip) {
        let places = world.places
        let distance = places.cities[home].position.kilometres(to: places.cities[trip.city].position)
        let isAbroad = places.cities[home].countryCode != places.cities[trip.city].countryCode
        let hours = Self.hours(kilometres: distance)
        let departure = midnight(trip.from) + Int64(random.number(7...17) * 3_600)
        let arrival = departure + Int64(hours * 3_600)
        let leaving = arrival + Int64(trip.days) * 86_400
        let homecoming = leaving + Int64(hours * 3_600)
        let own = machines.indices.filter { machines[$0].member == trip.member }
        let carried = own.filter { machines[$0].software.platform.isPhone || random.chance(0.5) }
        visits.removeAll { machines[$0.machine].member == trip.member && (departure...homecoming).contains($0.at) }
        guard !carried.isEmpty else { return }

        let hotel = strangersLine(in: trip.city)
        let keepsCarrier = !isAbroad || random.chance(0.65)
        let phoneLine =
            keepsCarrier
            ? add(world.mobileLine(in: home, random: &random))
            : add(world.mobileLine(in: trip.city, random: &random))
        for _ in 0..<random.count(mean: trip.visitsPerDay * Double(trip.days)) {
            let at = arrival + Int64(random.number(0...1) * Double(leaving - arrival))
            let machine = random.pick(carried)
            let isOutside = machines[machine].software.platform.isPhone && random.chance(0.5)
            visit(at, on: machine, over: isOutside ? phoneLine : hotel, in: trip.city)
        }
    }

    /// From door to door: by road at 70 km/h, or by air at 750 km/h and three hours for what is around it.
    private static func hours(kilometres: Double) -> Double {
        min(0.5 + kilometres / 70, 3 + kilometres / 750)
    }
}
