import Foundation
import GRDB
import SessionsSQL

extension SQLiteSchema {
    /// Gives each account's events a chain of hashes, and the chains their seals; addresses get a state to age by.
    static let auditChains = Migration(
        sql: """
            ALTER TABLE session ADD COLUMN address_state INTEGER DEFAULT 0 CHECK (address_state IN (0, 1));
            CREATE INDEX session_address ON session (address_state, ended_at) WHERE ended_at IS NOT NULL;

            ALTER TABLE audit_event RENAME TO former_audit_event;

            CREATE TABLE audit_event (
                chain BLOB NOT NULL CHECK (length(chain) = 16),
                number INTEGER NOT NULL CHECK (number > 0),
                id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
                kind TEXT NOT NULL,
                at INTEGER NOT NULL,
                user_id BLOB,
                session_id BLOB,
                actor TEXT NOT NULL,
                actor_session BLOB,
                device_info TEXT,
                ended_count INTEGER NOT NULL,
                detail TEXT,
                count INTEGER NOT NULL,
                address_commitment BLOB,
                address TEXT,
                address_salt BLOB,
                address_state INTEGER CHECK (address_state IN (0, 1)),
                hash BLOB NOT NULL CHECK (length(hash) = 32),
                PRIMARY KEY (chain, number)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX audit_event_address ON audit_event (address_state, at) WHERE address_state IS NOT NULL;

            CREATE TABLE audit_chain (
                chain BLOB NOT NULL PRIMARY KEY CHECK (length(chain) = 16),
                number INTEGER NOT NULL,
                hash BLOB NOT NULL CHECK (length(hash) = 32),
                start_number INTEGER NOT NULL,
                start_hash BLOB NOT NULL CHECK (length(start_hash) = 32),
                oldest_at INTEGER,
                sealed_number INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX audit_chain_moved ON audit_chain (chain) WHERE number > sealed_number;
            CREATE INDEX audit_chain_oldest ON audit_chain (oldest_at) WHERE oldest_at IS NOT NULL;

            CREATE TABLE audit_seal (
                number INTEGER NOT NULL PRIMARY KEY CHECK (number > 0),
                at INTEGER NOT NULL,
                former BLOB NOT NULL CHECK (length(former) = 32),
                entries BLOB NOT NULL CHECK (length(entries) = 32),
                hash BLOB NOT NULL CHECK (length(hash) = 32)
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE audit_sealed (
                seal INTEGER NOT NULL,
                chain BLOB NOT NULL,
                number INTEGER NOT NULL,
                hash BLOB NOT NULL,
                at INTEGER NOT NULL,
                PRIMARY KEY (seal, chain)
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE audit_seals (
                one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
                number INTEGER NOT NULL,
                hash BLOB NOT NULL CHECK (length(hash) = 32),
                start_number INTEGER NOT NULL,
                start_hash BLOB NOT NULL CHECK (length(start_hash) = 32)
            ) STRICT, WITHOUT ROWID;
            INSERT INTO audit_seals (one, number, hash, start_number, start_hash)
            VALUES (1, 0, zeroblob(32), 0, zeroblob(32));

            CREATE TABLE audit_tally (
                key TEXT NOT NULL,
                minute INTEGER NOT NULL,
                kind TEXT NOT NULL,
                user_id BLOB,
                network TEXT,
                noted INTEGER NOT NULL,
                merged INTEGER NOT NULL,
                last_at INTEGER NOT NULL,
                PRIMARY KEY (key, minute, kind)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX audit_tally_minute ON audit_tally (minute);
            """
    ) { database in
        try chainFormerEvents(database)
        try database.execute(sql: "DROP TABLE former_audit_event")
    }

    /// Puts the events of schema 1 into chains, oldest first, as if each were written now.
    ///
    /// Its statements are those of this schema and stay as they are, whatever the store's become.
    private static func chainFormerEvents(_ database: Database) throws {
        let former = try Row.fetchCursor(
            database,
            sql: """
                SELECT COALESCE(user_id, (SELECT id FROM instance)) AS chain, * FROM former_audit_event
                ORDER BY chain, at, id
                """
        )
        let event = try database.makeStatement(
            sql: """
                INSERT INTO audit_event (chain, number, id, kind, at, user_id, session_id, actor, actor_session,
                    device_info, ended_count, detail, count, address_commitment, address, address_salt, address_state,
                    hash)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, 1, ?, ?, ?, ?, ?)
                """
        )
        let chain = try database.makeStatement(
            sql: """
                INSERT INTO audit_chain (chain, number, hash, start_number, start_hash, oldest_at, sealed_number)
                VALUES (?, 1, ?, 0, zeroblob(32), ?, 0)
                ON CONFLICT (chain) DO UPDATE SET number = number + 1, hash = excluded.hash
                """
        )
        var last = (chain: [UInt8](), number: Int64(0), hash: AuditRow.origin)
        while let row = try former.next() {
            let own: [UInt8] = Array(row["chain"] as Data)
            if own != last.chain { last = (own, 0, AuditRow.origin) }
            var new = AuditRow(former: row, chain: own, number: last.number + 1)
            new.hash = new.hash(after: last.hash)
            last = (own, new.number, new.hash)
            try event.execute(
                arguments: [
                    Data(own), new.number, Data(new.id), new.kind, new.at, new.userID.map { Data($0) },
                    new.sessionID.map { Data($0) }, new.actor, new.actorSession.map { Data($0) }, new.deviceInfo,
                    new.endedCount, new.commitment.map { Data($0) }, new.address, new.salt.map { Data($0) },
                    new.addressState, Data(new.hash),
                ]
            )
            try chain.execute(arguments: [Data(own), Data(new.hash), new.at])
        }
    }
}

extension AuditRow {
    fileprivate init(former row: Row, chain: [UInt8], number: Int64) {
        func bytes(_ column: String) -> [UInt8]? { (row[column] as Data?).map { Array($0) } }
        self.init(
            chain: chain,
            number: number,
            id: bytes("id") ?? [],
            kind: row["kind"],
            at: row["at"],
            userID: bytes("user_id"),
            sessionID: bytes("session_id"),
            actor: row["actor"],
            actorSession: bytes("actor_session"),
            deviceInfo: row["device_info"],
            endedCount: row["ended_count"],
            address: row["address"]
        )
    }
}
