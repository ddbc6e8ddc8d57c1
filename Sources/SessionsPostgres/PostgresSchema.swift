import SessionsSQL

/// The schema and its history.
///
/// A migration is never changed once released; the next one is added after it.
enum PostgresSchema {
    /// The version that databases are brought to.
    static var version: Int { migrations.count }

    private static let migrations = [first, monitoring, notices, links, locks]

    /// "RTCS", as the key of the lock under which one process at a time migrates.
    private static let lock: Int64 = 0x5254_4353

    /// Brings a database's schema up to date, in one transaction.
    ///
    /// - Throws: ``PostgresFailure`` for a schema that is newer than this program.
    static func migrate(_ connection: PostgresConnection) throws {
        _ = try connection.run("BEGIN")
        _ = try connection.run("SELECT pg_advisory_xact_lock(\(lock))")
        _ = try connection.run(
            "CREATE TABLE IF NOT EXISTS schema_version (one BIGINT PRIMARY KEY CHECK (one = 1), version BIGINT NOT NULL)"
        )
        _ = try connection.run("INSERT INTO schema_version (one, version) VALUES (1, 0) ON CONFLICT DO NOTHING")
        var row = try connection.run("SELECT version FROM schema_version").rows.first.map { SQLRow($0) } ?? SQLRow([])
        let version = Int(try row.integer())
        guard version <= migrations.count else {
            throw PostgresFailure(
                "the database has schema version \(version); this program knows \(migrations.count) and does not go back"
            )
        }
        for migration in migrations.dropFirst(version) {
            for statement in migration { _ = try connection.run(statement) }
        }
        _ = try connection.run("UPDATE schema_version SET version = \(migrations.count)")
        _ = try connection.run("COMMIT")
    }

    private static let first: [SQL] = accounts + auditLog + revocations

    private static let accounts: [SQL] = [
        """
        CREATE TABLE instance (
            one BIGINT PRIMARY KEY CHECK (one = 1),
            id BYTEA NOT NULL CHECK (length(id) = 16)
        )
        """,
        "INSERT INTO instance (one, id) VALUES (1, decode(replace(gen_random_uuid()::text, '-', ''), 'hex'))",
        """
        CREATE TABLE account (
            id BYTEA NOT NULL PRIMARY KEY CHECK (length(id) = 16),
            email TEXT NOT NULL UNIQUE,
            email_verified BIGINT NOT NULL CHECK (email_verified IN (0, 1)),
            username TEXT NOT NULL UNIQUE,
            created_at BIGINT NOT NULL,
            password_changed_at BIGINT NOT NULL,
            password_hash TEXT,
            credential_version BIGINT NOT NULL CHECK (credential_version > 0),
            epoch BIGINT NOT NULL CHECK (epoch > 0),
            disabled BIGINT NOT NULL CHECK (disabled IN (0, 1))
        )
        """,
        """
        CREATE TABLE session (
            id BYTEA NOT NULL PRIMARY KEY CHECK (length(id) = 16),
            user_id BYTEA NOT NULL REFERENCES account (id) ON DELETE CASCADE,
            epoch BIGINT NOT NULL,
            token_digest BYTEA NOT NULL CHECK (length(token_digest) = 32),
            amr TEXT NOT NULL,
            authenticated_at BIGINT NOT NULL,
            created_at BIGINT NOT NULL,
            expires_at BIGINT NOT NULL CHECK (expires_at > created_at),
            remembered BIGINT NOT NULL CHECK (remembered IN (0, 1)),
            sign_in_address TEXT,
            last_activity BIGINT NOT NULL,
            address TEXT,
            user_agent TEXT,
            device_type TEXT NOT NULL,
            browser TEXT NOT NULL,
            browser_name TEXT NOT NULL,
            browser_version TEXT NOT NULL,
            os TEXT NOT NULL,
            location TEXT,
            ended_at BIGINT,
            end_reason TEXT,
            ended_by TEXT,
            ended_by_session BYTEA,
            address_state BIGINT DEFAULT 0 CHECK (address_state IN (0, 1)),
            CHECK ((ended_at IS NULL) = (end_reason IS NULL) AND (ended_at IS NULL) = (ended_by IS NULL))
        )
        """,
        "CREATE INDEX session_of_user ON session (user_id, ended_at, last_activity, created_at, id)",
        "CREATE INDEX session_due ON session (expires_at) WHERE ended_at IS NULL",
        "CREATE INDEX session_ended ON session (ended_at) WHERE ended_at IS NOT NULL",
        "CREATE INDEX session_address ON session (address_state, ended_at) WHERE ended_at IS NOT NULL",
        """
        CREATE TABLE session_listing (
            id BYTEA NOT NULL PRIMARY KEY CHECK (length(id) = 16),
            user_id BYTEA NOT NULL REFERENCES account (id) ON DELETE CASCADE,
            at BIGINT NOT NULL,
            session_ids BYTEA NOT NULL
        )
        """,
        "CREATE INDEX session_listing_of_user ON session_listing (user_id, id)",
        "CREATE INDEX session_listing_at ON session_listing (at)",
        """
        CREATE TABLE attempt (
            key BYTEA NOT NULL PRIMARY KEY CHECK (length(key) = 32),
            failures BIGINT NOT NULL CHECK (failures >= 0),
            waits_until BIGINT NOT NULL,
            forgotten_at BIGINT NOT NULL,
            expendable BIGINT NOT NULL CHECK (expendable IN (0, 1))
        )
        """,
        "CREATE INDEX attempt_forgotten ON attempt (forgotten_at)",
        "CREATE INDEX attempt_expendable ON attempt (forgotten_at) WHERE expendable = 1",
        """
        CREATE TABLE known_browser (
            user_id BYTEA NOT NULL REFERENCES account (id) ON DELETE CASCADE,
            digest BYTEA NOT NULL CHECK (length(digest) = 32),
            seen_at BIGINT NOT NULL,
            PRIMARY KEY (user_id, digest)
        )
        """,
        "CREATE INDEX known_browser_of_user ON known_browser (user_id, seen_at DESC, digest)",
        "CREATE INDEX known_browser_seen ON known_browser (seen_at)",
        """
        CREATE TABLE second_factor (
            user_id BYTEA NOT NULL PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
            seed BYTEA NOT NULL,
            enabled_at BIGINT,
            last_step BIGINT,
            session_id BYTEA CHECK (length(session_id) = 16),
            expires_at BIGINT,
            CHECK ((enabled_at IS NULL) = (last_step IS NULL)),
            CHECK ((enabled_at IS NULL) = (session_id IS NOT NULL)),
            CHECK ((enabled_at IS NULL) = (expires_at IS NOT NULL))
        )
        """,
        "CREATE INDEX second_factor_pending ON second_factor (expires_at) WHERE expires_at IS NOT NULL",
        """
        CREATE TABLE recovery_code (
            user_id BYTEA NOT NULL REFERENCES account (id) ON DELETE CASCADE,
            digest BYTEA NOT NULL CHECK (length(digest) = 32),
            PRIMARY KEY (user_id, digest)
        )
        """,
        """
        CREATE TABLE login_challenge (
            digest BYTEA NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
            user_id BYTEA NOT NULL REFERENCES account (id) ON DELETE CASCADE,
            credential_version BIGINT NOT NULL CHECK (credential_version > 0),
            epoch BIGINT NOT NULL CHECK (epoch > 0),
            remembered BIGINT NOT NULL CHECK (remembered IN (0, 1)),
            browser BYTEA CHECK (length(browser) = 32),
            follows_failures BIGINT NOT NULL CHECK (follows_failures IN (0, 1)),
            expires_at BIGINT NOT NULL
        )
        """,
        "CREATE INDEX login_challenge_of_user ON login_challenge (user_id)",
        "CREATE INDEX login_challenge_due ON login_challenge (expires_at)",
    ]

