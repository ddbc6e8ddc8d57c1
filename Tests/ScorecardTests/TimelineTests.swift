import Sessions
import Testing

@testable import scorecard

@Suite struct TimelineTests {
    let population = TestWorlds.population
    let timelines = TestWorlds.timelines

    @Test func `the same seed gives the same timelines`() throws {
        let again = try Population(
            in: World(places: Places.bundled(), seed: 7, owners: .known),
            honest: 130,
            attacked: 140
        )

        #expect(TestWorlds.digest(again.timelines()) == TestWorlds.digest(try timelines.get()))
    }

    @Test func `a timeline does not depend on the others`() throws {
        let some = try [3, 140].map { try population.get().timeline($0) }

        #expect(TestWorlds.digest(some) == TestWorlds.digest(try [3, 140].map { try timelines.get()[$0] }))
    }

    @Test func `another seed gives other timelines`() throws {
        let other = try Population(
            in: World(places: TestWorlds.places.get(), seed: 8, owners: .known),
            honest: 5,
            attacked: 0
        )

        #expect(TestWorlds.digest(other.timelines()) != TestWorlds.digest(Array(try timelines.get().prefix(5))))
    }

    /// The scorecard was committed before any signal: whoever changes what is generated has to say so here.
    @Test func `the timelines are those that were committed`() throws {
        #expect(TestWorlds.digest(try timelines.get()) == "57360cbf3ec064dd")
    }

    @Test func `owners of networks change no timeline`() throws {
        let places = try TestWorlds.places.get()
        let nameless = Population(in: World(places: places, seed: 7, owners: .unknown), honest: 130, attacked: 140)

        #expect(
            TestWorlds.digest([nameless.timeline(2)]) == TestWorlds.digest([try timelines.get()[2]])
        )
    }

    @Test func `actions are in the order of time and within the months`() throws {
        let end = Timeline.start.adding(seconds: Int64(Timeline.days) * 86_400 + 3_600)
        for timeline in try timelines.get() {
            let times = timeline.actions.map(\.at)
            #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
            #expect(times.allSatisfy { (Timeline.start..<end).contains($0) })
            #expect(!times.isEmpty)
        }
    }

    @Test func `every action lies within its session's life, but those with an ended token`() throws {
        for timeline in try timelines.get() {
            var ends: [Int: Timestamp] = [:]
            for action in timeline.actions {
                guard let session = action.session else { continue }
                if case .login(_, _, _, let remembered) = action.event {
                    #expect(ends[session] == nil, "a session is opened once")
                    ends[session] = action.at.adding(seconds: SessionPolicy.lifetimeSeconds(isRemembered: remembered))
                    continue
                }
                let isRefused = action.truth == .attack(.endedToken, number: timeline.person)
                let end = try #require(ends[session])
                #expect((action.at >= end) == isRefused, "account \(timeline.person) at \(action.at.rfc3339)")
                switch action.event {
                case .logout, .revoke: ends[session] = action.at
                case .failedLogin, .login, .request: break
                }
            }
        }
    }

    @Test func `each attack begins after the first month, and is of its own kind and number`() throws {
        let month = Timeline.start.adding(seconds: Int64(Timeline.monthDays) * 86_400)
        for timeline in try timelines.get() {
            let attacks = timeline.actions.filter(\.truth.isAttack)
            #expect(attacks.isEmpty == (timeline.attack == nil))
            #expect(attacks.allSatisfy { $0.at > month })
            #expect(
                attacks.allSatisfy { action in
                    timeline.attack.map { action.truth == .attack($0, number: timeline.person) } ?? false
                }
            )
        }
    }

    @Test func `honest people come before the attack`() throws {
        for timeline in try timelines.get() where timeline.attack != nil && timeline.persona != .rare {
            #expect(timeline.actions.first?.truth == .honest)
        }
    }

    @Test func `nobody is faster than an airliner`() throws {
        for timeline in try timelines.get() {
            let members = Dictionary(grouping: timeline.whereabouts, by: \.member)
            for way in members.values {
                for (from, to) in zip(way, way.dropFirst()) {
                    let kilometres = from.position.kilometres(to: to.position)
                    let hours = Double(to.at.milliseconds - from.at.milliseconds) / 3_600_000
                    #expect(kilometres <= 900 * hours + 1, "account \(timeline.person) at \(from.at.rfc3339)")
                }
            }
        }
    }

    @Test func `some honest people seem to be faster than an airliner`() throws {
        let world = try population.get().world
        let seeming = try timelines.get().filter { timeline in
            guard timeline.attack == nil else { return false }
            let ways = timeline.actions.compactMap { action -> (Timestamp, Position)? in
                guard let address = action.client?.address, let location = world.locate(address),
                    let latitude = location.latitude, let longitude = location.longitude
                else { return nil }
                return (action.at, Position(latitude: latitude, longitude: longitude))
            }
            return zip(ways, ways.dropFirst()).contains { from, to in
                let hours = Double(to.0.milliseconds - from.0.milliseconds) / 3_600_000
                return from.1.kilometres(to: to.1) > 900 * hours + 100
            }
        }

        #expect(seeming.count > 20)
    }

    @Test func `every address is of a network of the world, and few are missing in the file`() throws {
        let world = try population.get().world
        let addresses = Set(try timelines.get().flatMap(\.actions).compactMap { $0.client?.address })
        var missing = 0
        for address in addresses {
            let block = try #require(world.block(of: address))
            #expect((world.locate(address) != nil) == block.isLocated)
            #expect((world.accuracyRadius(address) != nil) == block.isLocated)
            if !block.isLocated { missing += 1 }
        }

        #expect((1..<addresses.count / 50).contains(missing))
    }
}
