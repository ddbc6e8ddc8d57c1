extension Life {
    /// A new phone or computer, or one that is installed anew, at some time in the three months.
    mutating func liveWithNewMachine() {
        let (homeLine, mobile) = (addHomeLine(), addMobileLine())
        let phone = addPhone()
        let computer = addComputer()
        spendDays(machines: [phone, computer], phones: [phone], home: homeLine, mobile: mobile)
        replaceMachine()
    }

    /// Replaces a machine from some day on: another system or browser, or the same one without its cookies.
    ///
    /// Most people stay with the system that they know. A third end the old machine's session from the new one.
    mutating func replaceMachine() {
        guard !machines.isEmpty else { return }
        let old = random.integer(0..<machines.count)
        let since = Int64(random.integer(5...(Timeline.days - 3))) * 86_400 + Int64(random.integer(0..<86_400))
        guard
            let first = visits.indices.filter({ visits[$0].machine == old && visits[$0].at >= since })
                .min(by: { visits[$0].at < visits[$1].at })
        else { return }
        if random.chance(0.2) {
            // Installed anew: what was there is gone, the software is the same.
            let last = visits.indices.filter { visits[$0].machine == old && visits[$0].at < since }
                .max { visits[$0].at < visits[$1].at }
            if let last { visits[last].ending = .clear }
            return
        }
        var software = machines[old].software
        let keeps = random.chance(0.8)
        if !keeps { software = software.platform.isPhone ? .phone(random: &random) : .computer(random: &random) }
        software.delayDays = 0
        let new = add(software, member: machines[old].member)
        for index in visits.indices where visits[index].machine == old && visits[index].at >= since {
            visits[index].machine = new
        }
        if random.chance(0.33) { visits[first].ending = .revoke(machine: old) }
    }
}
