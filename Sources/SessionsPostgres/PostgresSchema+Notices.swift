import SessionsSQL

extension PostgresSchema {
    /// What is to be told of events, and how much of it was held back.
    static let notices: [SQL] = [
        """
        CREATE TABLE outbox (
            id BYTEA NOT NULL PRIMARY KEY CHECK (length(id) = 16),
            lane TEXT NOT NULL,
            dedupe_key TEXT NOT NULL,
            kind TEXT NOT NULL,
            user_id BYTEA NOT NULL CHECK (length(user_id) = 16),
            recipient TEXT,
            event_id BYTEA NOT NULL CHECK (length(event_id) = 16),
            event_kind TEXT NOT NULL,
            at BIGINT NOT NULL,
            session_id BYTEA CHECK (length(session_id) = 16),
            initiator TEXT NOT NULL,
            address TEXT,
            device_info TEXT,
            place TEXT,
            withheld BIGINT NOT NULL CHECK (withheld >= 0),
            attempts BIGINT NOT NULL CHECK (attempts >= 0),
            due_at BIGINT NOT NULL,
            finished_at BIGINT,
            outcome TEXT CHECK (outcome IN ('delivered', 'given_up')),
            UNIQUE (lane, dedupe_key),
            CHECK ((finished_at IS NULL) = (outcome IS NULL))
        )
        """,
        "CREATE INDEX outbox_due ON outbox (lane, due_at) WHERE finished_at IS NULL",
        "CREATE INDEX outbox_of_user ON outbox (user_id, lane, at)",
        "CREATE INDEX outbox_at ON outbox (at)",
        """
        CREATE TABLE notice_withheld (
            user_id BYTEA NOT NULL PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
            count BIGINT NOT NULL CHECK (count > 0)
        )
        """,
    ]
}
