import Sessions
import SessionsTesting
import Testing

@Suite struct `Identifiers` {
    static let text = "0192f3a4-5b6c-7d8e-9f01-23456789abcd"

    @Test func `an id is read in its one spelling and written the same`() throws {
        let id = try #require(UserID(Self.text))

        #expect(id.description == Self.text)
        #expect(UserID(bytes: id.bytes) == id)
        #expect(id.bytes.count == 16)
        #expect(id.bytes.prefix(3) == [0x01, 0x92, 0xF3])
    }

    @Test(arguments: [
        "", text.uppercased(), text + " ", " " + text, "{\(text)}", "urn:uuid:\(text)", String(text.dropLast()),
        text + "0",
        text.filter { $0 != "-" }, "0192f3a45-b6c-7d8e-9f01-23456789abcd", "0192f3a4-5b6c-7d8e-9f01-23456789abcg",
        "0192f3a4_5b6c_7d8e_9f01_23456789abcd", "0192f3a4-5b6c-7d8e-9f01-23456789abc\u{E9}", "----", "\0",
    ])
    func `any other spelling is refused`(text: String) {
        #expect(UserID(text) == nil)
    }

    @Test(arguments: [0, 15, 17, 32])
    func `an id has sixteen bytes`(count: Int) {
        #expect(UserID(bytes: Array(repeating: 1, count: count)) == nil)
    }

    /// RFC 9562 section 5.7.
    @Test func `a new id is a UUID of version 7 that starts with the time`() {
        for _ in 0..<1_000 {
            let bytes = SessionID.make(at: ManualClock.start).bytes

            #expect(bytes.prefix(6).reduce(0) { $0 << 8 | Int64($1) } == ManualClock.start.milliseconds)
            #expect(bytes[6] >> 4 == 7)
            #expect(bytes[8] >> 6 == 2)
        }
    }

    @Test func `ids differ, and those made later sort later`() {
        let ids = (0..<2_000).map { SessionID.make(at: ManualClock.start.adding(milliseconds: Int64($0 / 2))) }

        #expect(Set(ids).count == ids.count)
        for index in ids.indices.dropFirst(2) { #expect(ids[index - 2] < ids[index]) }
    }

    @Test func `ids sort as their texts do`() {
        let ids = (0..<200).map { _ in
            SessionID.make(at: Timestamp(milliseconds: .random(in: 0...253_402_300_799_999)))
        }

        #expect(ids.sorted().map(\.description) == ids.map(\.description).sorted())
    }
}
