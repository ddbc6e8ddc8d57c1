extension SQLiteSchema {
    /// What the operator denies for a time.
    static let locks = Migration(
        sql: """
            CREATE TABLE login_lock (
                id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
                kind TEXT NOT NULL,
                target TEXT NOT NULL,
                user_id BLOB REFERENCES account (id) ON DELETE CASCADE,
                set_at INTEGER NOT NULL,
                expires_at INTEGER NOT NULL CHECK (expires_at > set_at),
                reason TEXT,
                UNIQUE (kind, target),
                CHECK ((kind = 'account') = (user_id IS NOT NULL))
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX login_lock_on_user ON login_lock (user_id, expires_at);
            CREATE INDEX login_lock_due ON login_lock (expires_at);
            """
    )
}
