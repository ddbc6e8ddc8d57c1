extension SQLiteSchema {
    /// Second factors, their recovery codes, and log-ins that wait for a code.
    static let secondFactor = Migration(
        sql: """
            CREATE TABLE second_factor (
                user_id BLOB NOT NULL PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
                seed BLOB NOT NULL,
                enabled_at INTEGER,
                last_step INTEGER,
                session_id BLOB CHECK (length(session_id) = 16),
                expires_at INTEGER,
                CHECK ((enabled_at IS NULL) = (last_step IS NULL)),
                CHECK ((enabled_at IS NULL) = (session_id IS NOT NULL)),
                CHECK ((enabled_at IS NULL) = (expires_at IS NOT NULL))
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX second_factor_pending ON second_factor (expires_at) WHERE expires_at IS NOT NULL;

            CREATE TABLE recovery_code (
                user_id BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,
                digest BLOB NOT NULL CHECK (length(digest) = 32),
                PRIMARY KEY (user_id, digest)
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE login_challenge (
                digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
                user_id BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,
                credential_version INTEGER NOT NULL CHECK (credential_version > 0),
                epoch INTEGER NOT NULL CHECK (epoch > 0),
                remembered INTEGER NOT NULL CHECK (remembered IN (0, 1)),
                browser BLOB CHECK (length(browser) = 32),
                follows_failures INTEGER NOT NULL CHECK (follows_failures IN (0, 1)),
                expires_at INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX login_challenge_of_user ON login_challenge (user_id);
            CREATE INDEX login_challenge_due ON login_challenge (expires_at);
            """
    )
}
