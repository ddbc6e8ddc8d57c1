import Metrics
import Sessions

/// What a delivery counts; no label names a person or a URL.
struct DeliveryCounters: Sendable {
    enum Outcome: String, CaseIterable {
        case delivered
        case failed
        case givenUp = "given_up"
    }

    private static let lanes = ["mail", "webhook"]

    private let outcomes = Dictionary(
        uniqueKeysWithValues: lanes.map { lane in
            let counters = Outcome.allCases.map { outcome in
                let dimensions = [("lane", lane), ("outcome", outcome.rawValue)]
                return (outcome, Counter(label: "sessions_notices_total", dimensions: dimensions))
            }
            return (lane, Dictionary(uniqueKeysWithValues: counters))
        }
    )
    private let waiting = Dictionary(
        uniqueKeysWithValues: lanes.map { ($0, Gauge(label: "sessions_notices_waiting", dimensions: [("lane", $0)])) }
    )

    func count(_ outcome: Outcome, in lane: Notice.Lane) {
        outcomes[lane.label]?[outcome]?.increment()
    }

    func setWaiting(_ count: Int, in label: String) {
        waiting[label]?.record(count)
    }
}
