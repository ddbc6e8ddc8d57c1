import Benchmark

/// All benchmarks of this package; `swift package benchmark` looks for them under this name.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(
        metrics: [.wallClock, .throughput],
        scalingFactor: .kilo,
        maxDuration: .seconds(3)
    )
    benchmarkVerify()
    benchmarkDevice()
    benchmarkList()
}
