#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Random numbers that can be had again: SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators").
package struct SeededGenerator: RandomNumberGenerator {
    /// What the numbers follow from.
    package let seed: UInt64
    private var state: UInt64

    package init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    /// With the seed in `SESSIONS_TEST_SEED`, to repeat a test that failed, or else a new one.
    package static func fromEnvironment() -> SeededGenerator {
        let given = getenv("SESSIONS_TEST_SEED").flatMap { UInt64(String(cString: $0)) }
        return SeededGenerator(seed: given ?? .random(in: 0...999_999_999))
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
