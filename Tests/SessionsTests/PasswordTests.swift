import Sessions
import SessionsTesting
import Testing

@testable import Sessions

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@Suite struct `Password hash` {
    @Test func `is Argon2id with 19 MiB, two passes and one lane, as a PHC string`() throws {
        let hash = try PasswordHash(of: Password("correct horse"), cost: .standard)

        let parts = hash.encoded.split(separator: "$", omittingEmptySubsequences: false)
        #expect(parts.prefix(4) == ["", "argon2id", "v=19", "m=19456,t=2,p=1"])
        #expect(parts.count == 6)
        #expect(parts[4].utf8.count == 22)
        #expect(parts[5].utf8.count == 43)
        #expect(try hash.matches(Password("correct horse")))
    }

    @Test func `of the same password is another each time`() throws {
        let hashes = try (0..<20).map { _ in try PasswordHash(of: Password("correct horse"), cost: .cheap).encoded }

        #expect(Set(hashes).count == 20)
    }

    /// libargon2's own test vector for version 0x13 (phc-winner-argon2, `src/test.c`).
    @Test func `made elsewhere is verified`() throws {
        let hash = PasswordHash(
            encoded: "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
        )

        #expect(try hash.matches(Password("password")))
        #expect(try !hash.matches(Password("passwore")))
    }

    @Test(arguments: [
        "", "x", "$argon2id$", "$argon2id$v=19$m=64,t=1,p=1$$", "$2b$12$abcdefghijklmnopqrstuv", "plain",
        "$argon2i$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g", "$argon2id$v=19$m=1,t=0,p=0$c2FsdHNhbHQ$aGFzaGhhc2g",
    ])
    func `that cannot be read is a failure, not a wrong password`(encoded: String) {
        #expect(throws: PasswordHash.Failure.self) { try PasswordHash(encoded: encoded).matches(Password("x")) }
    }

    /// Made by bcrypt 4.0.1, passlib 1.7.4 and Django 5.2.
    @Test(arguments: [
        "$2b$05$9TfovWqnA0ApTedIwKKlKeabidyVBTEWU3LXToW0urrh5NtKoksxa",
        "$scrypt$ln=10,r=16,p=2$OyeEcI5RSmmNsVbKOce4lw$0k+gGs5RVk/GeJIwqoumc0Q+yizjntL/j0MHW5tMOZI",
        "pbkdf2_sha256$20000$seasalt$VQAmWx5FdDv1XPglDkSCeURPIuvcr31qPjkhyD0ZIyQ=",
    ])
    func `of another scheme is verified in its own way, and is outdated`(encoded: String) throws {
        let hash = try PasswordHash(imported: encoded)

        #expect(try hash.matches(Password("correct horse battery ä")))
        for other in ["", "\0", "correct horse battery", "correct horse battery ä\0", "correct horse battery ä "] {
            #expect(try !hash.matches(Password(other)))
        }
        #expect(hash.isOutdated(for: .standard))
    }

    /// Never trimmed, folded, cut or ended at a NUL (ASVS 6.2.8).
    @Test(arguments: [
        "pw ", " pw", "PW", "p", "pw\0", "pw\0x", "", "p\u{FF57}", String(repeating: "pw", count: 2),
    ])
    func `is of every byte that was typed`(other: String) throws {
        let hash = try PasswordHash(of: Password("pw"), cost: .cheap)
        let long = String(repeating: "x", count: Password.bytesMax - 1)
        let longHash = try PasswordHash(of: Password(long + "a"), cost: .cheap)

        #expect(try hash.matches(Password("pw")))
        #expect(try !hash.matches(Password(other)))
        #expect(try longHash.matches(Password(long + "a")))
        #expect(try !longHash.matches(Password(long + "b")))
    }

    @Test func `is not of a text that only looks the same`() throws {
        let hash = try PasswordHash(of: Password("caf\u{E9}"), cost: .cheap)

        #expect(try !hash.matches(Password("cafe\u{301}")))
    }

    @Test func `of the empty password is one`() throws {
        let hash = try PasswordHash(of: Password(""), cost: .cheap)

        #expect(try hash.matches(Password("")))
        #expect(try !hash.matches(Password("\0")))
    }

    @Test func `is outdated when any part of its cost differs`() throws {
        let hash = try PasswordHash(of: Password("x"), cost: .cheap)

        #expect(!hash.isOutdated(for: .cheap))
        #expect(hash.isOutdated(for: .init(memoryKiB: 65, passes: 1, lanes: 1)))
        #expect(hash.isOutdated(for: .init(memoryKiB: 64, passes: 2, lanes: 1)))
        #expect(hash.isOutdated(for: .init(memoryKiB: 64, passes: 1, lanes: 2)))
        #expect(hash.isOutdated(for: .init(memoryKiB: 6, passes: 1, lanes: 1)))
        #expect(PasswordHash(encoded: "$argon2i$v=19$m=64,t=1,p=1$x$y").isOutdated(for: .cheap))
    }
}

