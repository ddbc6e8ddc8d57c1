/// The Prometheus text format, version 0.0.4.
struct PrometheusText {
    private(set) var content = ""

    /// Adds a metric with all its series.
    mutating func append(_ family: PrometheusRegistry.Family, named name: String) {
        content += "# HELP \(name) \(Self.escaped(family.label))\n# TYPE \(name) \(family.kind.rawValue)\n"
        for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
            for sample in series.samples { content += "\(name)\(sample.suffix)\(labels) \(sample.value)\n" }
        }
    }

    /// A metric's or label's name: `[a-zA-Z_][a-zA-Z0-9_]*`, everything else becomes `_`.
    static func name(_ text: String) -> String {
        let bytes = text.utf8.map { byte -> UInt8 in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: byte
            default: UInt8(ascii: "_")
            }
        }
        let startsWithDigit = bytes.first.map { (0x30...0x39).contains($0) } ?? true
        return (startsWithDigit ? "_" : "") + String(decoding: bytes, as: UTF8.self)
    }

    /// `{route="/login",status="200"}`, in one order whatever order they come in; empty without labels.
    static func labels(_ dimensions: [(String, String)]) -> String {
        if dimensions.isEmpty { return "" }
        let pairs = dimensions.map { "\(name($0.0))=\"\(escaped($0.1).replacing("\"", with: "\\\""))\"" }
        return "{\(pairs.sorted().joined(separator: ","))}"
    }

    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        return value.isInfinite ? (value < 0 ? "-Inf" : "+Inf") : "\(value)"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
    }
}
