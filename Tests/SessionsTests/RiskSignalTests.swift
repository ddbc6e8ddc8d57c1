import SessionsTesting
import Testing

@testable import Sessions

/// Each signal by itself, with what raises it, what it makes of milder cases, and what says nothing.
@Suite struct `A log-in` {
    private let home = Seen()

    @Test func `that is the first one ever raises nothing`() {
        #expect(Seen(.tokyo, on: "198.51.100.9", with: .chrome).signals(after: []).isEmpty)
    }

    @Test func `that is as usual raises nothing`() {
        #expect(home.later(hours: 24).signals(after: [home]).isEmpty)
    }

    @Test func `in a new browser is worth knowing at home, and worth a look elsewhere`() {
        let known = home.later(hours: 24).with(.chrome).unknown
        #expect(known.signals(after: [home]) == [.newBrowser: .info])
        let elsewhere = Seen(.salzburg, on: "192.0.2.5", with: .chrome).unknown.later(hours: 24)
        #expect(elsewhere.signals(after: [home])[.newBrowser] == .warning)
    }

    @Test func `in a browser that forgets its cookies is no more than worth knowing at the usual provider`() {
        let again = home.later(hours: 24).on("203.0.99.5").unknown
        #expect(again.signals(after: [home])[.newBrowser] == .warning)
        let forgetful = (1...3).map { home.later(hours: -$0).unknown } + [home]
        #expect(again.signals(after: forgetful) == [.newBrowser: .info])
        #expect(again.with(.chrome).signals(after: forgetful)[.newBrowser] == .warning)
        #expect(again.on("192.0.2.5").signals(after: forgetful)[.newBrowser] == .warning)
    }

    @Test func `to a new account is expected in new browsers, but not in other countries`() {
        let elsewhere = Seen(.salzburg, on: "192.0.2.5", with: .chrome).unknown.later(hours: 24).ofNewAccount
        #expect(elsewhere.signals(after: [home])[.newBrowser] == .info)
        let abroad = Seen(.tokyo, on: "198.51.100.9", with: .chrome).unknown.later(hours: 72).ofNewAccount
        #expect(abroad.signals(after: [home])[.newCountry] == .critical)
    }

    @Test func `in a new country matters most where the browser is new as well`() {
        let journey = Seen(.tokyo, on: "198.51.100.9").later(hours: 72)
        #expect(journey.signals(after: [home]) == [.newCountry: .info, .newNetwork: .info])
        let signals = journey.unknown.with(.chrome).signals(after: [home])
        #expect(signals == [.newCountry: .critical, .newBrowser: .info, .newNetwork: .info])
    }

    @Test func `in a country that the owner has confirmed is not new`() {
        let confirmed = Seen(.tokyo, on: "198.51.100.9", with: .chrome).unknown.later(hours: 1).judged(.confirmed)
        let next = Seen(.tokyo, on: "198.51.100.10", with: .chrome).later(hours: 72)
        #expect(next.signals(after: [confirmed, home]).isEmpty)
        #expect(next.signals(after: [confirmed.judged(.reported), home])[.newCountry] == .info)
    }

    @Test func `in a country that nobody has objected to for a week is not new`() {
        let moved = Seen(.tokyo, on: "198.51.100.9", with: .chrome).unknown.raised(.newCountry, .critical)
        let next = Seen(.tokyo, on: "198.51.100.10", with: .chrome)
        #expect(next.later(hours: 24 * 6).signals(after: [moved, home])[.newCountry] == .info)
        #expect(next.later(hours: 24 * 7).signals(after: [moved, home])[.newCountry] == nil)
    }

    @Test func `from where nobody gets in that time is critical, unless the browser is known`() {
        let far = Seen(.tokyo, on: "198.51.100.9", with: .chrome).later(hours: 2).unknown
        #expect(far.signals(after: [home])[.impossibleTravel] == .critical)
        #expect(far.known.signals(after: [home])[.impossibleTravel] == .info)
        #expect(far.later(hours: 12).signals(after: [home])[.impossibleTravel] == nil)
    }

    @Test func `tells times and distances as people do`() {
        func message(minutes: Int) -> String? {
            let far = Seen(.tokyo, on: "198.51.100.9", with: .chrome).later(minutes: minutes).unknown
            return far.context(after: [home]).impossibleTravel?.message
        }
        #expect(message(minutes: 0)?.hasPrefix("Moments before your account was used in Austria, at least 9,0") == true)
        #expect(message(minutes: 1)?.hasPrefix("1 minute before ") == true)
        #expect(message(minutes: 119)?.hasPrefix("119 minutes before ") == true)
        #expect(message(minutes: 120)?.hasPrefix("2 hours before ") == true)
    }