@Suite struct `Password hasher` {
    @Test func `computes as many at once as it may, lets a bounded number wait and refuses the others at once`()
        async throws
    {
        let hasher = try PasswordHasher(cost: .cheap, width: 2, waitingMax: 3)
        let gate = Gate()
        let running = Peak()

        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<9 {
                group.addTask {
                    do {
                        try await hasher.run {
                            running.enter()
                            gate.wait()
                            running.leave()
                        }
                        return true
                    } catch is PasswordHasher.Overloaded {
                        return false
                    }
                }
            }
            // None of the five that were let in can end: whoever ends first was refused.
            for _ in 0..<4 { try await #expect(group.next() == false) }
            gate.open()
            for _ in 0..<5 { try await #expect(group.next() == true) }
        }

        #expect(running.most <= 2)
    }

    @Test func `serves again what comes after a rush`() async throws {
        let hasher = try PasswordHasher(cost: .cheap, width: 1, waitingMax: 0)
        for _ in 0..<50 {
            let hash = try await hasher.hash(Password("x"))
            try await #expect(hasher.verify(Password("x"), against: hash))
        }
    }

    /// On Linux each thread has a niceness of its own, 19 at most; adding 0 tells it.
    @Test func `computes at a lower priority than who asks, and lowers no other thread`() async throws {
        let hasher = try PasswordHasher(cost: .cheap, width: 2)
        let niceness = nice(0)

        for _ in 0..<20 {
            let its = try await hasher.run { nice(0) }
            #expect(its > niceness || niceness == 19)
            #expect(nice(0) == niceness)
        }
    }

    @Test(.timeLimit(.minutes(1))) func `ends its threads when nobody needs it any more`() async throws {
        let ended = TaskGate()

        try await PasswordHasher(cost: .cheap, width: 1).run { EndOfThread { ended.open() }.await() }

        await ended.wait()
    }

    @Test func `never matches where there is no hash`() async throws {
        let hasher = try PasswordHasher(cost: .cheap, width: 1)

        try await #expect(!hasher.verify(Password("x"), against: nil))
        try await #expect(!hasher.verify(Password(""), against: nil))
    }

    @Test func `tells a failure of the library as such`() async throws {
        let hasher = try PasswordHasher(cost: .cheap, width: 1)

        await #expect(throws: PasswordHash.Failure.self) {
            try await hasher.verify(Password("x"), against: PasswordHash(encoded: "garbage"))
        }
    }
}

/// Tells when the thread ends that awaits it.
private final class EndOfThread {
    private let tell: @Sendable () -> Void

    init(_ tell: @escaping @Sendable () -> Void) {
        self.tell = tell
    }

    func await() {
        var key = pthread_key_t()
        pthread_key_create(&key) { value in
            guard let value else { return }
            Unmanaged<EndOfThread>.fromOpaque(value).takeRetainedValue().tell()
        }
        pthread_setspecific(key, Unmanaged.passRetained(self).toOpaque())
    }
}

@Suite struct Passwords {
    @Test func `a password shows nothing of itself`() {
        let password = Password("hunter2hunter2")
        var dumped = ""
        dump(password, to: &dumped)

        #expect("\(password)" == "<redacted>")
        #expect(String(reflecting: password) == "<redacted>")
        #expect(!dumped.contains("hunter2") && !dumped.contains("104"))
    }
}
