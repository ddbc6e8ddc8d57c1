import Testing

@testable import scorecard

@Suite struct StatisticsTests {
    /// Wilson's interval as R's `prop.test(correct = FALSE)` has it.
    @Test(
        arguments: [
            (95, 100, 0.8882, 0.9785), (0, 10, 0, 0.2775), (10, 10, 0.7225, 1), (1, 2, 0.0945, 0.9055),
        ]
    )
    func `a share has Wilson's interval`(successes: Int, cases: Int, low: Double, high: Double) {
        let estimate = Statistics.share(successes, of: cases)

        #expect(abs(estimate.low - low) < 0.0001)
        #expect(abs(estimate.high - high) < 0.0001)
        #expect(estimate.value == Double(successes) / Double(cases))
    }

    @Test func `without cases every share is possible`() {
        let estimate = Statistics.share(0, of: 0)

        #expect(estimate.value.isNaN)
        #expect((estimate.low, estimate.high) == (0, 1))
    }

    /// Garwood's interval as R's `poisson.test` has it.
    @Test(arguments: [(0, 0, 3.6889), (1, 0.0253, 5.5716), (10, 4.7954, 18.3904), (100, 81.3637, 121.6275)])
    func `a rate has the interval of Poisson`(events: Int, low: Double, high: Double) {
        let estimate = Statistics.rate(events, over: 1)

        #expect(abs(estimate.low - low) < 0.001)
        #expect(abs(estimate.high - high) < 0.001)
        #expect(abs(Statistics.rate(events, over: 10).high - high / 10) < 0.001)
    }

    @Test func `alarms in one person's cluster are less sure than as many of many people`() {
        let spread = Statistics.rate(ofEach: Array(repeating: 1, count: 20) + Array(repeating: 0, count: 180), over: 3)
        let clustered = Statistics.rate(ofEach: [20] + Array(repeating: 0, count: 199), over: 3)

        #expect(spread.value == clustered.value)
        #expect(spread.high - spread.low < clustered.high - clustered.low)
        #expect(abs(spread.low - 12.0 / 600) < 0.006)
        #expect(abs(spread.high - 28.0 / 600) < 0.006)
    }

    @Test func `no alarms at all are not the promise of none`() {
        #expect(abs(Statistics.rate(ofEach: [0, 0], over: 3).high - 3.6889 / 6) < 0.001)
    }
}
