import Sessions
import Testing

@testable import scorecard

@Suite struct ScoringTests {
    private let client = Client(address: IPAddress("192.0.2.1"), userAgent: nil)

    private func timeline(_ person: Int, attack: Attack?, _ actions: [(Int64, Action.Event)]) -> Timeline {
        Timeline(
            person: person,
            persona: .commuter,
            attack: attack,
            actions: actions.map { seconds, event in
                let truth: Action.Truth = attack.map { .attack($0, number: person) } ?? .honest
                return Action(at: Timestamp(seconds: seconds), event: event, truth: truth)
            },
            whereabouts: []
        )
    }

    private func alarm(
        _ person: Int,
        at seconds: Int64,
        _ severity: Alarm.Severity = .warning,
        session: Int? = 5,
        code: String = "new_country"
    ) -> Alarm {
        Alarm(person: person, at: Timestamp(seconds: seconds), code: code, severity: severity, session: session)
    }

    private func caught(_ alarms: [Alarm]) -> Bool {
        var scoring = Scoring()
        let theft = timeline(1, attack: .cookieTheft, [(1_000, .request(session: 5, client))])
        scoring.add([theft], alarms: alarms, seed: 1)
        return scoring.attacks[.cookieTheft]?.caught == 1
    }

    @Test func `an attack is caught by an alarm about its action or within two hours on its session`() {
        #expect(caught([alarm(1, at: 1_000)]))
        #expect(caught([alarm(1, at: 1_000, .critical)]))
        #expect(caught([alarm(1, at: 1_000 + 7_200)]))
        #expect(caught([alarm(1, at: 1_000, session: nil)]))
    }

    @Test func `an attack is not caught by what is quiet, early, late, another session's or another person's`() {
        #expect(!caught([]))
        #expect(!caught([alarm(1, at: 1_000, .info)]))
        #expect(!caught([alarm(1, at: 999)]))
        #expect(!caught([alarm(1, at: 1_000 + 7_201)]))
        #expect(!caught([alarm(1, at: 1_000, session: 4)]))
        #expect(!caught([alarm(1, at: 1_001, session: nil)]))
        #expect(!caught([alarm(2, at: 1_000)]))
    }

    @Test func `a burst of failures is caught without a session, and is no takeover`() {
        var scoring = Scoring()
        let burst = timeline(
            1,
            attack: .failures,
            [(1, .failedLogin(client, browser: nil)), (9, .failedLogin(client, browser: nil))]
        )
        scoring.add([burst], alarms: [alarm(1, at: 9, session: nil, code: "failures")], seed: 1)

        #expect(scoring.attacks == [.failures: Scoring.Catch(caught: 1, missed: 0, delays: [8])])
        #expect(scoring.takeovers.value.isNaN)
        #expect(scoring.catchingCodes.isEmpty)
    }

    @Test func `an alarm counts once for session, code and day of an honest user`() {
        var scoring = Scoring()
        let alarms = [
            alarm(1, at: 1), alarm(1, at: 2), alarm(1, at: 86_401), alarm(1, at: 3, session: 6),
            alarm(1, at: 4, code: "other"), alarm(1, at: 5, .info, code: "quiet"),
        ]
        scoring.add([timeline(1, attack: nil, []), timeline(2, attack: nil, [])], alarms: alarms, seed: 1)

        #expect(scoring.personas == [.commuter: Scoring.Honest(counts: [4, 0])])
        #expect(scoring.falseCodes == ["new_country": 3, "other": 1])
        #expect(scoring.falseAlarms.value == 4.0 / 6)
    }

    @Test func `several seeds add up, and missed attacks are named`() {
        var scoring = Scoring()
        let theft = timeline(1, attack: .cookieTheft, [(1_000, .request(session: 5, client))])
        scoring.add([theft], alarms: [alarm(1, at: 1_060)], seed: 1)
        scoring.add([theft], alarms: [], seed: 2)

        #expect(scoring.attacks == [.cookieTheft: Scoring.Catch(caught: 1, missed: 1, delays: [60])])
        #expect(scoring.missed == [Scoring.Missed(seed: 2, person: 1, attack: .cookieTheft)])
        #expect(scoring.takeovers.value == 0.5)
        #expect(scoring.catchingCodes == ["new_country": 1])
    }

    @Test func `the report is a table for attacks, people and codes`() {
        var scoring = Scoring()
        let theft = timeline(1, attack: .cookieTheft, [(1_000, .request(session: 5, client))])
        scoring.add([theft, timeline(2, attack: nil, [])], alarms: [alarm(1, at: 1_060), alarm(2, at: 5)], seed: 1)

        let lines = scoring.markdown.split(separator: "\n").map(String.init)
        #expect(lines.contains("| stolen token | 1 | 100.0 % | 20.7 % to 100.0 % | 60 s |"))
        #expect(lines.contains("| **thefts and takeovers** | | **100.0 %** | 20.7 % to 100.0 % | |"))
        #expect(lines.contains("| commuter | 1 | 1 | 0.3333 | 0.3333 to 0.3333 |"))
        #expect(lines.contains("| new_country | 1 | 1 |"))
    }
}
