import Metrics
import Synchronization

/// One line, or two, of the text format.
protocol PrometheusSeries: AnyObject, Sendable {
    /// What is told, each with what its name ends in.
    var samples: [(suffix: String, value: String)] { get }
}

/// Goes up.
final class PrometheusCounter: CounterHandler, PrometheusSeries {
    private let value = Atomic<Int64>(0)

    func increment(by amount: Int64) {
        value.wrappingAdd(amount, ordering: .relaxed)
    }

    func reset() {
        value.store(0, ordering: .relaxed)
    }

    var samples: [(suffix: String, value: String)] { [("", String(value.load(ordering: .relaxed)))] }
}

/// Goes up and down.
final class PrometheusGauge: MeterHandler, RecorderHandler, PrometheusSeries {
    private let value = Mutex(0.0)

    func set(_ new: Int64) { set(Double(new)) }
    func set(_ new: Double) { value.withLock { $0 = new } }
    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func decrement(by amount: Double) { increment(by: -amount) }
    func record(_ new: Int64) { set(Double(new)) }
    func record(_ new: Double) { set(new) }

    var samples: [(suffix: String, value: String)] { [("", PrometheusText.number(value.withLock(\.self)))] }
}

/// How many values there were, and their sum.
final class PrometheusSummary: RecorderHandler, PrometheusSeries {
    private let totals = Mutex((count: 0, sum: 0.0))

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        totals.withLock { totals in
            totals.count += 1
            totals.sum += value
        }
    }

    var samples: [(suffix: String, value: String)] {
        let totals = totals.withLock(\.self)
        return [("_sum", PrometheusText.number(totals.sum)), ("_count", String(totals.count))]
    }
}

/// How many durations there were, and their sum in seconds.
final class PrometheusTimer: TimerHandler, PrometheusSeries {
    private let count = Atomic<Int64>(0)
    private let nanoseconds = Atomic<Int64>(0)

    func recordNanoseconds(_ duration: Int64) {
        nanoseconds.wrappingAdd(max(0, duration), ordering: .relaxed)
        count.wrappingAdd(1, ordering: .relaxed)
    }

    var samples: [(suffix: String, value: String)] {
        let seconds = Double(nanoseconds.load(ordering: .relaxed)) / 1e9
        return [("_sum", PrometheusText.number(seconds)), ("_count", String(count.load(ordering: .relaxed)))]
    }
}
