import Foundation
import Sessions
import SessionsTesting
import Testing

@testable import SessionsPostgres
@testable import SessionsSQL

/// A database of its own on the server that `script/postgres` runs.
struct TemporaryPostgres: Sendable {
    let name: String
    let url: String

    private let server: String

    /// Thrown when there is no server: a test that is not run proves nothing.
    struct NoServer: Error, CustomStringConvertible {
        let description = "POSTGRES_URL is not set: run the tests by script/postgres"
    }

    init() throws {
        guard let server = ProcessInfo.processInfo.environment["POSTGRES_URL"] else { throw NoServer() }
        name = "test_" + "\(UserID.make(at: ManualClock.start))".replacing("-", with: "_")
        self.server = server
        let host = try #require(server.lastIndex(of: "/"))
        url = server[...host] + name
        _ = try output(of: "psql", server, "-qc", "CREATE DATABASE \(name)")
    }

    func drop() throws {
        _ = try output(of: "psql", server, "-qc", "DROP DATABASE \(name) WITH (FORCE)")
    }

    /// What a statement answers, as psql prints it.
    func psql(_ statement: String) throws -> String {
        try output(of: "psql", url, "-qAtc", statement).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Waits until a statement has an answer.
    func until(_ statement: String, is answer: String) async throws {
        for _ in 0..<200 where try psql(statement) != answer { try await Task.sleep(for: .milliseconds(50)) }
        #expect(try psql(statement) == answer)
    }

    /// Runs a body with a database that is dropped afterwards.
    static func with(_ body: (TemporaryPostgres) async throws -> Void) async throws {
        let database = try TemporaryPostgres()
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(database)) } catch { outcome = .failure(error) }
        try database.drop()
        try outcome.get()
    }
}

extension PostgresDatabase {
    var driver: PostgresDriver {
        get throws { try #require(store as? SQLStore<PostgresDriver>).driver }
    }

    /// All events.
    func events() async throws -> [AuditEvent] {
        try await driver.read { database in
            try database.rows("SELECT \(part: auditEventColumns) FROM audit_event e").map { row in
                var row = row
                return try row.event()
            }
        }
    }

    /// What is wrong with the audit log.
    func findings() async throws -> [AuditFinding] {
        var verification = AuditVerification(auditLog)
        var findings: [AuditFinding] = []
        while !verification.isDone { findings += try await verification.step() }
        return findings
    }
}
