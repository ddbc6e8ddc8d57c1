import Sessions
import Testing

@testable import sessiond

@Suite struct `A report` {
    private let report: JSON = [
        "since": "2026-11-16T00:00:00.000Z", "until": "2026-11-23T00:00:00.000Z",
        "logIns": ["succeeded": 1_234_567, "refused": 3],
        "sessions": ["opened": 1_234_567, "live": 9, "ended": ["logged_out": 4]],
        "signals": [["code": "impossible_travel", "severity": "critical", "count": 2]],
        "mostFailures": ["accounts": [["name": "ada", "count": 17]], "networks": []],
    ]

    @Test func `has each number beside what it counts, and 0 where there is none`() {
        let lines = ReportText.lines(report)

        #expect(lines.first == "From 2026-11-16T00:00:00.000Z to 2026-11-23T00:00:00.000Z")
        for line in [
            "    1234567  succeeded", "          3  refused as too many (429)", "          4  logged out",
            "          9  live now", "          0  \"This wasn't me\"", "          2  critical impossible_travel",
            "         17  ada",
        ] {
            #expect(lines.contains(line), "\(line)")
        }
        #expect(lines.last == "  none")
    }
}

@Suite struct `What the operator asks for` {
    @Test func `travels whole`() throws {
        var search = SessionSearch()
        search.account = "ada"
        search.criteria.since = Timestamp(milliseconds: 1_000)
        search.criteria.until = Timestamp(milliseconds: 2_500)
        search.criteria.network = AddressBlock("10.0.0.0/8")
        search.criteria.country = "AT"
        search.criteria.userAgent = "curl"
        let command = OperatorCommand.endSessions(search, because: "why")

        guard case .endSessions(let read, "why")? = OperatorCommand(command.json.utf8) else {
            Issue.record("it was not read back")
            return
        }
        #expect(read.account == "ada" && read.criteria == search.criteria)
    }

    @Test(arguments: [
        #"{"command":"end-sessions","search":{}}"#, #"{"command":"end-sessions"}"#,
        #"{"command":"end-sessions","search":{"network":"10.0.0.1/8"}}"#,
        #"{"command":"end-sessions","search":{"account":"ada","since":"yesterday"}}"#,
        #"{"command":"find-sessions","search":{"account":"ada"},"sample":101}"#,
        #"{"command":"set-lock","lock":{"kind":"network","target":"0.0.0.0/0","seconds":60}}"#,
        #"{"command":"set-lock","lock":{"kind":"browser","target":"IE","seconds":60}}"#,
        #"{"command":"set-lock","lock":{"kind":"named","target":"ada","seconds":59}}"#,
        #"{"command":"set-lock","lock":{"kind":"named","target":"ada","seconds":2592001}}"#,
        #"{"command":"report","days":91}"#, #"{"command":"report","days":0}"#,
    ])
    func `is refused where it would end or lock more than was said`(text: String) {
        #expect(OperatorCommand(Array(text.utf8)) == nil)
    }
}
