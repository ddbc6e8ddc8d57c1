import Sessions
import SessionsTesting
import Testing

@testable import Sessions

@Suite struct `Live sessions` {
    @Test func `a session that was put in is found by its code until it ends`() throws {
        let live = LiveSessions()
        let session = try Self.session()

        live.insert(session, readAt: live.generation(for: session.id))
        #expect(live.session(session.tokenCode) === session)

        live.end([session.id])
        #expect(live.session(session.tokenCode) == nil)
        #expect(live.count == 0)
    }

    @Test func `a record that was read before its session was ended is not put in afterwards`() throws {
        let live = LiveSessions()
        let session = try Self.session()

        let generation = live.generation(for: session.id)
        live.end([session.id])
        live.insert(session, readAt: generation)

        #expect(live.session(session.tokenCode) == nil)
    }

    @Test func `a record that was read before all were ended is not put in afterwards`() throws {
        let live = LiveSessions()
        let session = try Self.session()

        let generation = live.generation(for: session.id)
        live.endAll()
        live.insert(session, readAt: generation)

        #expect(live.session(session.tokenCode) == nil)
    }

    @Test func `a record that was read while many others ended is put in, but for a few`() throws {
        let live = LiveSessions()
        var inserted = 0

        for _ in 0..<400 {
            let session = try Self.session()
            let generation = live.generation(for: session.id)
            live.end((0..<20).map { _ in SessionID.make(at: ManualClock.start) })
            if live.insert(session, readAt: generation) { inserted += 1 }
        }

        // One in 200 shares its generation with one of them.
        #expect(inserted > 370)
    }

    @Test func `a record that was read after the ending of another is put in`() throws {
        let live = LiveSessions()
        let session = try Self.session()

        live.end([.make(at: ManualClock.start)])
        live.insert(session, readAt: live.generation(for: session.id))

        #expect(live.session(session.tokenCode) === session)
    }

    @Test func `ending all leaves nobody`() throws {
        let live = LiveSessions()
        let sessions = try (0..<500).map { try Self.session(code: $0) }
        for session in sessions { live.insert(session, readAt: live.generation(for: session.id)) }
        #expect(live.count == 500)

        live.endAll()

        #expect(live.count == 0)
        for session in sessions { #expect(live.session(session.tokenCode) == nil) }
    }

    @Test func `a second token of a session takes the place of the first`() throws {
        let live = LiveSessions()
        let account = try Account.sample("ada")
        let record = SessionRecord(session: .sample(of: account), account: account)
        let first = LiveSession(record, code: Self.code(1))
        let second = LiveSession(record, code: Self.code(2))

        for session in [first, second] { live.insert(session, readAt: live.generation(for: session.id)) }

        #expect(live.session(first.tokenCode) == nil)
        #expect(live.session(second.tokenCode) === second)
        #expect(live.count == 1)
    }

    @Test(arguments: [64, 128, 1_000])
    func `no more are held than there is room for, and the newest is`(sessionsMax: Int) throws {
        let live = LiveSessions(sessionsMax: sessionsMax)
        let sessions = try (0..<4_000).map { try Self.session(code: $0) }

        for session in sessions {
            live.insert(session, readAt: live.generation(for: session.id))
            #expect(live.session(session.tokenCode) === session)
        }

        #expect(live.count <= sessionsMax)
        #expect(sessions.count { live.session($0.tokenCode) != nil } == live.count)
    }

    @Test func `a code that differs in any byte finds nobody`() throws {
        let live = LiveSessions()
        let session = try Self.session(code: 7)
        live.insert(session, readAt: live.generation(for: session.id))

        for index in 0..<32 {
            var bytes = Self.bytes(7)
            bytes[index] ^= 1
            #expect(live.session(bytes.withUnsafeBytes { TokenCode(bytes: $0) }) == nil)
        }
    }

    private static func session(code number: Int = 0) throws -> LiveSession {
        let account = try Account.sample("ada")
        return LiveSession(SessionRecord(session: .sample(of: account), account: account), code: code(number))
    }

    private static func code(_ number: Int) -> TokenCode {
        bytes(number).withUnsafeBytes { TokenCode(bytes: $0) }
    }

    private static func bytes(_ number: Int) -> [UInt8] {
        (0..<4).flatMap { word in
            let bits = (UInt64(number) + 1) &* (0x9E37_79B9_7F4A_7C15 &+ 2 &* UInt64(word))
            return (0..<8).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt64($0))) }
        }
    }
}
