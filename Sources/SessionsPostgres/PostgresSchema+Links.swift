import SessionsSQL

extension PostgresSchema {
    /// What the links in mails are good for, and who asked for one to set a password.
    static let links: [SQL] = [
        """
        CREATE TABLE mailed_link (
            id BYTEA NOT NULL PRIMARY KEY CHECK (length(id) = 16),
            purpose TEXT NOT NULL CHECK (purpose IN ('report', 'password', 'email')),
            user_id BYTEA NOT NULL REFERENCES account (id) ON DELETE CASCADE,
            address TEXT NOT NULL,
            credential_version BIGINT NOT NULL CHECK (credential_version > 0),
            event_id BYTEA NOT NULL CHECK (length(event_id) = 16),
            expires_at BIGINT NOT NULL
        )
        """,
        "CREATE INDEX mailed_link_of_user ON mailed_link (user_id, purpose)",
        "CREATE INDEX mailed_link_address ON mailed_link (address)",
        "CREATE INDEX mailed_link_due ON mailed_link (expires_at)",
        """
        CREATE TABLE password_request (
            id BYTEA NOT NULL PRIMARY KEY CHECK (length(id) = 16),
            name TEXT,
            at BIGINT NOT NULL,
            address TEXT,
            device_info TEXT
        )
        """,
        // What other nodes hold of an account in memory is read anew, as after a session's token was renewed.
        """
        CREATE FUNCTION note_address() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            own BIGINT := NULLIF(current_setting('sessiond.transaction', true), '')::BIGINT;
        BEGIN
            IF NOT EXISTS (SELECT 1 FROM session WHERE user_id = NEW.id AND ended_at IS NULL) THEN
                RETURN NULL;
            END IF;
            IF own IS NULL THEN
                UPDATE revocation_head SET seq = seq + 1 WHERE one = 1 RETURNING seq INTO STRICT own;
                PERFORM set_config('sessiond.transaction', own::TEXT, true);
                PERFORM set_config('sessiond.revoked', own::TEXT, false);
                PERFORM pg_notify('sessiond_revocation', '');
            END IF;
            INSERT INTO revocation (seq, session_id, user_id)
            SELECT own, id, user_id FROM session WHERE user_id = NEW.id AND ended_at IS NULL;
            RETURN NULL;
        END $$
        """,
        """
        CREATE CONSTRAINT TRIGGER account_address AFTER UPDATE OF email, email_verified ON account
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
        WHEN (OLD.email <> NEW.email OR OLD.email_verified <> NEW.email_verified)
        EXECUTE FUNCTION note_address()
        """,
    ]
}
