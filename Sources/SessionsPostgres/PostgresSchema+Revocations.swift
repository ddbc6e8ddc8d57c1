import SessionsSQL

extension PostgresSchema {
    /// The log of revocations, and the processes that follow it.
    ///
    /// The log is written by the database itself, when a transaction that ended a session or renewed its token commits: nothing can end one
    /// without an entry, neither a statement of ours nor one that an operator types. The counter is locked by the first entry of a
    /// transaction, at the very end of it and within its COMMIT, so that no client is asked while others wait for it. Whoever has a number has it
    /// after all that have a lower one are visible; a transaction that rolls back leaves no gap.
    static let revocations: [SQL] = [
        """
        CREATE TABLE revocation_head (
            one BIGINT PRIMARY KEY CHECK (one = 1),
            seq BIGINT NOT NULL
        ) WITH (fillfactor = 10)
        """,
        "INSERT INTO revocation_head (one, seq) VALUES (1, 0)",
        """
        CREATE TABLE revocation (
            seq BIGINT NOT NULL,
            item BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY,
            session_id BYTEA NOT NULL,
            user_id BYTEA NOT NULL,
            reason TEXT,
            at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
            PRIMARY KEY (seq, item)
        )
        """,
        "CREATE INDEX revocation_at ON revocation (at)",
        """
        CREATE TABLE node (
            id BIGINT NOT NULL PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
            name TEXT NOT NULL,
            state BIGINT NOT NULL DEFAULT 1 CHECK (state IN (1, 2)),
            applied_seq BIGINT NOT NULL DEFAULT 0,
            beat BIGINT NOT NULL DEFAULT 0,
            beat_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
            started_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
        ) WITH (fillfactor = 10)
        """,
        """
        CREATE FUNCTION note_revocation() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            own BIGINT := NULLIF(current_setting('sessiond.transaction', true), '')::BIGINT;
        BEGIN
            IF own IS NULL THEN
                UPDATE revocation_head SET seq = seq + 1 WHERE one = 1 RETURNING seq INTO STRICT own;
                -- The one for the rest of this transaction, the other for whoever asks after it.
                PERFORM set_config('sessiond.transaction', own::TEXT, true);
                PERFORM set_config('sessiond.revoked', own::TEXT, false);
                PERFORM pg_notify('sessiond_revocation', '');
            END IF;
            INSERT INTO revocation (seq, session_id, user_id, reason)
            VALUES (own, OLD.id, OLD.user_id,
                CASE WHEN TG_OP = 'DELETE' THEN 'disabled' WHEN NEW.ended_at IS NOT NULL THEN NEW.end_reason END);
            RETURN NULL;
        END $$
        """,
        // A session whose time is over is refused by the clock, on every node.
        """
        CREATE CONSTRAINT TRIGGER session_ended AFTER UPDATE OF ended_at ON session DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
        WHEN (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL AND NEW.end_reason <> 'expired')
        EXECUTE FUNCTION note_revocation()
        """,
        """
        CREATE CONSTRAINT TRIGGER session_renewed AFTER UPDATE OF token_digest ON session DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
        WHEN (OLD.token_digest <> NEW.token_digest AND NEW.ended_at IS NULL)
        EXECUTE FUNCTION note_revocation()
        """,
        """
        CREATE CONSTRAINT TRIGGER session_deleted AFTER DELETE ON session DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
        WHEN (OLD.ended_at IS NULL)
        EXECUTE FUNCTION note_revocation()
        """,
    ]
}
