extension SQLiteSchema {
    /// What the links in mails are good for, and who asked for one to set a password.
    static let links = Migration(
        sql: """
            CREATE TABLE mailed_link (
                id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
                purpose TEXT NOT NULL CHECK (purpose IN ('report', 'password', 'email')),
                user_id BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,
                address TEXT NOT NULL,
                credential_version INTEGER NOT NULL CHECK (credential_version > 0),
                event_id BLOB NOT NULL CHECK (length(event_id) = 16),
                expires_at INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX mailed_link_of_user ON mailed_link (user_id, purpose);
            CREATE INDEX mailed_link_address ON mailed_link (address);
            CREATE INDEX mailed_link_due ON mailed_link (expires_at);

            CREATE TABLE password_request (
                id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
                name TEXT,
                at INTEGER NOT NULL,
                address TEXT,
                device_info TEXT
            ) STRICT, WITHOUT ROWID;
            """
    )
}
