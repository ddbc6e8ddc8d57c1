extension SQLiteSchema {
    /// Failed attempts, and the browsers that have a number of them of their own.
    static let guessing = Migration(
        sql: """
            CREATE TABLE attempt (
                key BLOB NOT NULL PRIMARY KEY CHECK (length(key) = 32),
                failures INTEGER NOT NULL CHECK (failures >= 0),
                waits_until INTEGER NOT NULL,
                forgotten_at INTEGER NOT NULL,
                expendable INTEGER NOT NULL CHECK (expendable IN (0, 1))
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX attempt_forgotten ON attempt (forgotten_at);
            CREATE INDEX attempt_expendable ON attempt (forgotten_at) WHERE expendable = 1;

            CREATE TABLE known_browser (
                user_id BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,
                digest BLOB NOT NULL CHECK (length(digest) = 32),
                seen_at INTEGER NOT NULL,
                PRIMARY KEY (user_id, digest)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX known_browser_of_user ON known_browser (user_id, seen_at DESC, digest);
            CREATE INDEX known_browser_seen ON known_browser (seen_at);
            """
    )
}
