"""How PostgreSQL finds rows among many: every statement that the server asks, as it was planned when it was asked."""

import json
import os
import re
from pathlib import Path
from typing import NamedTuple

import pytest

from client import Client, Person
from copies import HOUR, Copies
from postgres import Database, psql
from server import Server, eventually

USERS, SESSIONS, EXPIRED = 4_000, 200_000, 3_500
# What grows with the number of accounts.
GROWING = {"session", "audit_event", "audit_chain", "account", "known_browser"}
# What a node may look at: the rows of a batch of the upkeep, and of each the way down its index. Far less than all.
ROWS_MAX = 1_200
PAGES_MAX, PAGES_A_ROW_MAX = 1_000, 10
# A prepared statement has had a plan for each of its first five turns; from then on it may keep one for all.
TURNS = 8
EXPLAIN = {
    "session_preload_libraries": "auto_explain",
    "auto_explain.log_min_duration": "0",
    "auto_explain.log_analyze": "on",
    "auto_explain.log_buffers": "on",
    "auto_explain.log_timing": "off",
    "auto_explain.log_nested_statements": "on",
    "auto_explain.log_format": "json",
}
# A word of each that must be among the statements: a test that sees none of them proves nothing.
HOT = {
    "check": r"FROM session s JOIN account a .* WHERE s\.id = ",
    "list": r"FROM session s WHERE s\.user_id = .* ORDER BY s\.last_activity DESC",
    "further page": r"FROM session s WHERE s\.id IN ",
    "revoke one": r"UPDATE session SET ended_at .* AND id = .* AND user_id = ",
    "revoke others": r"UPDATE session SET ended_at .* AND user_id = .* AND id <> ",
    "revoke all": r"UPDATE session SET ended_at .* AND user_id = \$\d+ RETURNING",
    "sweep": r"UPDATE session SET ended_at .* ORDER BY expires_at LIMIT",
    "activity": r"UPDATE session SET last_activity",
    "account by name": r"FROM account a .* WHERE a\.email = ",
    "open": r"INSERT INTO session ",
    "log of revocations": r"INSERT INTO revocation ",
    "event": r"INSERT INTO audit_event ",
    "end of a chain": r"INSERT INTO audit_chain ",
    "recent activity": r"FROM audit_event e WHERE e\.chain = .* ORDER BY e\.number DESC",
    "known browser": r"FROM known_browser WHERE user_id = ",
    "purge": r"DELETE FROM session WHERE id IN",
    "addresses of sessions": r"SELECT id, sign_in_address, address, location FROM session",
    "addresses of events": r"SELECT chain, number, address FROM audit_event",
    "old events": r"FROM audit_chain WHERE oldest_at < ",
    "seal": r"INSERT INTO audit_sealed ",
}


