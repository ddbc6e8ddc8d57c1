import Testing

@testable import sessiond

@Suite struct `What a probe may say of a session` {
    private let start = ContinuousClock.now

    private func check(_ answer: CheckAnswer, _ began: Int, _ answered: Int) -> SessionCheck {
        SessionCheck(
            began: start + .milliseconds(began),
            answered: start + .milliseconds(answered),
            answer: answer
        )
    }

    private func life(askedAt asked: Int? = nil, endedAt ended: Int? = nil) -> SessionLife {
        var life = SessionLife()
        if let asked { life.askToEnd(at: start + .milliseconds(asked)) }
        if let ended { life.end(at: start + .milliseconds(ended)) }
        return life
    }

    @Test(
        arguments: [
            (200, CheckAnswer.accepted), (204, .accepted), (401, .refused), (503, .unavailable), (500, .unavailable),
            (302, .unavailable), (403, .unavailable), (404, .unavailable), (429, .unavailable), (nil, .unavailable),
        ] as [(Int?, CheckAnswer)]
    )
    func `only 2xx accepts and only 401 refuses; everything else says nothing`(status: Int?, answer: CheckAnswer) {
        #expect(CheckAnswer(status: status) == answer)
    }

    @Test func `an acceptance that began with the answer to the ending, or after it, is a violation`() {
        let life = life(askedAt: 0, endedAt: 10)

        #expect(life.verdict(on: check(.accepted, 10, 12)) == .violation(after: .zero))
        #expect(life.verdict(on: check(.accepted, 13, 14)) == .violation(after: .milliseconds(3)))
    }

    @Test func `an acceptance that began before the answer is none, however late it comes`() {
        #expect(life(askedAt: 0, endedAt: 10).verdict(on: check(.accepted, 9, 5_000)) == .allowed)
    }

    @Test func `an ending without an answer promises nothing and excuses refusals`() {
        let life = life(askedAt: 0)

        #expect(life.verdict(on: check(.accepted, 100, 101)) == .allowed)
        #expect(life.verdict(on: check(.refused, 100, 101)) == .allowed)
    }

    @Test func `a refusal that came before anybody asked for the end is a false log-out`() {
        #expect(life().verdict(on: check(.refused, 0, 1)) == .falseLogout)
        #expect(life(askedAt: 10).verdict(on: check(.refused, 0, 9)) == .falseLogout)
        #expect(life(askedAt: 10).verdict(on: check(.refused, 0, 10)) == .allowed)
    }

    @Test func `no answer is no violation and no false log-out`() {
        for life in [life(), life(askedAt: 0), life(askedAt: 0, endedAt: 1)] {
            #expect(life.verdict(on: check(.unavailable, 5, 6)) == .unavailable)
        }
    }

    @Test func `the first asking and the first answer count`() {
        var life = life(askedAt: 5, endedAt: 10)
        life.askToEnd(at: start + .milliseconds(20))
        life.end(at: start + .milliseconds(30))

        #expect(life == self.life(askedAt: 5, endedAt: 10))
    }
}
