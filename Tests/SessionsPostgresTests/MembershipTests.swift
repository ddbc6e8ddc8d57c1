import Logging
import Sessions
import SessionsTesting
import Testing

@testable import Sessions
@testable import SessionsPostgres

extension PostgresTests {
    @Suite struct `Nodes that share a database` {
        private static let client = Client(address: nil, userAgent: nil)

        @Test func `refuse at once what another has ended, without asking the database otherwise`() async throws {
            try await Cluster.with(nodes: 3) { cluster in
                let opened = try await cluster.open("ada", on: 0)
                for node in cluster.nodes { #expect(try await node.accepts(opened.token)) }
                let before = try cluster.temporary.psql("SELECT count(*) FROM revocation")

                _ = try await cluster.nodes[1].authority.revoke(.any(opened.session.id))

                for node in cluster.nodes { #expect(try await !node.accepts(opened.token)) }
                #expect(before == "0")
                #expect(try cluster.temporary.psql("SELECT seq FROM revocation_head") == "1")
            }
        }

        @Test func `read nothing for a check in steady state`() async throws {
            try await Cluster.with(nodes: 1) { cluster in
                let opened = try await cluster.open("ada", on: 0)
                #expect(try await cluster.nodes[0].accepts(opened.token))
                let before = cluster.nodes[0].database.pool.transactionCount

                for _ in 0..<1_000 { #expect(try await cluster.nodes[0].accepts(opened.token)) }

                #expect(cluster.nodes[0].database.pool.transactionCount == before)
            }
        }

        @Test func `vouch for nobody once the lease is lost, and turn nobody away either`() async throws {
            try await Cluster.with(nodes: 1) { cluster in
                let opened = try await cluster.open("ada", on: 0)
                #expect(try await cluster.nodes[0].accepts(opened.token))

                await cluster.nodes[0].leave()

                await #expect(throws: LeaseLost.self) { try await cluster.nodes[0].accepts(opened.token) }
            }
        }

        @Test func `wait for a member that is silent until its lease has run out, and expel it`() async throws {
            try await Cluster.with(nodes: 1) { cluster in
                let opened = try await cluster.open("ada", on: 0)
                // A member that joined and died: nobody acknowledges for it.
                _ = try cluster.temporary.psql("INSERT INTO node (name) VALUES ('dead')")
                let begun = BootTime.now

                _ = try await cluster.nodes[0].authority.revoke(.any(opened.session.id))

                let waited = BootTime.now.milliseconds(since: begun)
                #expect(waited >= LeaseTerms.revocationWaitMilliseconds)
                #expect(try await !cluster.nodes[0].accepts(opened.token))
                try await cluster.until("the dead member's row is gone") {
                    try cluster.temporary.psql("SELECT count(*) FROM node") == "1"
                }
            }
        }

        @Test func `take no acknowledgement of one server for what another has committed`() async throws {
            try await Cluster.with(nodes: 1) { cluster in
                let pool = cluster.nodes[0].database.pool
                let own = try #require(try await pool.run(\.server))
                let barrier = RevocationBarrier(pool: pool)
                let begun = BootTime.now
                await barrier.wait(for: LogPosition(sequence: 0, server: own))
                #expect(BootTime.now.milliseconds(since: begun) < LeaseTerms.revocationWaitMilliseconds)

                let asked = BootTime.now
                await barrier.wait(for: LogPosition(sequence: 0, server: own.startedAnew))

                #expect(BootTime.now.milliseconds(since: asked) >= LeaseTerms.revocationWaitMilliseconds)
            }
        }

        @Test func `wait as well for what somebody else has ended a moment ago`() async throws {
            try await Cluster.with(nodes: 1) { cluster in
                let opened = try await cluster.open("ada", on: 0)
                _ = try cluster.temporary.psql("INSERT INTO node (name) VALUES ('dead')")
                async let first = cluster.nodes[0].authority.revoke(.any(opened.session.id))
                try await cluster.until("the session has ended") {
                    try cluster.temporary.psql("SELECT count(*) FROM session WHERE ended_at IS NOT NULL") == "1"
                }
                let begun = BootTime.now

                // Ends nothing any more, and must not be told so before the first is.
                let second = try await cluster.nodes[0].authority.revoke(.all(of: opened.session.userID))

                #expect(second.active.isEmpty)
                #expect(BootTime.now.milliseconds(since: begun) >= LeaseTerms.revocationWaitMilliseconds - 500)
                #expect(try await first.active.count == 1)
            }
        }

        @Test func `come back by themselves after they were expelled`() async throws {
            try await Cluster.with(nodes: 1) { cluster in
                let opened = try await cluster.open("ada", on: 0)
                #expect(try await cluster.nodes[0].accepts(opened.token))
                let row = try cluster.temporary.psql("UPDATE node SET state = 2 RETURNING id")

                try await cluster.until("there is another row") {
                    try cluster.temporary.psql("SELECT count(*) FROM node WHERE state = 1 AND id <> \(row)") == "1"
                }

                try await cluster.until("it is accepted again") { try await cluster.nodes[0].accepts(opened.token) }
            }
        }

        @Test func `learn of what an operator ends by hand`() async throws {
            try await Cluster.with(nodes: 2) { cluster in
                let opened = try await cluster.open("ada", on: 0)
                for node in cluster.nodes { #expect(try await node.accepts(opened.token)) }

                _ = try cluster.temporary.psql("DELETE FROM session")

                for node in cluster.nodes {
                    try await cluster.until("it is refused") { try await !node.accepts(opened.token) }
                }
            }
        }

        @Test func `drop everything when they are too far behind the log`() async throws {
            try await Cluster.with(nodes: 1) { cluster in
                let opened = try await cluster.open("ada", on: 0)
                #expect(try await cluster.nodes[0].accepts(opened.token))
                _ = try cluster.temporary.psql(
                    """
                    BEGIN;
                    ALTER TABLE session DISABLE TRIGGER session_ended;
                    UPDATE session SET ended_at = 1, end_reason = 'revoked', ended_by = 'operator';
                    UPDATE revocation_head SET seq = seq + 3;
                    COMMIT
                    """
                )

                try await cluster.until("it is refused") { try await !cluster.nodes[0].accepts(opened.token) }
            }
        }

        @Test func `grant themselves nothing when the log has gone back`() async throws {
            try await Cluster.with(nodes: 1) { cluster in
                let opened = try await cluster.open("ada", on: 0)
                _ = try await cluster.nodes[0].authority.revoke(.any(opened.session.id))
                try await cluster.until("it has applied it") {
                    try cluster.temporary.psql("SELECT applied_seq FROM node") == "1"
                }

                _ = try cluster.temporary.psql("UPDATE revocation_head SET seq = 0")

                try await cluster.until("the lease is lost") { !cluster.nodes[0].database.lease.isHeld }
                try await cluster.until("it stays lost", for: 40) { !cluster.nodes[0].database.lease.isHeld }
            }
        }

        @Test func `note each end of a session once, in the order of the commits`() async throws {
            try await Cluster.with(nodes: 1) { cluster in
                var sessions: [SessionID] = []
                for number in 0..<30 { sessions.append(try await cluster.open("user\(number)", on: 0).session.id) }
                let authority = cluster.nodes[0].authority

                try await withThrowingTaskGroup { group in
                    for session in sessions { group.addTask { _ = try await authority.revoke(.any(session)) } }
                    try await group.waitForAll()
                }

                #expect(
                    try cluster.temporary.psql("SELECT count(*), count(DISTINCT session_id) FROM revocation") == "30|30"
                )
                // Some share a number; there is no gap.
                #expect(
                    try cluster.temporary.psql("SELECT min(seq), max(seq) = count(DISTINCT seq) FROM revocation")
                        == "1|t"
                )
            }
        }
    }
}

extension ServerIdentity {
    fileprivate var startedAnew: Self { Self(system: system, startedAt: startedAt + 1) }
}

/// Nodes in this process, each with connections, memory and lease of its own.
private struct Cluster: Sendable {
    let temporary: TemporaryPostgres
    let nodes: [Node]

