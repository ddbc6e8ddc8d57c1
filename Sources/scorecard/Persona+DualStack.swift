extension Life {
    /// IPv4 and IPv6 at home and outside: the family changes every few minutes, within one session.
    ///
    /// Some have IPv6 by a tunnel or over a gateway, which the file puts elsewhere: the block of a city's IPv6 is not that of its IPv4.
    mutating func liveOnDualStack() {
        let shape: World.HomeLine = random.chance(0.5) ? .steady : .leased
        var line = world.homeLine(in: home, as: shape, ipv6Chance: 1, random: &random)
        line.ipv6Share = random.number(0.3...0.8)
        let (homeLine, mobile) = (add(line), addMobileLine())
        let phone = addPhone()
        let computer = addComputer()
        spendDays(machines: [phone, computer], phones: [phone], home: homeLine, mobile: mobile)
    }
}
