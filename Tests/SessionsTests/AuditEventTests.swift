import Foundation
import Sessions
import SessionsTesting
import Testing

@testable import Sessions

@Suite struct `Audit events` {
    @Test func `of each kind stand in docs/logging.md, with their OWASP names`() throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/logging.md")
        let rows = try String(contentsOf: path, encoding: .utf8).split(separator: "\n")
            .filter { $0.hasPrefix("| `") }
            .map { $0.split(separator: "|").prefix(2).map { $0.trimmingCharacters(in: ["`", " "]) } }

        let documented = rows.filter { $0.count == 2 && AuditEvent.Kind(rawValue: $0[0]) != nil }
        #expect(documented.count == AuditEvent.Kind.allCases.count)
        for kind in AuditEvent.Kind.allCases {
            #expect(documented.contains([kind.rawValue, kind.owaspName]), "\(kind.rawValue), \(kind.owaspName)")
        }
    }

    @Test func `hold a detail of bounded length`() {
        let event = AuditEvent(
            .loginFailed,
            at: ManualClock.start,
            user: nil,
            by: .system,
            detail: String(repeating: "ä", count: 100)
        )

        #expect(event.detail == String(repeating: "ä", count: 32))
    }

    @Test(arguments: [
        ("203.0.113.77", "203.0.113.0"), ("203.0.113.0", "203.0.113.0"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1::"),
        ("::ffff:203.0.113.77", "203.0.113.0"), ("::1", "::"),
    ])
    func `have addresses that are shortened to their network`(address: String, network: String) throws {
        #expect(try #require(IPAddress(address)).network.description == network)
    }

    @Test(arguments: [
        ("2026-11-23", 1_795_392_000_000), ("2026-11-23T10:30:00Z", 1_795_429_800_000),
        ("2026-11-23T10:30:00.007Z", 1_795_429_800_007), ("2024-02-29", 1_709_164_800_000), ("1970-01-01", 0),
        ("1969-12-31T23:59:59.999Z", -1), ("9999-12-31T23:59:59Z", 253_402_300_799_000),
    ])
    func `are looked for since a time that reads back as it was written`(text: String, milliseconds: Int64) {
        #expect(Timestamp(rfc3339: text) == Timestamp(milliseconds: milliseconds))
    }

    @Test(arguments: [
        "", "2026-11-23T10:30:00", "2026-11-23 10:30:00Z", "2026-02-29", "2026-13-01", "2026-00-01", "2026-01-00",
        "2026-01-01T24:00:00Z", "2026-01-01T10:60:00Z", "2026-1-1", "x026-01-01", "2026-01-01T10:30:00.07Z",
        "2026-01-01T10:30:00+01:00", "２０２６-01-01", "2026-01-01T10:30:00.007ZZ",
    ])
    func `are not looked for since something that is no time`(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }
}
