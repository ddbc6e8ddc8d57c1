extension SQLiteSchema {
    /// What is to be told of events, and how much of it was held back.
    static let notices = Migration(
        sql: """
            CREATE TABLE outbox (
                id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
                lane TEXT NOT NULL,
                dedupe_key TEXT NOT NULL,
                kind TEXT NOT NULL,
                user_id BLOB NOT NULL CHECK (length(user_id) = 16),
                recipient TEXT,
                event_id BLOB NOT NULL CHECK (length(event_id) = 16),
                event_kind TEXT NOT NULL,
                at INTEGER NOT NULL,
                session_id BLOB CHECK (length(session_id) = 16),
                initiator TEXT NOT NULL,
                address TEXT,
                device_info TEXT,
                place TEXT,
                withheld INTEGER NOT NULL CHECK (withheld >= 0),
                attempts INTEGER NOT NULL CHECK (attempts >= 0),
                due_at INTEGER NOT NULL,
                finished_at INTEGER,
                outcome TEXT CHECK (outcome IN ('delivered', 'given_up')),
                UNIQUE (lane, dedupe_key),
                CHECK ((finished_at IS NULL) = (outcome IS NULL))
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX outbox_due ON outbox (lane, due_at) WHERE finished_at IS NULL;
            CREATE INDEX outbox_of_user ON outbox (user_id, lane, at);
            CREATE INDEX outbox_at ON outbox (at);

            CREATE TABLE notice_withheld (
                user_id BLOB NOT NULL PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
                count INTEGER NOT NULL CHECK (count > 0)
            ) STRICT, WITHOUT ROWID;
            """
    )
}
