import Sessions
import Testing

@testable import Sessions
@testable import SessionsSQL

extension Stage {
    /// What is in the database, whoever was told what.
    struct Truth: Sendable {
        var accounts: Set<UserID> = []
        var live: Set<SessionID> = []
        var ended: Set<SessionID> = []
        var tokens: [SessionID: [UInt8]] = [:]
        /// All that guards the accounts, but the hashes: these are renewed without an event.
        var credentials: Set<String> = []
        var challenges = 0
        var events: [AuditEventID: Event] = [:]
        /// The events that somebody is told of.
        var told: Set<AuditEventID> = []

        struct Event: Sendable {
            let kind: AuditEvent.Kind
            let user: UserID?
            let session: SessionID?
            let endedCount: Int
        }

        /// Whether every change has its event, and every event its change.
        func isExplained(since before: Truth) -> Bool {
            let news = events.filter { before.events[$0.key] == nil }.values
            let added = news.filter { $0.kind == .accountCreated }.compactMap(\.user)
            let opened = news.filter(\.kind.isOpening).compactMap(\.session)
            let endings = news.filter(\.kind.isEnding)
            let ended = ended.subtracting(before.ended)
            return Set(added) == accounts.subtracting(before.accounts)
                && Set(opened) == live.union(self.ended).subtracting(before.live.union(before.ended))
                && news.reduce(0) { $0 + $1.endedCount } == ended.count
                && Set(endings.compactMap(\.session)).isSubset(of: ended)
                && endings.allSatisfy { $0.endedCount > 0 }
                && news.contains { $0.kind.isCredentialChange } == hasOtherCredentials(than: before)
                && news.contains { $0.kind == .secondFactorAsked } == (challenges > before.challenges)
                && told.isSubset(of: events.keys)
                && events.filter { $0.value.kind.isTold || $0.value.endedCount > 0 }.keys.allSatisfy(told.contains)
                && before.accounts.isSubset(of: accounts) && before.events.keys.allSatisfy { events[$0] != nil }
        }

        private func hasOtherCredentials(than before: Truth) -> Bool {
            let renewed = before.tokens.contains { session, digest in tokens[session] != digest }
            return renewed || !before.credentials.isSubset(of: credentials)
        }

        /// Whether a token opens its session.
        func accepts(_ token: Token) -> Bool {
            live.contains(token.session)
                && tokens[token.session] == TokenDigest(of: Array(token.text.utf8)).bytes
        }
    }

    func truth() async throws -> Truth {
        try await driver.read { database in
            var truth = Truth()
            for var row in try database.rows("SELECT id FROM account") { truth.accounts.insert(try row.id()) }
            for var row in try database.rows("SELECT id, ended_at IS NULL, token_digest FROM session") {
                let id: SessionID = try row.id()
                if try row.bool() { truth.live.insert(id) } else { truth.ended.insert(id) }
                truth.tokens[id] = try row.blob()
            }
            for statement: SQL in [
                "SELECT hex(id) || '/' || credential_version || '/' || password_changed_at FROM account",
                "SELECT hex(user_id) || hex(seed) FROM second_factor WHERE enabled_at IS NOT NULL",
                "SELECT hex(user_id) || hex(digest) FROM recovery_code",
            ] {
                for var row in try database.rows(statement) { truth.credentials.insert(try row.text()) }
            }
            truth.challenges = try database.rows("SELECT 1 FROM login_challenge").count
            for var row in try database.rows("SELECT id, kind, user_id, session_id, ended_count FROM audit_event") {
                let id: AuditEventID = try row.id()
                truth.events[id] = Truth.Event(
                    kind: try row.value(AuditEvent.Kind.init),
                    user: try row.optional { try $0.id() },
                    session: try row.optional { try $0.id() },
                    endedCount: Int(try row.integer())
                )
            }
            for var row in try database.rows("SELECT event_id FROM outbox") { truth.told.insert(try row.id()) }
            return truth
        }
    }
}

extension AuditEvent.Kind {
    fileprivate var isOpening: Bool { [.loginSucceeded, .loginSucceededAfterFailures].contains(self) }

    fileprivate var isEnding: Bool {
        [.sessionLoggedOut, .sessionRevoked, .sessionReplaced, .sessionExpired].contains(self)
    }

    /// Whether a webhook is told of it, whatever it has ended.
    fileprivate var isTold: Bool { isOpening || isCredentialChange && self != .reauthenticated }

    fileprivate var isCredentialChange: Bool {
        [
            .passwordChanged, .passwordSet, .reauthenticated, .secondFactorEnabled, .secondFactorDisabled,
            .recoveryCodesMade, .recoveryCodeUsed, .suspicionReported, .passwordReset, .emailChanged,
        ].contains(self)
    }
}