    @Test func `over a border is possible: the speed is that between the least distant points of both places`() {
        let near = Seen(.bratislava, on: "198.51.100.9").unknown.later(minutes: 5)
        #expect(near.signals(after: [home])[.impossibleTravel] == nil)
        let vague = Seen(.austria, on: "198.51.100.9").unknown.later(minutes: 5)
        #expect(vague.signals(after: [home])[.impossibleTravel] == nil)
    }

    @Test func `in one country while another session is in use in another one`() {
        let far = Seen(.tokyo, on: "198.51.100.9", with: .chrome).later(hours: 72)
        let session = home.session(usedAt: far.at.adding(seconds: -60))
        #expect(far.unknown.signals(after: [home], sessions: [session])[.severalCountries] == .warning)
        #expect(far.signals(after: [home], sessions: [session])[.severalCountries] == .info)
        let idle = home.session(usedAt: far.at.adding(seconds: -7_200))
        #expect(far.unknown.signals(after: [home], sessions: [idle])[.severalCountries] == nil)
    }

    @Test func `among many sessions, and as one of many new ones`() {
        let next = home.later(hours: 24)
        let old = (0..<39).map { _ in home.session(usedAt: home.at) }
        #expect(next.signals(after: [home], sessions: old) == [.manySessions: .info])
        #expect(next.signals(after: [home], sessions: Array(old.dropLast())).isEmpty)
        let new = (0..<9).map { _ in next.session(usedAt: next.at) }
        #expect(next.signals(after: [home], sessions: new) == [.manySessions: .warning])
    }

    @Test func `after failures matters where browser and network are new`() {
        let next = home.later(hours: 24)
        #expect(next.signals(after: [home], failures: 3) == [.successAfterFailures: .info])
        #expect(next.signals(after: [home], failures: 2).isEmpty)
        let stranger = Seen(.salzburg, on: "192.0.2.5", with: .chrome).unknown.later(hours: 24)
        #expect(stranger.signals(after: [home], failures: 3)[.successAfterFailures] == .warning)
    }

    @Test func `after a long absence matters where browser and network are new`() {
        #expect(home.later(hours: 24 * 60).signals(after: [home]) == [.longAbsence: .info])
        #expect(home.later(hours: 24 * 59).signals(after: [home]).isEmpty)
        let stranger = Seen(.salzburg, on: "192.0.2.5", with: .chrome).unknown.later(hours: 24 * 60)
        #expect(stranger.signals(after: [home])[.longAbsence] == .warning)
    }

    @Test func `of which nothing is known where it is raises nothing about places`() {
        let nowhere = Seen(nil, on: nil).later(hours: 24)
        #expect(nowhere.signals(after: [home]).isEmpty)
        #expect(nowhere.unknown.with(.chrome).signals(after: [home]) == [.newBrowser: .info])
        #expect(home.later(hours: 24).signals(after: [Seen(nil, on: nil)]).isEmpty)
    }

    @Test func `does not become usual because strangers have filled the history`() {
        let strangers = (0..<100).map { number in
            Seen(.tokyo, on: "198.51.100.9", with: .chrome).unknown.later(minutes: number).raised(
                .newCountry,
                .critical
            )
        }
        let next = Seen(.tokyo, on: "198.51.100.9", with: .chrome).unknown.later(hours: 2)
        #expect(next.signals(after: strangers.reversed())[.newCountry] == .critical)
    }

    @Test func `has sentences without finer places than countries, each within its bound`() {
        let far = Seen(.tokyo, on: "198.51.100.9", with: .chrome).later(hours: 2).unknown
        let messages = far.context(after: [home], failures: 9).loginSignals.map(\.message)
        #expect(messages.count >= 4)
        for message in messages {
            #expect(!message.contains("Tokyo") && !message.contains("Vienna"))
            #expect(message.utf8.count <= RiskSignal.messageBytesMax && message.hasSuffix("."))
        }
        #expect(
            RiskSignal(.newBrowser, .info, String(repeating: "é", count: 400)).message.utf8.count
                == RiskSignal.messageBytesMax
        )
    }
}

@Suite struct `A session in use` {
    private let home = Seen()

    @Test func `that goes on in another browser has given its cookie away`() {
        let session = home.session(usedAt: home.at)
        let thief = Seen(.tokyo, on: "198.51.100.9", with: .chrome).later(hours: 30)
        #expect(thief.context(after: [home]).clientChanged(from: session)?.severity == .critical)
        let tool = home.later(hours: 1).with(.chrome)
        #expect(tool.context(after: [home]).clientChanged(from: session)?.severity == .warning)
    }

