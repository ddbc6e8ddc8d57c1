import Benchmark
import Sessions

/// The cost of checking a token: one that memory vouches for, and one whose signature is wrong.
func benchmarkVerify() {
    Benchmark("Verify.memory") { benchmark, world in
        for index in benchmark.scaledIterations {
            let token = world.tokens[index % world.tokens.count]
            blackHole(try await world.authority.verify(token, from: world.client))
        }
    } setup: {
        try await World(sessions: 10_000)
    }

    Benchmark("Verify.forged") { benchmark, world in
        for index in benchmark.scaledIterations {
            let token = world.forgedTokens[index % world.forgedTokens.count]
            blackHole(try await world.authority.verify(token, from: world.client))
        }
    } setup: {
        try await World(sessions: 1_000)
    }
}
