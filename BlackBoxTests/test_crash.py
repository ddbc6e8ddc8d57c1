"""kill -9 in the middle of log-ins and revocations: what was acknowledged holds."""

import os
import random
import threading
import time

from client import Client, Person
from wire import Closed

ROUNDS = int(os.environ.get("CRASH_ROUNDS", "20"))
WORKERS = 6
LOST = (Closed, ConnectionError, OSError)


class Ledger:
    """What one worker was told before the server died."""

    def __init__(self):
        self.alive = {}  # token -> session id, log-in acknowledged and no end asked for
        self.ended = set()  # tokens whose end was acknowledged

    def work(self, server, person, seed, go_on):
        generator = random.Random(seed)
        try:
            while go_on():
                client = Client(server)
                if client.login(person.email, person.password).status != 200:
                    continue
                self.alive[client.token] = client.session["id"]
                kind = generator.choice(["keep", "revoke", "revoke", "log out", "revoke others"])
                if kind == "revoke" and len(self.alive) > 1:
                    self.revoke_one(server, client.token, generator)
                elif kind == "log out":
                    token = client.token
                    del self.alive[token]  # from here on its fate is open until the answer
                    if client.logout().status == 204:
                        self.ended.add(token)
                elif kind == "revoke others" and generator.random() < 0.2:
                    self.revoke_others(client)
                client.disconnect()
        except LOST:
            pass

    def revoke_one(self, server, own, generator):
        token = generator.choice([each for each in self.alive if each != own])
        identity = self.alive.pop(token)
        if Client(server, cookies={"token": own}).revoke(identity).status == 204:
            self.ended.add(token)

    def revoke_others(self, client):
        pending = {token for token in self.alive if token != client.token}
        for token in pending:
            del self.alive[token]
        if client.post("/api/sessions/revoke-others").status == 200:
            self.ended |= pending


def crash_round(server, people, number):
    """Lets everybody work for a moment, kills the server, starts it again; the ledgers."""
    generator = random.Random(f"crash {number}")
    killed = threading.Event()
    ledgers = [Ledger() for _ in people]
    threads = [
        threading.Thread(
            target=ledger.work, args=(server, person, f"{number} {index}", lambda: not killed.is_set()), daemon=True
        )
        for index, (ledger, person) in enumerate(zip(ledgers, people))
    ]
    for thread in threads:
        thread.start()
    # Waits for work to be under way, then a random moment more: the kill is to hit anything.
    while not any(ledger.alive for ledger in ledgers):
        time.sleep(0.005)
    time.sleep(generator.uniform(0.005, 0.5))
    server.kill()
    killed.set()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
    return ledgers


def assert_integrity(server):
    database = server.database_copy()
    try:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    finally:
        database.close()


def assert_audit_log_is_sound(server):
    result = server.command("audit", "verify")
    assert result.returncode == 0, result


def test_what_was_acknowledged_survives_kill_9(own_server):
    server = own_server()
    people = [Person(server).sign_up() for _ in range(WORKERS)]
    ended = set()

    for number in range(ROUNDS):
        ledgers = crash_round(server, people, number)
        assert_integrity(server)
        started = time.monotonic()
        server.start()
        assert time.monotonic() - started < 5, "the start after a crash is quick"

        now_ended = set().union(*(ledger.ended for ledger in ledgers))
        now_alive = {token for ledger in ledgers for token in ledger.alive}
        assert now_alive, "the round has seen a log-in"
        check = Client(server)
        for token in now_alive:
            response = check.get("/api/auth/verify", cookies=f"token={token}")
            assert response.status == 204, f"round {number}: an acknowledged log-in is lost: {response}"
        for token in now_ended | set(list(ended)[-200:]):
            response = check.get("/api/auth/verify", cookies=f"token={token}")
            assert response.status == 401 and response.code == "session_revoked", (
                f"round {number}: an ended session is back: {response}"
            )
        ended |= now_ended
        assert_audit_log_is_sound(server)

    assert ended, "the rounds have seen revocations"


def test_an_acknowledged_account_survives_kill_9(own_server):
    server = own_server()
    for _ in range(3):
        person = Person(server).sign_up()
        server.kill()
        server.start()

        assert person.login().is_signed_in()


def test_an_acknowledged_command_survives_kill_9(own_server):
    server = own_server()
    person = Person(server).sign_up()
    client = person.login()

    assert server.command("user", "disable", person.username).returncode == 0
    server.kill()
    server.start()

    assert client.me().status == 401
    assert Client(server).login(person.email, person.password).status == 401


def test_noted_activity_is_kept_at_an_orderly_end(own_server):
    server = own_server()
    person = Person(server).sign_up()
    client = person.login(address="203.0.113.40")
    client.address = "203.0.113.41"
    client.me()

    server.terminate()
    server.start()

    watcher = person.login()
    [session] = [each for each in watcher.sessions() if each["id"] == client.session["id"]]
    assert session["ipAddress"] == "203.0.113.41"
    assert session["lastActivity"] > session["createdAt"]
