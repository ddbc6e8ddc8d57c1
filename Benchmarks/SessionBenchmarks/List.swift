import Benchmark
import Sessions

/// The cost of a list of one user's 50 sessions, but for the database.
func benchmarkList() {
    Benchmark("List.memory", configuration: .init(scalingFactor: .one)) { benchmark, world in
        for _ in benchmark.scaledIterations {
            blackHole(try await world.authority.sessions(of: world.user, limit: 50))
        }
    } setup: {
        try await World(sessions: 50)
    }
}