    @Test func `that goes on in a newer version, or on another network of a provider that the owner uses, is as usual`()
    {
        let session = home.session(usedAt: home.at)
        #expect(home.later(hours: 1).with(.newerFirefox).context(after: [home]).clientChanged(from: session) == nil)
        #expect(home.later(hours: 1).on("203.0.99.5").context(after: [home]).clientChanged(from: session) == nil)
    }

    @Test func `at a desk does not go on with another provider, and a telephone not in another place as well`() {
        let desk = home.session(usedAt: home.at)
        #expect(
            home.later(hours: 1).on("192.0.2.5").context(after: [home]).clientChanged(from: desk)?.severity == .warning
        )
        let phone = home.with(.androidChrome)
        let pocket = phone.session(usedAt: home.at)
        let out = phone.later(hours: 1).on("192.0.2.5")
        #expect(out.context(after: [phone]).clientChanged(from: pocket) == nil)
        let away = Seen(.salzburg, on: "192.0.2.5", with: .androidChrome).later(hours: 30)
        #expect(away.context(after: [phone]).clientChanged(from: pocket)?.severity == .warning)
        #expect(away.ofNewAccount.context(after: [phone]).clientChanged(from: pocket) == nil)
    }

    @Test func `that goes on on a journey is told of once, and never to those who are always on one`() {
        let session = home.session(usedAt: home.at)
        let away = Seen(.tokyo, on: "198.51.100.9").later(hours: 30)
        let told = away.later(hours: -1).raised(.clientChanged, .warning)
        #expect(away.context(after: [told, home]).clientChanged(from: session)?.severity == .info)
        let moves = (1...3).map {
            Seen(.salzburg, on: "192.0.2.\($0)").later(hours: -$0).raised(.clientChanged, .warning)
        }
        #expect(away.context(after: moves + [home]).clientChanged(from: session)?.severity == .info)
    }

    @Test func `that asks for a page's desktop version is the same telephone`() {
        let phone = home.with(.androidChrome)
        let desktop = phone.later(hours: 1).with(.linuxChrome)
        #expect(desktop.context(after: [phone]).clientChanged(from: phone.session(usedAt: phone.at)) == nil)
    }

    @Test func `that goes on in an older version from elsewhere is a copy`() {
        let session = home.with(.newerFirefox).session(usedAt: home.at)
        let copy = home.on("192.0.2.5").later(hours: 1)
        #expect(copy.ofNewAccount.context(after: [home]).clientChanged(from: session)?.severity == .warning)
        #expect(home.later(hours: 1).context(after: [home]).clientChanged(from: session) == nil)
    }

    @Test func `that has ended is asked for by its own device for a while, and by others never`() {
        let session = home.session(usedAt: home.at)
        let own = home.later(minutes: 2)
        let thief = Seen(.tokyo, on: "198.51.100.9", with: .chrome).later(minutes: 2)
        func signal(_ seen: Seen, _ reason: Session.EndReason) -> RiskSignal.Severity? {
            let ending = Session.Ending(at: home.at, reason: reason, by: .system)
            return seen.context(after: [home]).endedTokenUse(of: session, ending)?.severity
        }
        #expect(signal(own, .revoked) == nil)
        #expect(signal(own, .loggedOut) == .info)
        #expect(signal(thief, .revoked) == .critical && signal(thief, .loggedOut) == .critical)
        #expect(signal(thief, .expired) == nil)
        #expect(signal(Seen(.tokyo, on: "198.51.100.9").later(minutes: 2), .revoked) == .critical)
        #expect(signal(home.later(minutes: 0), .loggedOut) == nil)
    }
}

@Suite struct `An event` {
    @Test(arguments: AuditEvent.Kind.allCases)
    func `tells of a burst of failures by itself`(kind: AuditEvent.Kind) {
        let signals = AuditEvent.sample(kind, user: nil).signals
        switch kind {
        case .loginThrottled: #expect(signals.severity == .warning)
        case .accountLocked: #expect(signals.severity == .critical)
        default: #expect(signals.isEmpty)
        }
    }
}

@Suite struct `A distance` {
    @Test func `is that along the earth's surface`() throws {
        let (vienna, tokyo, bratislava) = (Location.vienna, Location.tokyo, Location.bratislava)
        #expect(try abs(#require(vienna.kilometres(to: tokyo)) - 9_130) < 30)
        #expect(try abs(#require(vienna.kilometres(to: bratislava)) - 55) < 5)
        #expect(vienna.leastKilometres(to: bratislava) == 0)
        var east = Location()
        var west = Location()
        (east.latitude, east.longitude) = (0, 179.5)
        (west.latitude, west.longitude) = (0, -179.5)
        #expect(try abs(#require(east.kilometres(to: west)) - 111) < 1)
        #expect(Location().kilometres(to: vienna) == nil)
    }

