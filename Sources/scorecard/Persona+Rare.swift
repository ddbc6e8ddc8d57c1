extension Life {
    /// Weeks of absence, then a visit or two: with browsers that have been updated and addresses that have changed meanwhile.
    mutating func liveRarely() {
        let (homeLine, mobile) = (addHomeLine(), addMobileLine())
        let phone = addPhone()
        let machine = random.chance(0.5) ? addComputer() : phone
        let pause = random.number(8...30)
        var day = random.number(1...10)
        while Int(day) < Timeline.days {
            let (isAtHome, hour) = (random.chance(0.7), random.number(8...22))
            for _ in 0...random.count(mean: 0.5) {
                let at = midnight(Int(day)) + Int64((hour + random.number(0...1)) * 3_600)
                visit(at, on: isAtHome ? machine : phone, over: isAtHome ? homeLine : mobile, in: home)
            }
            day += max(1, random.wait(mean: pause))
        }
    }
}
