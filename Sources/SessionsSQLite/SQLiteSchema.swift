import GRDB

/// The schema and its history.
///
/// A migration is never changed once released; the next one is added after it.
enum SQLiteSchema {
    /// "RTCS": tells our files from other SQLite files.
    static let applicationID = 0x5254_4353

    /// Brings a file's schema up to date, one transaction a migration.
    ///
    /// - Throws: ``SQLiteDatabase/OpeningFailure`` for a file of another application or of a newer version of this one.
    static func migrate(_ pool: DatabasePool) throws {
        try pool.writeWithoutTransaction { database in
            let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
            let application = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
            let isEmpty = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") == 0
            guard isEmpty || application == applicationID else {
                throw SQLiteDatabase.OpeningFailure(description: "the file belongs to another application")
            }
            guard version <= migrations.count else {
                throw SQLiteDatabase.OpeningFailure(
                    description:
                        "the database has schema version \(version); this program knows \(migrations.count) and does not go back"
                )
            }
            for (index, migration) in migrations.enumerated().dropFirst(version) {
                try database.inTransaction(.immediate) {
                    try database.execute(sql: migration.sql)
                    try migration.completion(database)
                    try database.execute(sql: "PRAGMA application_id = \(applicationID)")
                    try database.execute(sql: "PRAGMA user_version = \(index + 1)")
                    return .commit
                }
            }
        }
    }

    /// What brings a schema to the next version.
    struct Migration: Sendable {
        let sql: String
        /// What SQL alone cannot do; it comes after it, in the same transaction.
        var completion: @Sendable (Database) throws -> Void = { _ in }
    }

    /// The version that files are brought to.
    static var version: Int { migrations.count }

    private static let migrations = [
        first, auditChains, guessing, secondFactor, monitoring, notices, links, locks,
    ]

    static let first = Migration(
        sql: """
            CREATE TABLE instance (
                one INTEGER PRIMARY KEY CHECK (one = 1),
                id BLOB NOT NULL CHECK (length(id) = 16)
            ) STRICT;
            INSERT INTO instance (one, id) VALUES (1, randomblob(16));

            CREATE TABLE account (
                id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
                email TEXT NOT NULL UNIQUE,
                email_verified INTEGER NOT NULL CHECK (email_verified IN (0, 1)),
                username TEXT NOT NULL UNIQUE,
                created_at INTEGER NOT NULL,
                password_changed_at INTEGER NOT NULL,
                password_hash TEXT,
                credential_version INTEGER NOT NULL CHECK (credential_version > 0),
                epoch INTEGER NOT NULL CHECK (epoch > 0),
                disabled INTEGER NOT NULL CHECK (disabled IN (0, 1))
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE session (
                id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
                user_id BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,
                epoch INTEGER NOT NULL,
                token_digest BLOB NOT NULL CHECK (length(token_digest) = 32),
                amr TEXT NOT NULL,
                authenticated_at INTEGER NOT NULL,
                created_at INTEGER NOT NULL,
                expires_at INTEGER NOT NULL CHECK (expires_at > created_at),
                remembered INTEGER NOT NULL CHECK (remembered IN (0, 1)),
                sign_in_address TEXT,
                last_activity INTEGER NOT NULL,
                address TEXT,
                user_agent TEXT,
                device_type TEXT NOT NULL,
                browser TEXT NOT NULL,
                browser_name TEXT NOT NULL,
                browser_version TEXT NOT NULL,
                os TEXT NOT NULL,
                location TEXT,
                ended_at INTEGER,
                end_reason TEXT,
                ended_by TEXT,
                ended_by_session BLOB,
                CHECK ((ended_at IS NULL) = (end_reason IS NULL) AND (ended_at IS NULL) = (ended_by IS NULL))
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX session_of_user ON session (user_id, ended_at, last_activity, created_at, id);
            CREATE INDEX session_due ON session (expires_at) WHERE ended_at IS NULL;
            CREATE INDEX session_ended ON session (ended_at) WHERE ended_at IS NOT NULL;

            CREATE TABLE session_listing (
                id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
                user_id BLOB NOT NULL REFERENCES account (id) ON DELETE CASCADE,
                at INTEGER NOT NULL,
                session_ids BLOB NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX session_listing_of_user ON session_listing (user_id, id);
            CREATE INDEX session_listing_at ON session_listing (at);

            CREATE TABLE audit_event (
                id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
                kind TEXT NOT NULL,
                at INTEGER NOT NULL,
                user_id BLOB,
                session_id BLOB,
                actor TEXT NOT NULL,
                actor_session BLOB,
                address TEXT,
                device_info TEXT,
                ended_count INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX audit_event_of_user ON audit_event (user_id, at);
            """
    )
}
