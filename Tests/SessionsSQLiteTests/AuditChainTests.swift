import Sessions
import SessionsTesting
import Testing

@testable import SessionsSQL
@testable import SessionsSQLite

/// Somebody has the file and changes what has happened.
@Suite struct `The audit log` {
    private static let start = ManualClock.start

    /// A database with two chains of six events each, one of the node, and a seal after each half.
    private struct Kept {
        let database: TemporaryDatabase
        let ada: [UInt8]
        let node: [UInt8]

        init() async throws {
            database = try TemporaryDatabase()
            let accounts = [try await database.add("ada"), try await database.add("bob")]
            ada = accounts[0].id.bytes
            node = try await database.store.instanceID().bytes
            for half in 1...2 {
                for account in accounts {
                    for _ in 0..<half + 1 { _ = try await database.open(account) }
                    let at = ManualClock.start.adding(seconds: Int64(half) * 60)
                    try await database.store.note(failure: .sample(.loginFailed, at: at, user: nil))
                }
                _ = try await database.store.seal(at: ManualClock.start.adding(seconds: Int64(half) * 120), limit: 500)
            }
        }

        func run(_ statements: SQL...) async throws {
            try await database.driver.write { connection in
                for statement in statements { _ = try connection.run(statement) }
            }
        }
    }

    @Test func `as it was written is sound, and tells of all its events`() async throws {
        let kept = try await Kept()

        try await #expect(kept.database.findings() == [])

        var verification = AuditVerification(kept.database.database.auditLog)
        while !verification.isDone { _ = try await verification.step() }
        #expect(verification.events == 16)
        #expect(verification.seals == 2)
    }

    @Test func `of an empty database is sound`() async throws {
        try await #expect(TemporaryDatabase().findings() == [])
    }

    @Test(arguments: [
        "id = randomblob(16)", "kind = 'login_failed'", "at = at + 1", "user_id = randomblob(16)", "user_id = NULL",
        "session_id = randomblob(16)", "session_id = NULL", "actor = 'system'", "actor_session = randomblob(16)",
        "device_info = 'Desktop - Chrome'", "device_info = NULL", "ended_count = 1", "detail = ''", "count = 2",
        "address_commitment = randomblob(32)", "address_commitment = NULL", "hash = randomblob(32)",
        "address = '192.0.2.1'", "address = NULL", "address_salt = randomblob(16)", "address_salt = NULL",
        "address_state = 1", "address_state = NULL",
    ])
    func `whose event was edited in any column is found out`(edit: String) async throws {
        let kept = try await Kept()

        try await kept.run(
            "UPDATE audit_event SET \(part: SQL(stringLiteral: edit)) WHERE chain = \(kept.ada) AND number = 3"
        )

        let findings = try await kept.database.findings()
        let expected: Set<AuditFinding> = [
            .altered(chain: kept.ada, number: 3), .addressAltered(chain: kept.ada, number: 3),
        ]
        #expect(!expected.isDisjoint(with: findings), "\(findings)")
    }

    @Test(arguments: [
        "number = number + 1", "number = number - 1", "hash = randomblob(32)", "start_number = 1", "start_number = 2",
        "start_hash = randomblob(32)", "sealed_number = 99",
    ])
    func `whose record of a chain was edited is found out`(edit: String) async throws {
        let kept = try await Kept()

        try await kept.run("UPDATE audit_chain SET \(part: SQL(stringLiteral: edit)) WHERE chain = \(kept.ada)")

        try await #expect(!kept.database.findings().isEmpty)
    }

