import Sessions
import SessionsTesting
import Testing

@testable import Sessions

@Suite struct `Attempt budgets` {
    private let start = ManualClock.start

    @Test func `a growing pause is a minute, then twice as long each time, and never more than a quarter of an hour`()
        throws
    {
        let budget = AttemptBudget(try .sample(1), failuresMax: 10, windowSeconds: 900, pause: .growing)
        var count: AttemptCount?
        for failures in 1...9 {
            count = budget.counting(onto: count, at: start)
            #expect(count?.failures == failures)
        }
        var now = start
        for pause in [60, 120, 240, 480, 900, 900, 900] as [Int64] {
            count = budget.counting(onto: count, at: now)
            #expect(count?.waitsUntil == now.adding(seconds: pause))
            #expect(budget.counting(onto: count, at: now.adding(milliseconds: pause * 1_000 - 1)) == nil)
            now = now.adding(seconds: pause)
            // A pause as long as the window would let the failures be forgotten: one more comes just before.
            if pause == 900 { break }
        }
    }

    @Test func `failures are forgotten a window after the last one`() throws {
        let budget = AttemptBudget(try .sample(1), failuresMax: 2, windowSeconds: 900, pause: .growing)
        let first = try #require(budget.counting(onto: nil, at: start))
        let second = try #require(budget.counting(onto: first, at: start.adding(seconds: 899)))
        #expect(second.failures == 2)
        #expect(second.forgottenAt == start.adding(seconds: 1_799))
        #expect(budget.counting(onto: second, at: start.adding(seconds: 1_798))?.failures == 3)
        #expect(budget.counting(onto: second, at: start.adding(seconds: 1_799))?.failures == 1)
    }

    @Test
    func `a budget without growing pauses is whole again when its window ends, which began with the first failure`()
        throws
    {
        let budget = AttemptBudget(try .sample(1), failuresMax: 2, windowSeconds: 3_600, pause: .untilTheWindowEnds)
        let first = try #require(budget.counting(onto: nil, at: start))
        let second = try #require(budget.counting(onto: first, at: start.adding(seconds: 3_000)))
        #expect(second.waitsUntil == start.adding(seconds: 3_600))
        #expect(budget.counting(onto: second, at: start.adding(seconds: 3_599)) == nil)
        #expect(budget.counting(onto: second, at: start.adding(seconds: 3_600))?.failures == 1)
    }

    @Test func `what is only counted is never refused`() throws {
        let budget = AttemptBudget(try .sample(1), failuresMax: .max, windowSeconds: 900, pause: .none)
        var count: AttemptCount?
        for failures in 1...200 {
            count = budget.counting(onto: count, at: start)
            #expect(count?.failures == failures)
        }
    }

    @Test func `an attempt that is taken back leaves the others, and lets the next one through`() throws {
        let budget = AttemptBudget(try .sample(1), failuresMax: 1, windowSeconds: 900, pause: .growing)
        let spent = try #require(budget.counting(onto: nil, at: start))
        #expect(budget.counting(onto: spent, at: start) == nil)
        #expect(budget.counting(onto: spent.takingOneBack, at: start)?.failures == 1)
        #expect(spent.takingOneBack.takingOneBack.failures == 0)
    }

    @Test func `every subject has a key of its own, whatever else it is called`() throws {
        let budgets = AttemptBudgets(keys: try SigningKeys(secret: Scene.secret))
        let user = UserID.make(at: start)
        let address = try #require(IPAddress("203.0.113.45"))
        let keys = [
            budgets.account(user), budgets.streak(user), budgets.name("ada"), budgets.streak("ada"),
            budgets.name("bob"), budgets.network(address), budgets.network(nil), budgets.registration(address),
            budgets.knownBrowser(try .sample(1)), budgets.knownBrowser(try .sample(2)),
        ].map(\.key)
        #expect(Set(keys).count == keys.count)
    }

    @Test func `a name is counted as it is read, and a network as a whole`() throws {
        let budgets = AttemptBudgets(keys: try SigningKeys(secret: Scene.secret))
        #expect(budgets.name("Ada@Example.ORG").key == budgets.name("ada@example.org").key)
        func network(_ text: String) -> AttemptKey { budgets.network(IPAddress(text)).key }
        #expect(network("2001:db8::1") == network("2001:db8:0:0:ffff::9"))
        #expect(network("2001:db8::1") != network("2001:db8:0:1::1"))
        #expect(network("203.0.113.45") == network("::ffff:203.0.113.45"))
        #expect(network("203.0.113.45") != network("203.0.113.46"))
    }

    @Test func `keys tell nothing without the secret`() throws {
        let user = UserID.make(at: start)
        let budgets = try [Scene.secret, Scene.secret + "!"].map { AttemptBudgets(keys: try SigningKeys(secret: $0)) }
        #expect(budgets[0].account(user).key != budgets[1].account(user).key)
    }
}
