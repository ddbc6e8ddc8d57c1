#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The one source of chance: xoshiro256** of Blackman and Vigna, seeded by SplitMix64.
///
/// Equal seeds and streams give equal numbers. The draws are written here and not taken from the standard library, whose way from bits
/// to a number in a range is not promised to stay.
struct SeededGenerator: Sendable {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    /// Creates a generator.
    ///
    /// - Parameters:
    ///   - seed: The seed of the whole world.
    ///   - stream: What the numbers are for, so that a draw more in one place changes nothing in another.
    init(seed: UInt64, stream: UInt64...) {
        var mixer = SplitMix(state: seed)
        for part in stream { mixer = SplitMix(state: mixer.next() ^ part) }
        state = (mixer.next(), mixer.next(), mixer.next(), mixer.next())
    }

    /// Creates a generator in a given state, of which one word must not be zero.
    init(state: (UInt64, UInt64, UInt64, UInt64)) { self.state = state }

    /// The next 64 bits.
    mutating func next() -> UInt64 {
        let result = Self.rotated(state.1 &* 5, by: 7) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = Self.rotated(state.3, by: 45)
        return result
    }

    private static func rotated(_ word: UInt64, by bits: UInt64) -> UInt64 { word << bits | word >> (64 - bits) }
}

extension SeededGenerator {
    /// A number in [0, 1).
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// True with a probability.
    mutating func chance(_ probability: Double) -> Bool { unit() < probability }

    /// A whole number of a range that is not empty.
    mutating func integer(_ range: Range<Int>) -> Int {
        // The product's upper half is even enough: ranges here are below 2^40, so the bias is below 2^-24.
        range.lowerBound + Int(UInt64(range.count).multipliedFullWidth(by: next()).high)
    }

    /// A whole number of a range.
    mutating func integer(_ range: ClosedRange<Int>) -> Int { integer(range.lowerBound..<(range.upperBound + 1)) }

    /// A number of a range.
    mutating func number(_ range: ClosedRange<Double>) -> Double {
        range.lowerBound + unit() * (range.upperBound - range.lowerBound)
    }

    /// One of the elements, which must not be empty.
    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[integer(0..<elements.count)] }

    /// One of the elements, each as likely as its weight says.
    ///
    /// There must be one whose weight is above zero.
    mutating func pick<Element>(_ elements: [Element], weight: (Element) -> Double) -> Element {
        let weights = elements.map(weight)
        var rest = unit() * weights.reduce(0, +)
        for (element, weight) in zip(elements, weights) {
            rest -= weight
            if rest < 0 { return element }
        }
        return elements[elements.count - 1]
    }

    /// A waiting time: exponential, with a mean.
    mutating func wait(mean: Double) -> Double { -mean * log(1 - unit()) }

    /// A number around a mean: normal (Box and Muller), cut at three deviations.
    mutating func around(_ mean: Double, deviation: Double) -> Double {
        let radius = (-2 * log(1 - unit())).squareRoot()
        let value = radius * cos(2 * .pi * unit())
        return mean + deviation * max(-3, min(3, value))
    }

    /// How often something happens that happens `mean` times on average: Poisson (Knuth), for small means.
    mutating func count(mean: Double) -> Int {
        let limit = exp(-mean)
        var product = unit()
        var count = 0
        while product > limit {
            product *= unit()
            count += 1
        }
        return count
    }

    /// Shuffles an array in place (Fisher and Yates).
    mutating func shuffle<Element>(_ elements: inout [Element]) {
        for last in stride(from: elements.count - 1, to: 0, by: -1) { elements.swapAt(last, integer(0...last)) }
    }
}

/// SplitMix64 of Steele, Lea and Flood: turns numbers that differ little into seeds that differ much.
struct SplitMix: Sendable {
    var state: UInt64

    /// The next 64 bits.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mixed(state)
    }

    /// One number made of several, as if drawn by chance.
    static func hash(_ words: UInt64...) -> UInt64 {
        words.reduce(0x243F_6A88_85A3_08D3) { mixed(($0 ^ $1) &+ 0x9E37_79B9_7F4A_7C15) }
    }

    private static func mixed(_ word: UInt64) -> UInt64 {
        var word = word
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
