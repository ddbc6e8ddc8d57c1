import Testing

@testable import scorecard

@Suite struct SeededGeneratorTests {
    /// The first numbers of the authors' C code from the state 1, 2, 3, 4.
    @Test func `it is xoshiro256**`() {
        var random = SeededGenerator(state: (1, 2, 3, 4))

        #expect((0..<4).map { _ in random.next() } == [11_520, 0, 1_509_978_240, 1_215_971_899_390_074_240])
    }

    /// The first numbers of the authors' C code from 1234567.
    @Test func `seeds are spread by SplitMix64`() {
        var mixer = SplitMix(state: 1_234_567)

        #expect((0..<2).map { _ in mixer.next() } == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973])
    }

    @Test func `draws stay within their ranges and come out on average`() {
        var random = SeededGenerator(seed: 1, stream: 2)
        let numbers = (0..<10_000).map { _ in random.integer(3...7) }
        let waits = (0..<10_000).map { _ in random.wait(mean: 5) }
        let counts = (0..<10_000).map { _ in random.count(mean: 2) }

        #expect(Set(numbers) == [3, 4, 5, 6, 7])
        #expect(abs(waits.reduce(0, +) / 10_000 - 5) < 0.2)
        #expect(abs(Double(counts.reduce(0, +)) / 10_000 - 2) < 0.1)
        #expect((0..<1_000).allSatisfy { _ in random.pick([(1, 0.0), (2, 1.0)], weight: \.1).0 == 2 })
    }
}
