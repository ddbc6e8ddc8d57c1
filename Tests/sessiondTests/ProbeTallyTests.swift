import Testing

@testable import sessiond

@Suite struct `What a probe counts and shows` {
    @Test func `percentiles are those of the latest, and the longest is that of all`() {
        var ring = LatencyRing()
        #expect(ring.percentile(50) == nil && ring.longest == nil)

        ring.append(.seconds(9))
        for number in 1...LatencyRing.capacity { ring.append(.milliseconds(number)) }

        #expect(ring.percentile(50) == .milliseconds(LatencyRing.capacity / 2))
        #expect(ring.percentile(99) == .milliseconds(LatencyRing.capacity * 99 / 100))
        #expect(ring.percentile(100) == .milliseconds(LatencyRing.capacity))
        #expect(ring.longest == .seconds(9))
    }

    @Test(arguments: zip([0, 54, 1_230, 3_111_000], ["0.00", "0.05", "1.23", "3111.00"]))
    func `milliseconds have two digits behind the point`(microseconds: Int, text: String) {
        #expect(Duration.microseconds(microseconds).milliseconds == text)
    }

    @Test func `the table's columns are aligned, and what was waited for in vain is no latency`() {
        let start = ContinuousClock.now
        var tally = ProbeTally(nodes: ["http://10.0.0.1:8080", "http://b"])
        tally.count(SessionCheck(began: start, answered: start + .milliseconds(2), answer: .accepted), by: 0)
        tally.count(SessionCheck(began: start, answered: start + .seconds(3), answer: .unavailable), by: 1)

        #expect(
            tally.table == [
                "NODE                  CHECKS  ACCEPTED  REFUSED  UNAVAILABLE  P50 MS  P99 MS",
                "http://10.0.0.1:8080       1         1        0            0    2.00    2.00",
                "http://b                   1         0        0            1       -       -",
                "",
                "rounds 0  revocations 0  p50 -  p99 -  longest - ms  unavailable 1  VIOLATIONS 0  false log-outs 0",
            ]
        )
    }

    @Test(arguments: 1...4)
    func `every kind of ending goes through every node, with every node as the opener`(nodes: Int) {
        let rounds = 3 * nodes * nodes * 3
        let plans = Set((0..<rounds).map { ProbePlan(round: $0, nodes: nodes) })

        #expect(plans.count == 3 * nodes * nodes)
        #expect(ProbePlan(round: 0, nodes: nodes).order(from: nodes - 1).sorted() == Array(0..<nodes))
    }

    @Test func `a probe reads the cookies that an answer sets, and shows no value`() throws {
        let cookie = try #require(ProbeCookie("__Host-token=a.b.c; Path=/; HttpOnly"))

        #expect(cookie.name == "__Host-token" && cookie.value == "a.b.c" && cookie.isToken)
        #expect("\(cookie)" == "<redacted>")
        #expect(ProbeCookie("token=; Path=/; Max-Age=0") == nil)
        #expect(ProbeCookie("nonsense") == nil)
        #expect(try #require(ProbeCookie("known_browser=abc")).isToken == false)
    }
}
