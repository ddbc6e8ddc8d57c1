"""People who log in and end sessions while something is killed, and what each of them was told."""

import random
import threading
import time
from contextlib import contextmanager

from client import Client
from wire import Closed

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


@contextmanager
def under_load(servers, people, number):
    """Lets everybody work, each at a server; what is done within is done at a random moment of it. Hands out the ledgers."""
    generator = random.Random(f"crash {number}")
    killed = threading.Event()
    ledgers = [Ledger() for _ in people]
    threads = [
        threading.Thread(
            target=ledger.work,
            args=(servers[index % len(servers)], person, f"{number} {index}", lambda: not killed.is_set()),
            daemon=True,
        )
        for index, (ledger, person) in enumerate(zip(ledgers, people))
    ]
    for thread in threads:
        thread.start()
    # Waits for work to be under way, then a random moment more: the kill is to hit anything.
    while not any(ledger.alive for ledger in ledgers):
        time.sleep(0.005)
    time.sleep(generator.uniform(0.005, 0.5))
    yield ledgers
    killed.set()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()


def assert_kept(server, ledgers, ended_before, what):
    """Every log-in and every end that was acknowledged holds; what has ended by now."""
    ended = set().union(*(ledger.ended for ledger in ledgers))
    alive = {token for ledger in ledgers for token in ledger.alive}
    assert alive, "the round has seen a log-in"
    check = Client(server)
    for token in alive:
        response = check.get("/api/auth/verify", cookies=f"token={token}")
        assert response.status == 204, f"{what}: an acknowledged log-in is lost: {response}"
    for token in ended | set(list(ended_before)[-200:]):
        response = check.get("/api/auth/verify", cookies=f"token={token}")
        assert response.status == 401 and response.code == "session_revoked", f"{what}: an ended session is back: {response}"
    return ended_before | ended


def assert_audit_log_is_sound(server):
    result = server.command("audit", "verify")
    assert result.returncode == 0, result