    private static let auditLog: [SQL] = [
        """
        CREATE TABLE audit_event (
            chain BYTEA NOT NULL CHECK (length(chain) = 16),
            number BIGINT NOT NULL CHECK (number > 0),
            id BYTEA NOT NULL UNIQUE CHECK (length(id) = 16),
            kind TEXT NOT NULL,
            at BIGINT NOT NULL,
            user_id BYTEA,
            session_id BYTEA,
            actor TEXT NOT NULL,
            actor_session BYTEA,
            device_info TEXT,
            ended_count BIGINT NOT NULL,
            detail TEXT,
            count BIGINT NOT NULL,
            address_commitment BYTEA,
            address TEXT,
            address_salt BYTEA,
            address_state BIGINT CHECK (address_state IN (0, 1)),
            hash BYTEA NOT NULL CHECK (length(hash) = 32),
            PRIMARY KEY (chain, number)
        )
        """,
        "CREATE INDEX audit_event_address ON audit_event (address_state, at) WHERE address_state IS NOT NULL",
        """
        CREATE TABLE audit_chain (
            chain BYTEA NOT NULL PRIMARY KEY CHECK (length(chain) = 16),
            number BIGINT NOT NULL,
            hash BYTEA NOT NULL CHECK (length(hash) = 32),
            start_number BIGINT NOT NULL,
            start_hash BYTEA NOT NULL CHECK (length(start_hash) = 32),
            oldest_at BIGINT,
            sealed_number BIGINT NOT NULL
        ) WITH (fillfactor = 70)
        """,
        "CREATE INDEX audit_chain_moved ON audit_chain (chain) WHERE number > sealed_number",
        "CREATE INDEX audit_chain_oldest ON audit_chain (oldest_at) WHERE oldest_at IS NOT NULL",
        """
        CREATE TABLE audit_seal (
            number BIGINT NOT NULL PRIMARY KEY CHECK (number > 0),
            at BIGINT NOT NULL,
            former BYTEA NOT NULL CHECK (length(former) = 32),
            entries BYTEA NOT NULL CHECK (length(entries) = 32),
            hash BYTEA NOT NULL CHECK (length(hash) = 32)
        )
        """,
        """
        CREATE TABLE audit_sealed (
            seal BIGINT NOT NULL,
            chain BYTEA NOT NULL,
            number BIGINT NOT NULL,
            hash BYTEA NOT NULL,
            at BIGINT NOT NULL,
            PRIMARY KEY (seal, chain)
        )
        """,
        """
        CREATE TABLE audit_seals (
            one BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
            number BIGINT NOT NULL,
            hash BYTEA NOT NULL CHECK (length(hash) = 32),
            start_number BIGINT NOT NULL,
            start_hash BYTEA NOT NULL CHECK (length(start_hash) = 32)
        )
        """,
        """
        INSERT INTO audit_seals (one, number, hash, start_number, start_hash)
        VALUES (1, 0, decode(repeat('00', 32), 'hex'), 0, decode(repeat('00', 32), 'hex'))
        """,
        """
        CREATE TABLE audit_tally (
            key TEXT NOT NULL,
            minute BIGINT NOT NULL,
            kind TEXT NOT NULL,
            user_id BYTEA,
            network TEXT,
            noted BIGINT NOT NULL,
            merged BIGINT NOT NULL,
            last_at BIGINT NOT NULL,
            PRIMARY KEY (key, minute, kind)
        )
        """,
        "CREATE INDEX audit_tally_minute ON audit_tally (minute)",
    ]
}
