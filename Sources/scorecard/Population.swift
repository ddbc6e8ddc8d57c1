/// The accounts of one seed: the honest ones first, then the attacked ones.
struct Population: Sendable {
    let world: World
    private let people: [(persona: Persona, attack: Attack?)]

    /// Draws who lives how, and whom which attack befalls.
    init(in world: World, honest: Int = Mixture.honest, attacked: Int = Mixture.attacked) {
        self.world = world
        var random = SeededGenerator(seed: world.seed, stream: 5)
        let quiet = Mixture.dealt(Mixture.personas, count: honest)
        var victims = Mixture.dealt(Mixture.personas, count: attacked)
        // Who is attacked has nothing to do with how one lives.
        random.shuffle(&victims)
        let attacks = Mixture.dealt(Mixture.attacks, count: attacked)
        people = quiet.map { ($0, nil) } + zip(victims, attacks).map { ($0, $1) }
    }

    /// The indices of the accounts.
    var indices: Range<Int> { people.indices }

    /// One account's timeline, each by itself.
    func timeline(_ person: Int) -> Timeline {
        Timeline.make(person: person, persona: people[person].persona, attack: people[person].attack, in: world)
    }

    /// All timelines, in the order of the accounts.
    func timelines() -> [Timeline] { indices.map(timeline) }
}
