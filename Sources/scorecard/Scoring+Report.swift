extension Scoring {
    /// The share of thefts and takeovers that raised an alarm.
    var takeovers: Estimate {
        let rows = attacks.filter { $0.key.isTakeover }.map(\.value)
        let caught = rows.reduce(0) { $0 + $1.caught }
        return Statistics.share(caught, of: rows.reduce(caught) { $0 + $1.missed })
    }

    /// The alarms for each honest user and month.
    var falseAlarms: Estimate {
        let counts = Persona.allCases.flatMap { personas[$0]?.counts ?? [] }
        return Statistics.rate(ofEach: counts, over: Double(Timeline.months))
    }

    /// The whole score as Markdown.
    var markdown: String {
        [attackTable, personaTable, codeTable].joined(separator: "\n\n") + "\n"
    }

    private var attackTable: String {
        var lines = [
            "| attack | attacks | caught | 95 % interval | median delay |", "| --- | ---: | ---: | ---: | ---: |",
        ]
        for attack in Attack.allCases {
            guard let row = attacks[attack] else { continue }
            let share = Statistics.share(row.caught, of: row.caught + row.missed)
            let delays = row.delays.sorted()
            let delay = delays.isEmpty ? "" : "\(delays[delays.count / 2]) s"
            lines.append(
                "| \(attack.rawValue) | \(row.caught + row.missed) | \(percent(share.value)) | "
                    + "\(percent(share.low)) to \(percent(share.high)) | \(delay) |"
            )
        }
        let all = takeovers
        lines.append(
            "| **thefts and takeovers** | | **\(percent(all.value))** | \(percent(all.low)) to \(percent(all.high)) | |"
        )
        return lines.joined(separator: "\n")
    }

    private var personaTable: String {
        var lines = [
            "| honest users | users | alarms | a user and month | 95 % interval |",
            "| --- | ---: | ---: | ---: | ---: |",
        ]
        for persona in Persona.allCases {
            guard let row = personas[persona] else { continue }
            let rate = Statistics.rate(ofEach: row.counts, over: Double(Timeline.months))
            lines.append(
                "| \(persona.rawValue) | \(row.counts.count) | \(row.counts.reduce(0, +)) | \(number(rate.value)) | "
                    + "\(number(rate.low)) to \(number(rate.high)) |"
            )
        }
        let all = falseAlarms
        let counts = Persona.allCases.flatMap { personas[$0]?.counts ?? [] }
        lines.append(
            "| **all** | \(counts.count) | \(counts.reduce(0, +)) | **\(number(all.value))** | "
                + "\(number(all.low)) to \(number(all.high)) |"
        )
        return lines.joined(separator: "\n")
    }

    private var codeTable: String {
        var lines = ["| signal | takeovers with it | alarms of honest users |", "| --- | ---: | ---: |"]
        for code in Set(falseCodes.keys).union(catchingCodes.keys).sorted() {
            lines.append("| \(code) | \(catchingCodes[code, default: 0]) | \(falseCodes[code, default: 0]) |")
        }
        return lines.joined(separator: "\n")
    }

    private func percent(_ value: Double) -> String { value.isNaN ? "" : "\(fixed(value * 100, digits: 1)) %" }
    private func number(_ value: Double) -> String { fixed(value, digits: 4) }

    private func fixed(_ value: Double, digits: Int) -> String {
        let scale = (0..<digits).reduce(1) { scale, _ in scale * 10 }
        let scaled = Int((value * Double(scale)).rounded())
        let rest = String(scaled % scale)
        return "\(scaled / scale)." + String(repeating: "0", count: digits - rest.count) + rest
    }
}