class Watched:
    """A server over a full database that tells how it plans each statement."""

    def __init__(self):
        self.database = Database()
        self.server = Server({"DATABASE_URL": self.database.url(), "LOG_LEVEL": "warning"})
        self.owner = Person(self.server).sign_up()
        client = self.owner.login()
        self.server.terminate()
        self.copies = Copies(self.database, client, USERS)
        self.copies.add_accounts()
        self.opened = list(range(SESSIONS - TURNS * 10, SESSIONS))
        with self.copies.without_indexes("session", "audit_event"):
            self.copies.add_sessions(0, SESSIONS, self.opened)
            past = f"{self.copies.begun - HOUR} - n % 1000"
            self.copies.add_sessions(SESSIONS, EXPIRED, created_at=f"{past} - 1", expires_at=past)
        self.copies.settle()
        for name, value in EXPLAIN.items():
            self.run(f"ALTER DATABASE {self.database.name} SET {name} = '{value}'")
        self.log = Path(os.environ["POSTGRES_DATA"]).parent / "server.log"

    def run(self, statement):
        return psql(self.database.url(), statement)

    def close(self):
        self.server.close()
        self.database.drop()

    def browser(self):
        """Somebody's browser, of those that are still signed in: somebody else's each time."""
        client = Client(self.server, cookies={"token": self.copies.token_of(self.opened.pop())})
        assert client.me().status == 200
        return client

    def plans(self, turns, until=lambda plans: True):
        """What was planned while the server has started, done all that it does, and stopped; `until` says when that is."""
        begun = self.log.stat().st_size
        self.server.start()
        for _ in range(turns):
            self.turn()
        eventually(self.is_swept, 30, what="the end of the sweep")
        eventually(lambda: until(self.planned(begun)), 60, every=0.5, what="all statements")
        self.server.terminate()
        return self.planned(begun)

    def planned(self, begun):
        with self.log.open() as log:
            log.seek(begun)
            return [json.loads(text) for text in re.findall(r"  plan:\n((?:\t.*\n)+)", log.read())]

    def is_swept(self):
        now = self.copies.begun
        return not self.run(f"SELECT FROM session WHERE ended_at IS NULL AND expires_at < {now} LIMIT 1")

    def turn(self):
        """All that people do."""
        client = self.browser()
        page = client.get("/api/sessions?limit=20").json
        client.get(f"/api/sessions?limit=20&cursor={page['nextCursor']}")
        assert client.revoke(page["sessions"][-1]["id"]).status == 204
        assert client.get("/api/account/activity?limit=20").status == 200
        assert client.post("/api/sessions/revoke-others").status == 200
        assert self.browser().post("/api/sessions/revoke-all").status == 200
        assert self.browser().logout().status == 204
        again = self.owner.login()
        again.login(self.owner.email, self.owner.password)  # the same browser: what it had is replaced
        assert Client(self.server).login(self.owner.email, "not their password").status == 401


@pytest.fixture(scope="module")
def watched():
    made = Watched()
    yield made
    made.close()


class Fault(NamedTuple):
    table: str
    node: str
    index: str | None
    statement: str


def words(statement):
    return " ".join(statement.split())


def nodes(plan):
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


def is_modest(node):
    """Whether a scan finds what it wants by an index, and looks at few rows, kept or not, and at few pages for each."""
    rows = node["Actual Rows"] * node["Actual Loops"]
    dropped = sum(node.get(f"Rows Removed by {check}", 0) for check in ("Filter", "Index Recheck"))
    pages = node["Shared Hit Blocks"] + node["Shared Read Blocks"]
    return (
        not node["Node Type"].endswith("Seq Scan")
        and rows + dropped * node["Actual Loops"] <= ROWS_MAX
        and pages <= PAGES_MAX + PAGES_A_ROW_MAX * max(rows, node["Actual Loops"])
    )


def missing(plans):
    """Which of the statements were not seen."""
    statements = {words(plan["Query Text"]) for plan in plans}
    return [name for name, pattern in HOT.items() if not any(re.search(pattern, text) for text in statements)]


def faults(plans):
    """What reads a growing table from its beginning to its end, or more of it than was wanted."""
    found = set()
    for plan in plans:
        for node in nodes(plan["Plan"]):
            table, kind = node.get("Relation Name"), node["Node Type"]
            if table in GROWING and kind.endswith("Scan") and not is_modest(node):
                found.add(Fault(table, kind, node.get("Index Name"), words(plan["Query Text"])))
    return found


def test_every_statement_finds_its_rows_by_an_index(watched):
    assert not faults(watched.plans(TURNS, until=lambda plans: not missing(plans)))


@pytest.mark.parametrize(
    "table, indexes",
    [
        ("session", {"session_pkey"}),
        ("session", {"session_of_user"}),
        ("session", {"session_due"}),
        ("session", {"session_ended", "session_address"}),  # either finds what the other one does, not as quickly
        ("audit_event", {"audit_event_pkey"}),
        ("audit_event", {"audit_event_address"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "+".join(sorted(value)),
)
def test_an_index_that_is_missing_is_noticed(watched, table, indexes):
    with watched.copies.without_indexes(table, named=indexes):
        found = faults(watched.plans(turns=1))

    assert any(fault.table == table for fault in found)
