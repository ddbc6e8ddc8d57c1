import Testing

@testable import sessiond

@Suite struct `How far sessions have been ended` {
    @Test(arguments: [
        (0, 10, "[                              ] 0 of 10 sessions ended"),
        (5, 10, "[===============               ] 5 of 10 sessions ended"),
        (10, 10, "[==============================] 10 of 10 sessions ended"),
        // More have matched meanwhile than were counted before.
        (12, 10, "[==============================] 12 of 12 sessions ended"),
        (0, 0, "[                              ] 0 of 0 sessions ended"),
    ])
    func `is a bar that never overflows`(done: Int, total: Int, text: String) {
        #expect(ProgressText.bar(done, of: total) == text)
    }

    @Test func `is told for each tenth where nobody watches, and at the end`() {
        var told = 0
        var lines: [Int] = []
        for done in stride(from: 200, through: 10_000, by: 200) + [10_050]
        where ProgressText.isDue(done, after: told, of: 10_000) {
            told = done
            lines.append(done)
        }
        #expect(lines == [1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000, 8_000, 9_000, 10_000, 10_050])
        #expect(ProgressText.isDue(1, after: 0, of: 0))
        #expect(!ProgressText.isDue(7, after: 7, of: 7))
    }
}
