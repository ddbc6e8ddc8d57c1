/// How many of which people and attacks there are: the one table of proportions.
///
/// The shares are per thousand, the reasons stand beside them. They come from published counts where there are any; the rest are estimates,
/// made before any signal existed and not to be changed for one's sake.
enum Mixture {
    /// How many accounts are never attacked, for one seed.
    static let honest = 400
    /// How many accounts are attacked once, for one seed.
    static let attacked = 200

    /// One row of the table.
    struct Share<Kind: Sendable>: Sendable {
        let kind: Kind
        let perThousand: Int
        let reason: String

        init(_ kind: Kind, _ perThousand: Int, because reason: String) {
            (self.kind, self.perThousand, self.reason) = (kind, perThousand, reason)
        }
    }

    static let personas: [Share<Persona>] = [
        Share(.homeAndMobile, 230, because: "the most usual life: most people are online by a phone first"),
        Share(.commuter, 180, because: "about a third of employed people use a computer in an office"),
        Share(.dualStack, 120, because: "nearly half are on IPv6 (Google); these change family all the time"),
        Share(.carrierNAT, 100, because: "a sixth of access networks in 2016 (Richter and others), more since"),
        Share(.vpn, 60, because: "a quarter use a VPN in a month by their own word, few of them to log in"),
        Share(.traveller, 60, because: "one person of sixteen crosses a border in three months (UN Tourism)"),
        Share(.family, 60, because: "a third share an account for films, far fewer one that matters"),
        Share(.officeNAT, 50, because: "accounts that are used at work alone (an estimate)"),
        Share(.rare, 50, because: "many accounts sleep; those that wake now and then (an estimate)"),
        Share(.newMachine, 35, because: "with the 8 % of all others: a phone lasts three years, a computer five"),
        Share(.updates, 25, because: "people with several browsers on one machine (an estimate)"),
        Share(.forgetsCookies, 20, because: "half have used private windows, few do for each log-in"),
        Share(.forgetsPassword, 10, because: "1.5 % forget a password in a month (Florencio and Herley 2007)"),
    ]

    static let attacks: [Share<Attack>] = [
        Share(.stuffing, 270, because: "most attempts: a third of one provider's log-ins (Okta 2022)"),
        Share(.phishedLogin, 220, because: "most takeovers by hand; 400 times the usual risk (Google 2017)"),
        Share(.cookieTheft, 190, because: "39,000 replays a day (Microsoft 2024); stealers' logs are the market"),
        Share(.phishingProxy, 130, because: "kits for rent, 146 % more within a year (Microsoft 2024)"),
        Share(.failures, 80, because: "noise on any page with a password; no takeover (an estimate)"),
        Share(.insider, 60, because: "rare in services' counts, frequent in surveys of victims"),
        Share(.endedToken, 50, because: "logs are sold days after the theft: some tokens come too late"),
    ]

    /// The kinds of a number of accounts, spread as evenly as the shares say: chance decides who, not how many.
    static func dealt<Kind>(_ shares: [Share<Kind>], count: Int) -> [Kind] {
        let total = shares.reduce(0) { $0 + $1.perThousand }
        var dealt = shares.map { _ in 0 }
        return (1...max(1, count)).prefix(count).map { number in
            // Whoever lags behind its share most is next.
            let next = shares.indices.max { left, right in
                lag(shares[left], dealt[left]) < lag(shares[right], dealt[right])
            }
            func lag(_ share: Share<Kind>, _ dealt: Int) -> Int { share.perThousand * number - dealt * total }
            guard let next else { preconditionFailure("the table has rows") }
            dealt[next] += 1
            return shares[next].kind
        }
    }
}
