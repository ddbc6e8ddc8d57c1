extension Life {
    /// Behind a carrier's NAT at home and outside: the address changes within hours, among several pools.
    ///
    /// A study of CGNAT's spread (Richter and others, 2016) found it in 17 % of fixed networks and in nearly all mobile ones.
    mutating func liveBehindCarrierNAT() {
        let mobile = addMobileLine()
        var line = world.homeLine(in: home, as: .carrierNAT, ipv6Chance: 0.3, random: &random)
        if random.chance(0.4) { line.leaseSeconds = 900 }
        let homeLine = add(line)
        let phone = addPhone()
        let atHome = random.chance(0.5) ? [phone, addComputer()] : [phone]
        spendDays(machines: atHome, phones: [phone], home: homeLine, mobile: mobile, atHome: 0.6)
    }
}
