extension Life {
    /// Wi-Fi at home, the carrier outside, one phone between both and perhaps a computer at home.
    ///
    /// For many, in poorer countries for most, the phone is the only machine.
    mutating func liveAtHomeAndMobile() {
        let (homeLine, mobile) = (addHomeLine(), addMobileLine())
        let phone = addPhone()
        let atHome = random.chance(0.5) ? [phone, addComputer()] : [phone]
        spendDays(machines: atHome, phones: [phone], home: homeLine, mobile: mobile, atHome: random.number(0.3...0.8))
    }
}
