import Sessions

/// What happens to one account over the months: sorted actions, with the truth about each.
///
/// The same world, index and plan give the same timeline.
struct Timeline: Sendable {
    /// Which account of the population it is.
    let person: Int
    let persona: Persona
    /// The one attack on it; `nil` for an honest account.
    let attack: Attack?
    /// In the order of time.
    let actions: [Action]
    /// Where the people really were, for the tests of their speed: never known to a detector.
    let whereabouts: [Whereabouts]

    /// Where one of an account's people was at an instant.
    struct Whereabouts: Hashable, Sendable {
        let at: Timestamp
        let member: Int
        let position: Position
    }

    /// The beginning of the world's time: Monday 2026-06-01.
    static let start = Timestamp(seconds: 1_780_272_000)
    /// A month, in days.
    static let monthDays = 30
    /// How many months there are, the first without attacks, so that there is history.
    static let months = 3
    static let days = months * monthDays

    /// Makes a timeline.
    ///
    /// - Parameters:
    ///   - person: The account's index in the population.
    ///   - persona: How its people live.
    ///   - attack: What befalls them in the second or third month.
    ///   - world: Where.
    /// - Returns: The timeline, sorted.
    static func make(person: Int, persona: Persona, attack: Attack?, in world: World) -> Timeline {
        var life = Life(person: person, persona: persona, in: world)
        life.live()
        guard let attack else {
            return Timeline(
                person: person,
                persona: persona,
                attack: nil,
                actions: life.played().actions,
                whereabouts: life.whereabouts
            )
        }
        var strike = Strike(attack, number: person, on: life)
        strike.play()
        return Timeline(
            person: person,
            persona: persona,
            attack: attack,
            actions: strike.actions,
            whereabouts: life.whereabouts
        )
    }
}
