import Metrics
import Synchronization

/// Collects counters, gauges and durations for Prometheus, in a bounded number of series.
///
/// A series is never dropped while the process lives: a counter that vanishes and comes back reads as a reset.
final class PrometheusRegistry: MetricsFactory {
    /// The most series.
    ///
    /// Beyond, those with new labels are counted as refused and otherwise go nowhere.
    static let seriesMax = 2_000

    /// What the text format calls a metric's type.
    enum Kind: String {
        case counter
        case gauge
        case summary
    }

    struct Family {
        let kind: Kind
        let label: String
        var series: [String: any PrometheusSeries] = [:]
    }

    private struct State {
        var families: [String: Family] = [:]
        var count = 0
        var refused: Int64 = 0
    }

    private let state = Mutex(State())

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(.counter, label, dimensions) { PrometheusCounter() }
    }

    func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(.gauge, label, dimensions) { PrometheusGauge() }
    }

    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        if aggregate { return series(.summary, label, dimensions) { PrometheusSummary() } }
        return series(.gauge, label, dimensions) { PrometheusGauge() }
    }

    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(.summary, label.hasSuffix("seconds") ? label : "\(label)_seconds", dimensions) { PrometheusTimer() }
    }

    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyMeter(_ handler: any MeterHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}

    /// The series of a name and labels, made when it is new.
    private func series<Series: PrometheusSeries>(
        _ kind: Kind,
        _ label: String,
        _ dimensions: [(String, String)],
        _ make: () -> Series
    ) -> Series {
        let name = PrometheusText.name(label)
        let labels = PrometheusText.labels(dimensions)
        return state.withLock { state in
            var family = state.families[name] ?? Family(kind: kind, label: label)
            if let known = family.series[labels] as? Series { return known }
            guard family.kind == kind, family.series[labels] == nil, state.count < Self.seriesMax else {
                state.refused += 1
                return make()
            }
            let series = make()
            family.series[labels] = series
            state.families[name] = family
            state.count += 1
            return series
        }
    }

    /// Everything in the text format, version 0.0.4.
    func text() -> String {
        let (families, refused) = state.withLock { ($0.families, $0.refused) }
        var text = PrometheusText()
        for (name, family) in families.sorted(by: { $0.key < $1.key }) { text.append(family, named: name) }
        let own = PrometheusCounter()
        own.increment(by: refused)
        text.append(
            Family(kind: .counter, label: "label sets beyond the limit", series: ["": own]),
            named: "sessiond_metrics_refused_total"
        )
        return text.content
    }
}