    @Test func `whose event was edited with its hash is found out by the next one`() async throws {
        let kept = try await Kept()
        let row = try #require(
            try await kept.database.driver.read { connection in
                try connection.row(
                    "SELECT \(part: auditRowColumns) FROM audit_event e WHERE chain = \(kept.ada) AND number = 3"
                ).map { row in
                    var row = row
                    return try row.auditRow()
                }
            }
        )
        let former = try #require(
            try await kept.database.driver.read { connection in
                try connection.row("SELECT hash FROM audit_event WHERE chain = \(kept.ada) AND number = 2").map { row in
                    var row = row
                    return try row.blob()
                }
            }
        )
        #expect(row.hash(after: former) == row.hash)
        var edited = row
        edited.at += 1

        try await kept.run(
            """
            UPDATE audit_event SET at = \(edited.at), hash = \(edited.hash(after: former))
            WHERE chain = \(kept.ada) AND number = 3
            """
        )

        try await #expect(
            kept.database.findings() == [
                .altered(chain: kept.ada, number: 4), .sealedOtherwise(chain: kept.ada, number: 3, seal: 1),
            ]
        )
    }

    @Test func `with a missing event is found out`() async throws {
        let kept = try await Kept()

        try await kept.run("DELETE FROM audit_event WHERE chain = \(kept.ada) AND number = 2")

        try await #expect(kept.database.findings() == [.missing(chain: kept.ada, 2...2)])
    }

    @Test func `with two events in each other's place is found out`() async throws {
        let kept = try await Kept()

        try await kept.run(
            "UPDATE audit_event SET number = 99 WHERE chain = \(kept.ada) AND number = 4",
            "UPDATE audit_event SET number = 4 WHERE chain = \(kept.ada) AND number = 5",
            "UPDATE audit_event SET number = 5 WHERE chain = \(kept.ada) AND number = 99"
        )

        try await #expect(
            kept.database.findings().starts(with: [
                .altered(chain: kept.ada, number: 4), .altered(chain: kept.ada, number: 5),
            ])
        )
    }

    @Test func `whose newest events were cut off is found out`() async throws {
        let kept = try await Kept()

        try await kept.run("DELETE FROM audit_event WHERE chain = \(kept.ada) AND number > 4")

        try await #expect(
            kept.database.findings() == [
                .cut(chain: kept.ada, 5...6), .sealedMissing(chain: kept.ada, number: 6, seal: 2),
            ]
        )
    }

    @Test func `whose newest events were cut off, and the chain's record set back, is found out by the seal`()
        async throws
    {
        let kept = try await Kept()

        try await kept.run(
            "DELETE FROM audit_event WHERE chain = \(kept.ada) AND number > 4",
            """
            UPDATE audit_chain SET number = 4, sealed_number = 4,
                hash = (SELECT hash FROM audit_event WHERE chain = \(kept.ada) AND number = 4)
            WHERE chain = \(kept.ada)
            """
        )

        try await #expect(kept.database.findings() == [.sealedMissing(chain: kept.ada, number: 6, seal: 2)])
    }

    @Test func `that has lost all of an account is found out by the seal`() async throws {
        let kept = try await Kept()

        try await kept.run(
            "DELETE FROM audit_event WHERE chain = \(kept.ada)",
            "DELETE FROM audit_chain WHERE chain = \(kept.ada)"
        )

        try await #expect(kept.database.findings() == [.sealedMissing(chain: kept.ada, number: 3, seal: 1)])
    }

    @Test func `whose oldest events were taken away as if they had been purged is found out`() async throws {
        let kept = try await Kept()

        try await kept.run(
            """
            UPDATE audit_chain SET start_number = 4,
                start_hash = (SELECT hash FROM audit_event WHERE chain = \(kept.ada) AND number = 4)
            WHERE chain = \(kept.ada)
            """,
            "DELETE FROM audit_event WHERE chain = \(kept.ada) AND number <= 4"
        )

        try await #expect(
            kept.database.findings() == [
                .purgedUntold(chain: kept.ada), .sealedMissing(chain: kept.ada, number: 3, seal: 1),
            ]
        )
    }

    @Test func `whose seal was taken away, edited or emptied is found out`() async throws {
        for (statement, expected) in [
            ("DELETE FROM audit_seal WHERE number = 1", AuditFinding.sealMissing(1...1)),
            ("DELETE FROM audit_seal WHERE number = 2", .sealMissing(2...2)),
            ("UPDATE audit_seal SET at = at + 1 WHERE number = 1", .sealAltered(1)),
            ("UPDATE audit_seal SET former = randomblob(32) WHERE number = 2", .sealAltered(2)),
            ("UPDATE audit_seal SET entries = randomblob(32) WHERE number = 2", .sealAltered(2)),
            ("UPDATE audit_seal SET hash = randomblob(32) WHERE number = 1", .sealAltered(1)),
            ("DELETE FROM audit_sealed WHERE seal = 1", .sealAltered(1)),
            ("UPDATE audit_sealed SET at = at + 1 WHERE seal = 2", .sealAltered(2)),
            ("UPDATE audit_seals SET number = 1", .sealHeadAltered),
            ("UPDATE audit_seals SET hash = randomblob(32)", .sealHeadAltered),
            ("DELETE FROM audit_seals", .sealHeadAltered),
        ] as [(String, AuditFinding)] {
            let kept = try await Kept()

            try await kept.run(SQL(stringLiteral: statement))

            let findings = try await kept.database.findings()
            #expect(findings.contains(expected), "\(statement): \(findings)")
        }
    }

    @Test func `with a seal in the middle taken away is found out`() async throws {
        let kept = try await Kept()
        _ = try await kept.database.open(kept.database.add("carol"))
        _ = try await kept.database.store.seal(at: Self.start.adding(seconds: 360), limit: 500)

        try await kept.run("DELETE FROM audit_seal WHERE number = 2", "DELETE FROM audit_sealed WHERE seal = 2")

        try await #expect(kept.database.findings() == [.sealMissing(2...2)])
    }

    @Test func `is sound after addresses were shortened and removed, and a shortened one cannot be guessed`()
        async throws
    {
        let kept = try await Kept()
        let later = Self.start.adding(seconds: 1_000)

        _ = try await kept.database.store.shortenAddresses(before: later, limit: 5)
        try await #expect(kept.database.findings() == [])
        while try await kept.database.store.shortenAddresses(before: later, limit: 5) == 5 {}
        try await #expect(kept.database.findings() == [])
        try await #expect(
            kept.database.driver.integer("SELECT count(*) FROM audit_event WHERE address_salt IS NOT NULL") == 0
        )
        _ = try await kept.database.store.removeAddresses(before: later, limit: 5)
        try await #expect(kept.database.findings() == [])
        while try await kept.database.store.removeAddresses(before: later, limit: 5) == 5 {}
        try await #expect(kept.database.findings() == [])
    }

    @Test func `is sound after a purge of events and seals, in however many steps, and after what follows`()
        async throws
    {
        let kept = try await Kept()
        let account = try #require(try await kept.database.store.accounts(after: nil, limit: 1).first)
        let later = Self.start.adding(seconds: 150)

        var steps = 0
        while try await kept.database.store.purgeEvents(before: later, at: later, limit: 3) >= 3, steps < 20 {
            steps += 1
            try await #expect(kept.database.findings() == [])
        }
        try await #expect(kept.database.findings() == [])
        #expect(steps > 2)
        try await #expect(kept.database.driver.integer("SELECT count(*) FROM audit_seal") == 1)

        _ = try await kept.database.open(account)
        _ = try await kept.database.store.seal(at: later, limit: 500)
        try await #expect(kept.database.findings() == [])

        try await kept.run("DELETE FROM audit_event WHERE chain = \(account.id)")
        try await #expect(!kept.database.findings().isEmpty)
    }

    @Test func `is sealed only when something was written, and in batches`() async throws {
        let database = try TemporaryDatabase()
        for number in 0..<7 { _ = try await database.add("user\(number)") }

        var sealed: [Int] = []
        for _ in 0..<5 { sealed.append(try await database.store.seal(at: Self.start, limit: 3)) }

        #expect(sealed == [3, 3, 1, 0, 0])
        try await #expect(database.driver.integer("SELECT count(*) FROM audit_seal") == 3)
        try await #expect(database.findings() == [])
    }

    @Test func `has dense chains when many write at once`() async throws {
        let database = try TemporaryDatabase()
        let accounts = [try await database.add("ada"), try await database.add("bob")]

        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    _ = try await database.open(accounts[number % 2])
                    if number % 50 == 0 { _ = try await database.store.seal(at: Self.start, limit: 500) }
                }
            }
            try await group.waitForAll()
        }

        for account in accounts {
            let count = try await database.driver.integer(
                "SELECT count(*) FROM audit_event WHERE chain = \(account.id)"
            )
            let last = try await database.driver.integer("SELECT number FROM audit_chain WHERE chain = \(account.id)")
            #expect(count == 101 && last == 101)
        }
        try await #expect(database.findings() == [])
    }

    @Test func `can be verified while it is written, sealed and purged`() async throws {
        let database = try TemporaryDatabase()
        let account = try await database.add("ada")
        try await database.driver.write { connection in
            for number in 0..<6_000 {
                let at = Self.start.adding(seconds: Int64(number))
                let user = number.isMultiple(of: 3) ? nil : account.id
                try connection.insert(.sample(.loginFailed, at: at, user: user))
            }
        }
        let verified = Tally()

        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for _ in 0..<5 {
                    try await #expect(database.findings() == [])
                    verified.increment()
                }
            }
            group.addTask {
                var seconds: Int64 = 0
                while verified.count < 5 {
                    seconds += 50
                    let now = Self.start.adding(seconds: 6_000 + seconds)
                    _ = try await database.open(account, at: now)
                    _ = try await database.store.seal(at: now, limit: 500)
                    let instant = Self.start.adding(seconds: seconds)
                    _ = try await database.store.purgeEvents(before: instant, at: now, limit: 500)
                    _ = try await database.store.shortenAddresses(before: instant, limit: 500)
                }
            }
            try await group.waitForAll()
        }

        try await #expect(database.findings() == [])
    }
}
