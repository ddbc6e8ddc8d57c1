import Sessions

/// A population in words.
struct Description {
    let population: Population

    init(of population: Population) { self.population = population }

    /// The summary with some timelines, or all of one account.
    func text(of person: Int?) -> String {
        if let person {
            return population.indices.contains(person)
                ? story(population.timeline(person)) : "There is no such account."
        }
        let timelines = population.timelines()
        let samples = [0, 3, Mixture.honest, Mixture.honest + 2].filter(timelines.indices.contains)
        return ([summary(timelines)] + samples.map { story(timelines[$0], limit: 12) }).joined(separator: "\n\n")
    }

    private func summary(_ timelines: [Timeline]) -> String {
        let world = population.world
        let places = world.places
        var lines = [
            "Seed \(world.seed): \(places.countries.count) countries, \(places.cities.count) cities, \(world.blocks.count) blocks",
            "\(timelines.count) accounts, \(timelines.reduce(0) { $0 + $1.actions.count }) actions",
            "", "| who | accounts | actions | sessions | failures | addresses | countries |",
            "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        ]
        for persona in Persona.allCases {
            lines.append(row(persona.rawValue, timelines.filter { $0.persona == persona && $0.attack == nil }))
        }
        for attack in Attack.allCases { lines.append(row(attack.rawValue, timelines.filter { $0.attack == attack })) }
        return lines.joined(separator: "\n")
    }

    /// Averages for each account of a kind; of attacked ones the attacker's actions alone.
    private func row(_ name: String, _ timelines: [Timeline]) -> String {
        var sums = [0, 0, 0, 0, 0]
        for timeline in timelines {
            let actions = timeline.actions.filter { timeline.attack == nil || $0.truth.isAttack }
            let addresses = Set(actions.compactMap { $0.client?.address })
            let countries = Set(addresses.compactMap { population.world.locate($0)?.countryCode })
            let counts = [
                actions.count, Set(actions.compactMap(\.session)).count, actions.count { $0.session == nil },
                addresses.count, countries.count,
            ]
            sums = zip(sums, counts).map { $0 + $1 }
        }
        let averages = sums.map { sum in
            let tenths = sum * 10 / max(1, timelines.count)
            return "\(tenths / 10).\(tenths % 10)"
        }
        return "| \(name) | \(timelines.count) | \(averages.joined(separator: " | ")) |"
    }

    private func story(_ timeline: Timeline, limit: Int = .max) -> String {
        let title =
            "Account \(timeline.person): \(timeline.persona.rawValue)"
            + (timeline.attack.map { ", \($0.rawValue)" } ?? "")
        let attackBegins = timeline.actions.firstIndex(where: \.truth.isAttack) ?? 0
        let first = limit == .max ? 0 : max(0, attackBegins - limit / 2)
        return ([title] + timeline.actions[first...].prefix(limit).map(line)).joined(separator: "\n")
    }

    private func line(_ action: Action) -> String {
        var words = [String(action.at.rfc3339.prefix(19)), action.truth.isAttack ? "ATTACK" : "      "]
        switch action.event {
        case .failedLogin(_, let browser): words.append("fails   -  jar \(browser.map(String.init) ?? "-")")
        case .login(let session, _, let browser, let remembered):
            words.append("log in  \(session)  jar \(browser.map(String.init) ?? "-")\(remembered ? " remembered" : "")")
        case .request(let session, _): words.append("request \(session)")
        case .logout(let session): words.append("log out \(session)")
        case .revoke(let session): words.append("revoke  \(session)")
        }
        guard let client = action.client, let address = client.address else { return words.joined(separator: "  ") }
        let location = population.world.locate(address)
        words += [address.description, location?.summary ?? "nowhere", location?.network ?? "", client.device.info]
        return words.joined(separator: "  ")
    }
}
