import Sessions

/// What a detector is worth: what it caught of the attacks, and how often it frightened honest people.
///
/// Timelines and alarms are added seed by seed; the sums are one score.
struct Scoring: Sendable {
    /// What became of the attacks of one kind.
    struct Catch: Hashable, Sendable {
        var caught = 0
        var missed = 0
        /// Seconds from an attack's first action to its first alarm.
        var delays: [Int64] = []
    }

    /// What honest people saw.
    struct Honest: Hashable, Sendable {
        /// The alarms of each person.
        var counts: [Int] = []
    }

    private(set) var attacks: [Attack: Catch] = [:]
    private(set) var personas: [Persona: Honest] = [:]
    /// The alarms of honest people, by code.
    private(set) var falseCodes: [String: Int] = [:]
    /// The attacks of takeover that each code caught, alone or with others.
    private(set) var catchingCodes: [String: Int] = [:]
    /// The attacks that were missed: seed and person, to be looked at.
    private(set) var missed: [Missed] = []

    /// An attack that raised nothing.
    struct Missed: Hashable, Sendable {
        let seed: UInt64
        let person: Int
        let attack: Attack
    }

    /// How long after an attack's action a consequence of it on the same session still counts as its catch, in seconds.
    static let consequenceSeconds: Int64 = 7_200

    /// Adds the timelines of one seed and the alarms that were raised over them.
    mutating func add(_ timelines: [Timeline], alarms: [Alarm], seed: UInt64) {
        let byPerson = Dictionary(grouping: alarms.filter(\.isLoud), by: \.person)
        for timeline in timelines {
            let own = byPerson[timeline.person, default: []].sorted { ($0.at, $0.code) < ($1.at, $1.code) }
            if let attack = timeline.attack {
                add(own, of: attack, in: timeline, seed: seed)
            } else {
                add(own, of: timeline.persona)
            }
        }
    }

    private mutating func add(_ alarms: [Alarm], of attack: Attack, in timeline: Timeline, seed: UInt64) {
        let actions = timeline.actions.filter(\.truth.isAttack)
        let hits = alarms.filter { alarm in actions.contains { Self.belongs(alarm, to: $0) } }
        guard let first = hits.first, let begin = actions.first else {
            attacks[attack, default: Catch()].missed += 1
            missed.append(Missed(seed: seed, person: timeline.person, attack: attack))
            return
        }
        attacks[attack, default: Catch()].caught += 1
        attacks[attack, default: Catch()].delays.append((first.at.milliseconds - begin.at.milliseconds) / 1_000)
        guard attack.isTakeover else { return }
        for code in Set(hits.map(\.code)) { catchingCodes[code, default: 0] += 1 }
    }

    private mutating func add(_ alarms: [Alarm], of persona: Persona) {
        // One code that repeats itself on one session on one day is one fright.
        let frights = Set(alarms.map { Fright(session: $0.session, code: $0.code, day: $0.at.seconds / 86_400) })
        personas[persona, default: Honest()].counts.append(frights.count)
        for fright in frights { falseCodes[fright.code, default: 0] += 1 }
    }

    private struct Fright: Hashable {
        let session: Int?
        let code: String
        let day: Int64
    }

    /// Whether an alarm is about an attacker's action, or about its consequence on the same session.
    private static func belongs(_ alarm: Alarm, to action: Action) -> Bool {
        let delay = alarm.at.milliseconds - action.at.milliseconds
        if delay == 0 { return alarm.session == nil || alarm.session == action.session || action.session == nil }
        return action.session == alarm.session && action.session != nil
            && (0...consequenceSeconds * 1_000).contains(delay)
    }
}