    struct Node: Sendable {
        let database: PostgresDatabase
        let authority: SessionAuthority
        let membership: MembershipThread

        init(url: String, number: Int) async throws {
            database = try await PostgresDatabase(url: url, connections: 8)
            authority = try await SessionAuthority(
                store: database.store,
                keys: SigningKeys(secret: "0123456789abcdef0123456789abcdef"),
                clock: database.clock,
                locate: { _ in nil },
                lease: database.lease
            )
            var logger = Logger(label: "node \(number)")
            logger.logLevel = .critical
            membership = MembershipThread(
                database: database,
                authority: authority,
                name: "node \(number)",
                logger: logger
            )
            await membership.start()
        }

        func accepts(_ token: SessionToken) async throws -> Bool {
            if case .valid = try await authority.verify(token.bytes, from: Client(address: nil, userAgent: nil)) {
                true
            } else {
                false
            }
        }

        func leave() async { await membership.stop() }
    }

    static func with(nodes count: Int, _ body: @escaping (Cluster) async throws -> Void) async throws {
        try await TemporaryPostgres.with { temporary in
            var nodes: [Node] = []
            for number in 0..<count { nodes.append(try await Node(url: temporary.url, number: number)) }
            let cluster = Cluster(temporary: temporary, nodes: nodes)
            let outcome: Result<Void, any Error>
            do { outcome = .success(try await body(cluster)) } catch { outcome = .failure(error) }
            for node in nodes {
                await node.leave()
                await node.database.close()
            }
            try outcome.get()
        }
    }

    func open(_ name: String, on node: Int) async throws -> SessionAuthority.OpenedSession {
        let account = try Account.sample(name)
        try #require(try await nodes[node].database.store.add(account, .sample(.accountCreated, user: account.id)))
        let authentication = Authentication(
            userID: account.id,
            credentialVersion: account.credentialVersion,
            epoch: account.epoch,
            methods: .password,
            at: nodes[node].authority.now,
            browser: nil,
            failures: 0,
            settling: []
        )
        return try #require(
            try await nodes[node].authority.open(
                for: authentication,
                from: Client(address: nil, userAgent: nil),
                isRemembered: false
            )
        )
    }

    /// Waits until something is true; with a number of turns, that it stays true for so many.
    func until(_ what: String, for turns: Int = 1, _ condition: () async throws -> Bool) async throws {
        let end = BootTime.now.advanced(milliseconds: 30_000)
        var held = 0
        while BootTime.now < end {
            held = (try? await condition()) == true ? held + 1 : 0
            if held >= turns { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("it did not come true within 30 s that \(what)")
    }
}
