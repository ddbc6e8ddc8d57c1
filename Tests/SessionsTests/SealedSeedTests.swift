import Sessions
import SessionsTesting
import Testing

@testable import Sessions

@Suite struct `Sealed seed` {
    private let seed = TOTPSecret.make()
    private let ada = UserID.make(at: ManualClock.start)
    private let keys: SigningKeys

    init() throws {
        keys = try SigningKeys(secret: Scene.secret)
    }

    @Test func `opens for its account after it was stored`() throws {
        let stored = try SealedSeed(seed, of: ada, with: keys).bytes
        let sealed = try #require(SealedSeed(bytes: stored))

        #expect(stored.count == 57)
        #expect(try sealed.secret(of: ada, with: keys).base32 == seed.base32)
        #expect(sealed.isCurrent(for: keys))
    }

    @Test func `is another each time, and never holds the seed`() throws {
        let sealed = try (0..<100).map { _ in try SealedSeed(seed, of: ada, with: keys).bytes }

        #expect(Set(sealed).count == 100)
        for bytes in sealed {
            #expect(!(0...bytes.count - 4).contains { bytes[$0..<$0 + 4].elementsEqual(seed.bytes.prefix(4)) })
        }
    }

    @Test func `does not open once any bit of it was changed`() throws {
        let bytes = try SealedSeed(seed, of: ada, with: keys).bytes

        for place in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[place] ^= 1 << bit
                guard let sealed = SealedSeed(bytes: changed) else {
                    #expect(place == 0, "only another version is refused on reading")
                    continue
                }
                let failure: SealedSeed.Failure = (1...8).contains(place) ? .unknownKey : .tampered
                #expect(throws: failure) { try sealed.secret(of: ada, with: keys) }
            }
        }
    }

    @Test(arguments: [0, 1, 56, 58, 114])
    func `has one length`(count: Int) throws {
        let bytes = try SealedSeed(seed, of: ada, with: keys).bytes

        #expect(SealedSeed(bytes: Array((bytes + bytes).prefix(count))) == nil)
    }

    @Test func `does not open in another account`() throws {
        let sealed = try SealedSeed(seed, of: ada, with: keys)
        let bob = UserID.make(at: ManualClock.start)

        #expect(throws: SealedSeed.Failure.tampered) { try sealed.secret(of: bob, with: keys) }
    }

    @Test func `opens with a previous secret, and is to be sealed anew`() throws {
        let sealed = try SealedSeed(seed, of: ada, with: keys)
        let rotated = try SigningKeys(secret: Scene.secret + "!", previous: [Scene.secret + "?", Scene.secret])

        #expect(try sealed.secret(of: ada, with: rotated).base32 == seed.base32)
        #expect(!sealed.isCurrent(for: rotated))

        let again = try SealedSeed(try sealed.secret(of: ada, with: rotated), of: ada, with: rotated)
        #expect(again.isCurrent(for: rotated))
        #expect(try again.secret(of: ada, with: rotated).base32 == seed.base32)
        #expect(throws: SealedSeed.Failure.unknownKey) { try again.secret(of: ada, with: keys) }
    }

    @Test func `of a secret that was thrown away says so`() throws {
        let sealed = try SealedSeed(seed, of: ada, with: keys)
        let others = try SigningKeys(secret: Scene.secret + "!")

        #expect(throws: SealedSeed.Failure.unknownKey) { try sealed.secret(of: ada, with: others) }
    }

    @Test func `shows nothing of itself`() throws {
        #expect("\(try SealedSeed(seed, of: ada, with: keys))" == "<redacted>")
    }
}
