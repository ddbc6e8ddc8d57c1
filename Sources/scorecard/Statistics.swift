#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// An estimate with the bounds between which the truth lies in 95 of 100 cases.
struct Estimate: Hashable, Sendable {
    let value: Double
    let low: Double
    let high: Double
}

/// The intervals of the scorecard.
enum Statistics {
    /// The two-sided 95 % point of the normal distribution.
    static let z = 1.959_963_984_540_054

    /// A share: Wilson's score interval.
    ///
    /// With no cases at all, everything is possible.
    static func share(_ successes: Int, of cases: Int) -> Estimate {
        guard cases > 0 else { return Estimate(value: .nan, low: 0, high: 1) }
        let (n, p) = (Double(cases), Double(successes) / Double(cases))
        let scale = 1 + z * z / n
        let middle = (p + z * z / (2 * n)) / scale
        let half = z / scale * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
        return Estimate(value: p, low: max(0, middle - half), high: min(1, middle + half))
    }

    /// A rate: events over an exposure, with the exact interval of Poisson (Garwood).
    static func rate(_ events: Int, over exposure: Double) -> Estimate {
        let low = events == 0 ? 0 : mean { tail(atLeast: events, mean: $0) > 0.025 }
        let high = mean { 1 - tail(atLeast: events + 1, mean: $0) < 0.025 }
        return Estimate(value: Double(events) / exposure, low: low / exposure, high: high / exposure)
    }

    /// A rate where events come in clusters, such as many alarms of one person: the percentiles of samples of people with replacement.
    ///
    /// - Parameters:
    ///   - counts: The events of each person.
    ///   - exposure: The exposure of each person.
    ///   - samples: How many samples; 1,000 give the bounds two digits.
    /// - Returns: Events for each unit of exposure.
    static func rate(ofEach counts: [Int], over exposure: Double, samples: Int = 1_000) -> Estimate {
        let total = counts.reduce(0, +)
        // Samples of zeros are all zero, which would be too sure of it.
        guard total > 0 else { return rate(0, over: exposure * Double(max(1, counts.count))) }
        let people = counts.count
        var random = SeededGenerator(seed: 95, stream: UInt64(people), UInt64(total))
        var rates: [Double] = []
        for _ in 0..<samples {
            var sum = 0
            for _ in 0..<people { sum += counts[random.integer(0..<people)] }
            rates.append(Double(sum) / (exposure * Double(people)))
        }
        rates.sort()
        return Estimate(
            value: Double(total) / (exposure * Double(people)),
            low: rates[Int(Double(samples) * 0.025)],
            high: rates[min(samples - 1, Int(Double(samples) * 0.975))]
        )
    }

    /// The least mean for which a growing condition holds, by halving.
    private static func mean(where holds: (Double) -> Bool) -> Double {
        var (low, high) = (0.0, 1.0)
        while !holds(high) { high *= 2 }
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if holds(middle) { high = middle } else { low = middle }
        }
        return high
    }

    /// How likely there are at least so many events.
    private static func tail(atLeast events: Int, mean: Double) -> Double {
        var below = 0.0
        for count in 0..<events { below += exp(Double(count) * log(mean) - mean - lgamma(Double(count) + 1)) }
        return 1 - below
    }
}
