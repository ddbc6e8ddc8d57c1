"""Does the number of sessions cost anything? Run by hand or at night: python scale.py [--sessions 1000000]

Two servers run side by side, one with 1,000 sessions in its file, one with a million. In interleaved rounds a check, a list of
one user's 50 sessions and a revocation are measured in CPU time of the server process; the medians must be within 20 %.
Then 500,000 expired sessions are swept while the latency of checks is taken: its 99th percentile must stay below 10 ms.
"""

import argparse
import json
import os
import secrets
import sqlite3
import statistics
import sys
import time
import uuid

from client import Person
from server import Server, cpu_seconds, eventually
from wire import Connection, request_bytes

ROUNDS = 21
CHECKS, LISTS, REVOKES = 2_000, 100, 50
ALLOWED_RATIO = 1.2
ALLOWED_P99_SECONDS = 0.010
SESSIONS_PER_USER = 50


# Rows written past the server, into the file of a stopped one. They are copies of a row that the server wrote, so that they
# have whatever columns the schema has.


def new_id(milliseconds):
    """A version 7 UUID of this moment."""
    random = secrets.token_bytes(10)
    octets = (
        milliseconds.to_bytes(6, "big")
        + bytes([0x70 | random[0] & 0x0F, random[1], 0x80 | random[2] & 0x3F])
        + random[3:]
    )
    return octets


def columns(database, table):
    return [row[1] for row in database.execute(f"PRAGMA table_info({table})")]


def copies(names, template, changes):
    """Rows like the template, each with one table of changes."""
    for change in changes:
        yield tuple(change.get(name, value) for name, value in zip(names, template))


def insert(database, table, template, changes):
    names = columns(database, table)
    statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
    database.executemany(statement, copies(names, template, changes))


def fill(path, count, owner=None, expired=False):
    """Adds sessions: to this user (16 bytes), or to as many new users as it takes at 50 each. Returns the ids."""
    now = int(time.time() * 1000)
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA synchronous = OFF")
    database.execute("BEGIN")
    owners = [owner] if owner else add_accounts(database, max(1, count // SESSIONS_PER_USER), now)
    [template] = database.execute("SELECT * FROM session LIMIT 1").fetchall()
    made = []

    def changes():
        for number in range(count):
            created = now - 3_600_000 + number % 3_000_000
            identity = new_id(created)
            made.append(identity)
            yield {
                "id": identity,
                "user_id": owners[number % len(owners)],
                "token_digest": secrets.token_bytes(32),
                "created_at": created - (90_000_000 if expired else 0),
                "last_activity": created,
                "expires_at": (now - 1_000 - number % 3_000_000) if expired else created + 86_400_000,
            }

    insert(database, "session", template, changes())
    database.execute("COMMIT")
    database.execute("PRAGMA optimize")
    database.close()
    return made


def add_accounts(database, count, now):
    [template] = database.execute("SELECT * FROM account LIMIT 1").fetchall()
    owners = [new_id(now) for _ in range(count)]
    insert(
        database,
        "account",
        template,
        (
            {"id": owner, "email": f"filler-{owner.hex()}@example.org", "username": f"f{owner.hex()[1:]}"}
            for owner in owners
        ),
    )
    return owners


class Subject:
    """A server with so many sessions in its file, and what is done to it."""

    def __init__(self, sessions):
        self.server = Server()
        self.reader = Person(self.server).sign_up()
        self.revoker = Person(self.server).sign_up()
        self.reader_client, self.revoker_client = self.reader.login(), self.revoker.login()
        path = self.server.database_path()
        self.server.terminate()
        fill(path, SESSIONS_PER_USER - 1, uuid.UUID(self.reader.id).bytes)
        self.to_revoke = fill(path, (ROUNDS + 1) * REVOKES, uuid.UUID(self.revoker.id).bytes)
        fill(path, sessions)
        self.server.start()
        for client in (self.reader_client, self.revoker_client):
            client.disconnect()

    def cost(self, work, count):
        """CPU time of the server for one of `count` pieces of work, in microseconds."""
        before = cpu_seconds(self.server.pid)
        for _ in range(count):
            work()
        return (cpu_seconds(self.server.pid) - before) / count * 1e6

    def check(self):
        assert self.reader_client.get("/api/auth/verify", judge=False).status == 204

    def list(self):
        response = self.reader_client.get("/api/sessions?limit=50", judge=False)
        assert response.status == 200 and len(response.json["sessions"]) == SESSIONS_PER_USER

    def revoke(self):
        identity = uuid.UUID(bytes=self.to_revoke.pop())
        assert self.revoker_client.delete(f"/api/sessions/{identity}", judge=False).status == 204

    def round(self):
        return {
            "check": self.cost(self.check, CHECKS),
            "list": self.cost(self.list, LISTS),
            "revoke": self.cost(self.revoke, REVOKES),
        }


def compare(sessions):
    small, large = Subject(1_000), Subject(sessions)
    try:
        small.round(), large.round()  # warm
        rounds = [(small.round(), large.round()) for _ in range(ROUNDS - 1)]
    finally:
        small.server.close()
        large.server.close()
    result = {}
    for what in ("check", "list", "revoke"):
        few, many = (statistics.median(each[side][what] for each in rounds) for side in (0, 1))
        result[what] = {
            "microseconds_few": round(few, 1),
            "microseconds_many": round(many, 1),
            "ratio": round(many / few, 3),
        }
    return result


def unswept(server):
    [(count,)] = server.query(
        "SELECT count(*) FROM session WHERE ended_at IS NULL AND expires_at <= ?", int(time.time() * 1000)
    )
    return count


def latencies(server, token, go_on):
    """Seconds of each check on one kept connection, as long as the sweep goes on."""
    request = request_bytes("GET", "/api/auth/verify", [("Host", server.host), ("Cookie", f"token={token}")])
    taken = []
    with Connection(server.port) as connection:
        while go_on():
            for _ in range(500):
                start = time.perf_counter()
                connection.send(request)
                assert connection.read().status == 204
                taken.append(time.perf_counter() - start)
    return sorted(taken)


def sweep(sessions, expired):
    server = Server()
    try:
        client = Person(server).sign_up().login()
        path = server.database_path()
        server.terminate()
        fill(path, sessions - expired)
        fill(path, expired, expired=True)
        server.start()
        eventually(lambda: 0 < unswept(server) < expired, 120, 0.05, what="the beginning of the sweep")
        started = time.monotonic()
        taken = latencies(server, client.token, lambda: unswept(server) > 0)
        return {
            "seconds": round(time.monotonic() - started, 1),
            "checks": len(taken),
            "p50_milliseconds": round(taken[len(taken) // 2] * 1000, 3),
            "p99_milliseconds": round(taken[int(len(taken) * 0.99)] * 1000, 3),
        }
    finally:
        server.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sessions", type=int, default=1_000_000)
    parser.add_argument("--expired", type=int, default=500_000)
    arguments = parser.parse_args()

    result = {"cores": os.cpu_count(), "sessions": arguments.sessions}
    result["cost"] = compare(arguments.sessions)
    result["sweep"] = sweep(arguments.sessions, arguments.expired)
    print(json.dumps(result, indent=2))
    faults = [f"{what}: {each['ratio']}" for what, each in result["cost"].items() if each["ratio"] > ALLOWED_RATIO]
    if result["sweep"]["p99_milliseconds"] > ALLOWED_P99_SECONDS * 1000:
        faults.append(f"p99 during the sweep: {result['sweep']['p99_milliseconds']} ms")
    sys.exit("; ".join(faults) or 0)


if __name__ == "__main__":
    main()
