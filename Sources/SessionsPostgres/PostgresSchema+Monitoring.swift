import SessionsSQL

extension PostgresSchema {
    /// What accounts were seen as, and when their owners looked last.
    static let monitoring: [SQL] = [
        """
        CREATE TABLE sighting (
            id BYTEA NOT NULL PRIMARY KEY CHECK (length(id) = 16),
            user_id BYTEA NOT NULL REFERENCES account (id) ON DELETE CASCADE,
            session_id BYTEA NOT NULL CHECK (length(session_id) = 16),
            at BIGINT NOT NULL,
            network TEXT,
            location TEXT,
            location_whole BIGINT NOT NULL CHECK (location_whole IN (0, 1)),
            device_type TEXT NOT NULL,
            browser TEXT NOT NULL,
            browser_name TEXT NOT NULL,
            browser_version TEXT NOT NULL,
            os TEXT NOT NULL,
            browser_known BIGINT NOT NULL CHECK (browser_known IN (0, 1)),
            signals TEXT,
            severity BIGINT NOT NULL CHECK (severity BETWEEN 0 AND 3),
            verdict TEXT,
            CHECK ((severity = 0) = (signals IS NULL))
        )
        """,
        "CREATE INDEX sighting_of_user ON sighting (user_id, at, id)",
        "CREATE INDEX sighting_raised ON sighting (user_id, at, id) WHERE severity > 0",
        "CREATE INDEX sighting_whole ON sighting (at) WHERE location_whole = 1",
        "CREATE INDEX sighting_at ON sighting (at)",
        """
        CREATE TABLE visit (
            user_id BYTEA NOT NULL PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
            at BIGINT NOT NULL,
            former BIGINT
        )
        """,
    ]
}
