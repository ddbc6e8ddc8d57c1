/// A kind of honest person: the one trait that stands out in how they use the account.
///
/// Everybody has other traits too, as often as people have them: IPv6 at home, a weekend away, a new phone.
enum Persona: String, Hashable, Sendable, CaseIterable {
    case commuter = "commuter"
    case homeAndMobile = "home and mobile"
    case dualStack = "dual stack"
    case carrierNAT = "carrier NAT"
    case vpn = "VPN"
    case traveller = "traveller"
    case family = "family"
    case officeNAT = "office NAT"
    case rare = "rare user"
    case newMachine = "new machine"
    case updates = "updates, many browsers"
    case forgetsCookies = "forgets cookies"
    case forgetsPassword = "forgets password"
}

extension Life {
    /// Fills in the visits of all months.
    mutating func live() {
        switch persona {
        case .commuter: liveAsCommuter()
        case .homeAndMobile: liveAtHomeAndMobile()
        case .dualStack: liveOnDualStack()
        case .carrierNAT: liveBehindCarrierNAT()
        case .vpn: liveWithVPN()
        case .traveller: liveAsTraveller()
        case .family: liveAsFamily()
        case .officeNAT: liveBehindOfficeNAT()
        case .rare: liveRarely()
        case .newMachine: liveWithNewMachine()
        case .updates: liveWithManyBrowsers()
        case .forgetsCookies: liveWithoutCookies()
        case .forgetsPassword: liveForgetful()
        }
        liveThroughIncidents()
    }

    /// Ordinary days at home with a phone's carrier outside: what most personas are built upon.
    ///
    /// - Parameters:
    ///   - machines: For the visits at home.
    ///   - phones: For those outside.
    ///   - home: The line at home.
    ///   - mobile: The line outside.
    ///   - share: How many of the visits are made at home.
    mutating func spendDays(
        machines: [Int],
        phones: [Int],
        home: Int,
        mobile: Int,
        atHome share: Double = 0.7
    ) {
        for day in 0..<Timeline.days {
            spend(day, 6.5...8, visits: visitsPerDay * share * 0.2, on: machines, over: home)
            spend(day, 8...18, visits: visitsPerDay * (1 - share), on: phones, over: mobile)
            spend(day, 18...23.5, visits: visitsPerDay * share * 0.8, on: machines, over: home)
        }
    }
}
