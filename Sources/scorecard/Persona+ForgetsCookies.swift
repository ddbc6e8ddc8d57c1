extension Life {
    /// Private windows, or a browser that clears its cookies at exit: each visit is a log-in from a browser that nobody knows.
    ///
    /// Surveys say that nearly half of people have used private windows; those who do so for accounts are few.
    mutating func liveWithoutCookies() {
        let (homeLine, mobile) = (addHomeLine(), addMobileLine())
        let phone = addPhone()
        let computer = addComputer()
        let everywhere = random.chance(0.4)
        for machine in machines.indices where everywhere || machine == computer {
            machines[machine].forgetsCookies = true
            machines[machine].isRemembered = random.chance(0.1)
            machines[machine].logoutChance = 0.3
        }
        spendDays(machines: [phone, computer, computer], phones: [phone], home: homeLine, mobile: mobile)
    }
}
