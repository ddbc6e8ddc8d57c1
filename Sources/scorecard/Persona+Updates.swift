extension Life {
    /// Two or three browsers on each machine, all of them updated on the day of a release.
    mutating func liveWithManyBrowsers() {
        let (homeLine, mobile) = (addHomeLine(), addMobileLine())
        var (phones, computers) = ([addPhone()], [addComputer()])
        for _ in 0..<random.integer(1...2) {
            computers.append(add(machines[computers[0]].software.sibling(random: &random)))
        }
        if random.chance(0.4) { phones.append(add(machines[phones[0]].software.sibling(random: &random))) }
        for machine in machines.indices { machines[machine].software.delayDays = random.integer(0...1) }
        spendDays(machines: phones + computers + computers, phones: phones, home: homeLine, mobile: mobile)
    }
}
