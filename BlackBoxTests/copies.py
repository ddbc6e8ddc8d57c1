"""Many rows in PostgreSQL, written past the server: copies of rows that it wrote, with whatever columns the schema has.

Accounts and sessions are numbered. What has a number has an id that can be told from it, here and in the database.
"""

import hashlib
import time
import uuid
from contextlib import contextmanager

from postgres import psql
from tokens import parts, sign

PATIENCE_SECONDS = 3_600
HOUR = 3_600_000
ACCOUNT_MADE = "1700000000000"


def new_id(kind, number, milliseconds):
    """A version 7 UUID as an expression: the kind's number-th, of such a moment."""
    digest = f"md5('{kind} ' || ({number}))"
    random = f"'7' || substr({digest}, 1, 3) || '8' || substr({digest}, 4, 15)"
    return f"decode(lpad(to_hex({milliseconds}), 12, '0') || {random}, 'hex')"


def known_id(kind, number, milliseconds):
    """The same as a UUID."""
    digest = hashlib.md5(f"{kind} {number}".encode()).hexdigest()
    return uuid.UUID(f"{milliseconds:012x}7{digest[:3]}8{digest[3:18]}")


def literal(identity):
    return f"'\\x{uuid.UUID(str(identity)).hex}'"


class Copies:
    """Fills the database of a server that does not run, after one person has logged in once."""

    def __init__(self, database, client, users):
        self.url, self.users = database.url(), users
        self.owner, self.session = client.user["id"], client.session["id"]
        self.token, self.secret = client.token, client.server.secret
        self.begun = int(time.time() * 1000)

    def run(self, statement):
        # No trigger looks for what a row refers to: all of it is there.
        return psql(self.url, f"SET session_replication_role = replica; {statement}", PATIENCE_SECONDS)

    def insert(self, table, source, changes):
        """A row like `t` for each row of the source, with expressions in the place of some columns."""
        rows = psql(
            self.url, f"SELECT column_name FROM information_schema.columns WHERE table_name = '{table}' ORDER BY 1"
        )
        names = [name for (name,) in rows]
        values = ", ".join(str(changes.get(name, f"t.{name}")) for name in names)
        self.run(f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM {source}")

    # Accounts

    def user(self, number):
        return known_id("user", number, int(ACCOUNT_MADE))

    def add_accounts(self):
        """With a chain of the audit log for each; nothing of it is left to be sealed."""
        every = f"generate_series(0, {self.users - 1}) AS n"
        user = new_id("user", "n", ACCOUNT_MADE)
        own = f"(SELECT * FROM account WHERE id = {literal(self.owner)}) AS t, {every}"
        names = {"email": "'filler-' || n || '@example.org'", "username": "'filler' || n"}
        self.insert("account", own, {"id": user} | names)
        chain = f"(SELECT * FROM audit_chain WHERE chain = {literal(self.owner)}) AS t, {every}"
        self.insert(
            "audit_chain", chain, {"chain": user, "number": 0, "sealed_number": 0, "oldest_at": self.begun - HOUR}
        )
        browser = f"(SELECT * FROM known_browser WHERE user_id = {literal(self.owner)} LIMIT 1) AS t, {every}"
        self.insert("known_browser", browser, {"user_id": user, "digest": "sha256(('browser ' || n)::bytea)"})

    # Sessions: user by user, and again from the first. So a user's lie far apart, as they do when they come one a day.

    def owner_of(self, number):
        return number % self.users

    def created(self, number):
        return self.begun - HOUR + number // 1_000

    def session_id(self, number):
        return known_id("session", number, self.created(number))

    def token_of(self, number):
        """A token that opens such a session, if it was added with it."""
        header, claims, _ = parts(self.token)
        claims |= {"sub": str(self.user(self.owner_of(number))), "sid": str(self.session_id(number))}
        return sign(header, claims, self.secret)

    def add_sessions(self, first, count, opened=(), events=True, **changes):
        """So many sessions from a number on; those of some numbers can be opened. Each has an event in the audit log.

        While the server runs there may be no events: it writes to the same chains.
        """
        every = f"generate_series({first}, {first + count - 1}) AS n"
        self.run("CREATE TABLE IF NOT EXISTS known_digest (number BIGINT PRIMARY KEY, token_digest BYTEA)")
        for start in range(0, len(opened), 1_000):
            numbers = opened[start : start + 1_000]
            digests = ((number, hashlib.sha256(self.token_of(number).encode()).hexdigest()) for number in numbers)
            rows = ", ".join(f"({number}, '\\x{digest}')" for number, digest in digests)
            self.run(f"INSERT INTO known_digest VALUES {rows}")
        moment = f"({self.begun - HOUR} + n / 1000)"
        columns = {
            "id": new_id("session", "n", moment),
            "user_id": new_id("user", f"n % {self.users}", ACCOUNT_MADE),
            "token_digest": "coalesce(d.token_digest, sha256(('token ' || n)::bytea))",
            "created_at": moment,
            "last_activity": moment,
            "expires_at": f"{moment} + {24 * HOUR}",
        }
        own = f"(SELECT * FROM session WHERE id = {literal(self.session)}) AS t, {every}"
        self.insert("session", f"{own} LEFT JOIN known_digest AS d ON d.number = n", columns | changes)
        if events:
            self.add_events(every, columns["user_id"], columns["id"], moment)

    def replace_sessions(self, ids):
        """A new session in the place of each of some that have ended."""
        changes = dict.fromkeys(("ended_at", "end_reason", "ended_by", "ended_by_session"), "NULL")
        # The last 5 bytes are random anyway.
        changes["id"] = "overlay(t.id PLACING substr(sha256(t.id), 1, 5) FROM 12)"
        changes["token_digest"] = "sha256(t.token_digest)"
        self.insert("session", f"(SELECT * FROM session WHERE id IN ({', '.join(map(literal, ids))})) AS t", changes)

    def add_events(self, every, user, session, moment):
        event = f"(SELECT * FROM audit_event WHERE kind = 'login_succeeded' ORDER BY number LIMIT 1) AS t, {every}"
        columns = {
            "chain": user,
            "number": f"n / {self.users} + 1",
            "id": new_id("event", "n", moment),
            "at": moment,
            "user_id": user,
            "session_id": session,
            "actor_session": session,
            "hash": "sha256(('event ' || n)::bytea)",
        }
        self.insert("audit_event", event, columns)
        heads = "(SELECT chain, max(number) AS number FROM audit_event GROUP BY chain) AS h"
        self.run(
            f"UPDATE audit_chain AS c SET number = h.number, sealed_number = h.number FROM {heads} "
            "WHERE h.chain = c.chain AND h.number > c.number"
        )

    @contextmanager
    def without_indexes(self, *tables, named=None):
        """Drops what keeps order in some tables, or some of it, and makes it again as it was."""
        dropped, made = [], []
        for table in tables:
            rows = psql(
                self.url,
                "SELECT x.relname, c.conname, coalesce(pg_get_constraintdef(c.oid), pg_get_indexdef(i.indexrelid)) "
                "FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid "
                "LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.conrelid = i.indrelid "
                f"WHERE i.indrelid = '{table}'::regclass",
            )
            for name, constraint, definition in rows:
                if named and name not in named:
                    continue
                alter = f"ALTER TABLE {table}"
                dropped.append(f"{alter} DROP CONSTRAINT {constraint}" if constraint else f"DROP INDEX {name}")
                made.append(f"{alter} ADD CONSTRAINT {constraint} {definition}" if constraint else definition)
        assert dropped, f"no index {named} of {tables}"
        for statement in dropped:
            self.run(statement)
        yield
        for statement in made:
            self.run(f"SET maintenance_work_mem = '1GB'; {statement}")

    def settle(self):
        """What a database looks like that was filled in weeks."""
        psql(self.url, "VACUUM (ANALYZE)", PATIENCE_SECONDS)
        psql(self.url, "CHECKPOINT", PATIENCE_SECONDS)