    @Test func `tells of an area only where both have a city or another country`() {
        #expect(Location.vienna.isNear(.vienna) == true)
        #expect(Location.vienna.isNear(.salzburg) == false)
        #expect(Location.vienna.isNear(.austria) == nil)
        #expect(Location.austria.isNear(.tokyo) == false)
        #expect(Location().isNear(.tokyo) == nil)
    }
}

/// An account as it was seen once.
private struct Seen {
    var at = ManualClock.start
    var place: Location?
    var network: String?
    var client: Device
    var isKnown = true
    var signals: [RiskSignal] = []
    var verdict: Sighting.Verdict?
    var isOfNewAccount = false

    /// At home in Vienna, with a browser that is known.
    init(_ place: Location? = .vienna, on network: String? = "203.0.113.7", with client: Device = .firefox) {
        (self.place, self.network, self.client) = (place, network, client)
    }

    private func with(_ change: (inout Seen) -> Void) -> Seen {
        var seen = self
        change(&seen)
        return seen
    }

    func later(hours: Int) -> Seen { later(minutes: 60 * hours) }
    func later(minutes: Int) -> Seen { with { $0.at = at.adding(seconds: 60 * Int64(minutes)) } }
    func on(_ network: String) -> Seen { with { $0.network = network } }
    func with(_ client: Device) -> Seen { with { $0.client = client } }
    var unknown: Seen { with { $0.isKnown = false } }
    var ofNewAccount: Seen { with { $0.isOfNewAccount = true } }
    var known: Seen { with { $0.isKnown = true } }
    func judged(_ verdict: Sighting.Verdict) -> Seen { with { $0.verdict = verdict } }
    func raised(_ code: RiskSignal.Code, _ severity: RiskSignal.Severity) -> Seen {
        with { $0.signals = [RiskSignal(code, severity, "Something.")] }
    }

    /// Of an account that is not new any more.
    private static let user = UserID.make(at: ManualClock.start.adding(seconds: -2_592_000))

    private var sighting: Sighting {
        Sighting(
            id: .make(at: at),
            userID: isOfNewAccount ? .make(at: ManualClock.start) : Self.user,
            sessionID: .make(at: at),
            at: at,
            network: network.flatMap(IPAddress.init)?.network,
            location: place,
            device: client,
            isBrowserKnown: isKnown,
            signals: signals,
            verdict: verdict
        )
    }

    func session(usedAt time: Timestamp) -> Session {
        Session(
            id: .make(at: at),
            userID: Self.user,
            epoch: 1,
            tokenDigest: TokenDigest(of: []),
            authentication: .password,
            authenticatedAt: at,
            createdAt: at,
            expiresAt: at.adding(seconds: 2_592_000),
            isRemembered: true,
            signInAddress: network.flatMap(IPAddress.init),
            lastActivity: time,
            address: network.flatMap(IPAddress.init),
            userAgent: nil,
            device: client,
            location: place,
            ending: nil
        )
    }

    func context(after history: [Seen], sessions: [Session] = [], failures: Int = 0) -> RiskContext {
        RiskContext(of: sighting, history: history.map(\.sighting), sessions: sessions, failures: failures)
    }

    func signals(
        after history: [Seen],
        sessions: [Session] = [],
        failures: Int = 0
    ) -> [RiskSignal.Code: RiskSignal.Severity] {
        let signals = context(after: history, sessions: sessions, failures: failures).loginSignals
        return Dictionary(uniqueKeysWithValues: signals.map { ($0.code, $0.severity) })
    }
}

extension Device {
    fileprivate static let firefox = Device(userAgent: Client.desktop.userAgent)
    fileprivate static let newerFirefox = Device(
        userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
    )
    fileprivate static let chrome = Device(
        userAgent: """
            Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36
            """
    )
    fileprivate static let androidChrome = Device(
        userAgent: """
            Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36
            """
    )
    fileprivate static let linuxChrome = Device(
        userAgent:
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
    )
}

extension Location {
    private static func place(_ city: String?, _ country: String, _ code: String, _ at: (Double, Double)) -> Location {
        var location = Location()
        (location.city, location.country, location.countryCode) = (city, country, code)
        (location.latitude, location.longitude) = at
        return location
    }

    fileprivate static let vienna = place("Vienna", "Austria", "AT", (48.21, 16.37))
    fileprivate static let salzburg = place("Salzburg", "Austria", "AT", (47.80, 13.04))
    fileprivate static let austria = place(nil, "Austria", "AT", (47.33, 13.33))
    fileprivate static let bratislava = place("Bratislava", "Slovakia", "SK", (48.15, 17.11))
    fileprivate static let tokyo = place("Tokyo", "Japan", "JP", (35.68, 139.69))
}
