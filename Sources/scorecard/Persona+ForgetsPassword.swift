extension Life {
    /// Logs out each time and does not remember the password: one to four wrong ones before the right one.
    mutating func liveForgetful() {
        let (homeLine, mobile) = (addHomeLine(), addMobileLine())
        let phone = addPhone()
        let computer = addComputer()
        for machine in machines.indices {
            machines[machine].isRemembered = false
            machines[machine].logoutChance = 0.6
            machines[machine].failureChance = random.number(0.3...0.6)
            machines[machine].failuresMax = 4
        }
        spendDays(machines: [phone, computer], phones: [phone], home: homeLine, mobile: mobile)
    }
}
