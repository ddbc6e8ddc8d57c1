import Testing

@testable import scorecard

@Suite struct MixtureTests {
    @Test func `each table has every kind once and adds up`() {
        #expect(Set(Mixture.personas.map(\.kind)) == Set(Persona.allCases))
        #expect(Mixture.personas.count == Persona.allCases.count)
        #expect(Mixture.personas.reduce(0) { $0 + $1.perThousand } == 1_000)
        #expect(Set(Mixture.attacks.map(\.kind)) == Set(Attack.allCases))
        #expect(Mixture.attacks.count == Attack.allCases.count)
        #expect(Mixture.attacks.reduce(0) { $0 + $1.perThousand } == 1_000)
    }

    @Test func `accounts are dealt as the shares say`() {
        let dealt = Mixture.dealt(Mixture.attacks, count: 200)

        for share in Mixture.attacks {
            #expect(dealt.count { $0 == share.kind } == share.perThousand / 5)
        }
        #expect(Mixture.dealt(Mixture.attacks, count: 0).isEmpty)
    }
}
